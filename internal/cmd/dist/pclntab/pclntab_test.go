package pclntab

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/wasmfile"
)

// program builds testdata/program and returns the module.
func program(t *testing.T, flags ...string) *wasmfile.Module {
	t.Helper()
	out := filepath.Join(t.TempDir(), "program.wasm")
	cmd := exec.Command("go", append(append([]string{"build", "-o", out}, flags...), "./testdata/program")...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasmfile.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPackageOfAFunction(t *testing.T) {
	for name, want := range map[string]string{
		"main.main":                             "main",
		"runtime.(*mheap).grow":                 "runtime",
		"crypto/tls.(*Conn).Close":              "crypto/tls",
		"nhooyr.io/websocket.Dial.func1":        "nhooyr.io/websocket",
		"slices.SortFunc[go.shape.*a/b.C]":      "slices",
		"golang.org/x/text/internal/x%2ey.F":    "golang.org/x/text/internal/x%2ey",
		"type:.eq.golang.org/x/text/language.T": "types",
		"memeqbody":                             "memeqbody",
	} {
		if got := Package(name); got != want {
			t.Errorf("%s is of %s, not of %s", name, got, want)
		}
	}
}

// memoryOf returns what is in the memory of a module when it starts.
func memoryOf(t *testing.T, m *wasmfile.Module) []byte {
	t.Helper()
	memory, err := m.Memory()
	if err != nil {
		t.Fatal(err)
	}
	return memory
}

// started returns the first bytes of the memory of a module that was instantiated and
// has not run yet.
func started(t *testing.T, m *wasmfile.Module, n int) []byte {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "program.wasm"), filepath.Join(dir, "memory")
	if err := os.WriteFile(from, m.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	const script = `
		const fs = require('fs');
		const [from, to, n] = process.argv.slice(1);
		const nothing = new Proxy({}, { get: () => () => {} });
		WebAssembly.instantiate(fs.readFileSync(from), { gojs: nothing })
			.then(({ instance }) => fs.writeFileSync(to, new Uint8Array(instance.exports.mem.buffer, 0, Number(n))));`
	if out, err := exec.Command("node", "-e", script, from, to, strconv.Itoa(n)).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// run runs a module under Node.
func run(t *testing.T, m *wasmfile.Module, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program.wasm")
	if err := os.WriteFile(file, m.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(runtime.GOROOT(), "lib/wasm/go_js_wasm_exec"), append([]string{file}, args...)...)
	// wasm_exec.js has room for a few KiB of environment only.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	if failed := cmd.Run(); failed != nil {
		var exit *exec.ExitError
		if !errors.As(failed, &exit) {
			t.Fatal(failed)
		}
		code = exit.ExitCode()
	}
	return out.String(), err.String(), code
}

func TestProgramDoesTheSameWithoutItsTables(t *testing.T) {
	for name, flags := range map[string][]string{
		"without inlining": {"-gcflags=all=-l"},
		"with inlining":    nil,
	} {
		t.Run(name, func(t *testing.T) {
			m := program(t, flags...)
			before, _, _ := run(t, m)
			memory := memoryOf(t, m)
			table, err := Find(memory, runtime.Version())
			if err != nil {
				t.Fatal(err)
			}
			table.Empty()
			emptied := slices.Clone(memory)
			start, err := table.Derive()
			if err != nil {
				t.Fatal(err)
			}
			if err := m.SetStart(start); err != nil {
				t.Fatal(err)
			}
			if err := m.SetMemory(memory, 4096); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(started(t, m, len(memory)), emptied) {
				t.Error("the memory is not what it was when the module starts")
			}
			after, stderr, code := run(t, m)
			if code != 0 || after != before || !strings.Contains(after, "is caught: true\na cleanup ran") {
				t.Errorf("exit %d, it says\n%s%s\nand before that\n%s", code, after, stderr, before)
			}
			// A panic ends it with its text, but without a name, file or line of it.
			_, stderr, code = run(t, m, "a reason")
			if code != 2 || !strings.Contains(stderr, "panic: what went wrong: a reason") {
				t.Errorf("exit %d: %s", code, stderr)
			}
			if strings.Contains(stderr, "main.") || strings.Contains(stderr, "main.go") {
				t.Errorf("there still are names: %s", stderr)
			}
			if bytes.Contains(memory, []byte("main.caught")) || bytes.Contains(memory, []byte("main.go")) {
				t.Error("there still are names in the memory")
			}
		})
	}
}

func TestAnotherGoIsRefused(t *testing.T) {
	for version, good := range map[string]bool{
		"go1.26": true, "go1.26.8": true, "go1.26rc1": true,
		"go1.25.3": false, "go1.27": false, "go1.260": false, "devel go1.27-0123": false, "": false,
	} {
		_, err := Find(nil, version)
		if err == nil || good == strings.Contains(err.Error(), "are not known") {
			t.Errorf("%s: %v", version, err)
		}
	}
}

func TestAnotherLayoutIsRefused(t *testing.T) {
	memory := memoryOf(t, program(t))
	at := bytes.Index(memory, magic)
	table, err := find(memory)
	if err == nil {
		err = table.readFunctions()
	}
	if err != nil {
		t.Fatal(err)
	}
	header := func(i int) int { return at + 8*i }
	functions := at + int(binary.LittleEndian.Uint64(memory[header(8):]))
	first := functions + int(binary.LittleEndian.Uint32(memory[functions+4:]))
	moduleData := bytes.Index(memory, binary.LittleEndian.AppendUint64(nil, uint64(at)))
	for name, c := range map[string]struct {
		at   int
		b    byte
		says string
	}{
		"another magic number":             {at, 0xf0, "nothing begins with"},
		"another size of pointers":         {at + 7, 4, "nothing begins with"},
		"another number of functions":      {header(1), memory[header(1)] + 1, "functions at"},
		"parts in another order":           {header(5) + 2, 0, "part 0"},
		"a part beyond the memory":         {header(8) + 6, 1, "part 4"},
		"names of another length":          {moduleData + 16, memory[moduleData+16] + 1, "part 0"},
		"a moduledata that does not refer": {moduleData, memory[moduleData] + 1, "does not refer"},
		"a function that begins elsewhere": {first, memory[first] + 1, "it begins at"},
		"an entry of another size":         {first + npcdata, (memory[first+npcdata] + 2) % (pcdataKinds + 1), "it is at"},
		"a new kind of table":              {first + npcdata, pcdataKinds + 1, "kinds"},
		"a new kind of data":               {first + nfuncdata, funcdataKinds + 1, "kinds"},
		"a name that begins nowhere":       {first + nameOff, 1, "no name begins"},
		"a name beyond the names":          {first + nameOff + 3, 0x7f, "no name begins"},
		"a table beyond the tables":        {first + pcspOff + 3, 0x7f, "a table at"},
	} {
		broken := slices.Clone(memory)
		broken[c.at] = c.b
		if _, err := Find(broken, runtime.Version()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
