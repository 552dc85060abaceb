package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/xmppreg/xmppreg/internal/cmd/dist/pclntab"
	"github.com/xmppreg/xmppreg/internal/wasmfile"
)

// A module is the WebAssembly module with what belongs to it.
type module struct {
	id        string // of the build: the module and the page's scripts both carry it
	goVersion string
	linked    []component // what is in it of other people
	wasm      []byte
	parts     map[string]int64 // what the module consists of, in bytes
	glue      []byte           // wasm_exec.js of the toolchain that built the module, in glueFormat
}

// script returns build.js, which tells the page's scripts which module is theirs, and
// how long it is: an answer that is compressed has no length of what is in it.
func (m *module) script() string {
	return fmt.Sprintf(`/** Names the build of xmppreg.wasm that belongs here. */
export const build = '%s';

/** The bytes of that module. */
export const size = %d;
`, m.id, len(m.wasm))
}

// glueFormat is put around wasm_exec.js. A page may run other Go programs, with a
// wasm_exec.js of another version. So this one's Go goes under a symbol of its own,
// where run.js finds it, and globalThis.Go is restored before any other script runs.
const glueFormat = `{
const theirs = Object.getOwnPropertyDescriptor(globalThis, 'Go');
%s
globalThis[Symbol.for('xmppreg Go %s')] = globalThis.Go;
if (theirs) Object.defineProperty(globalThis, 'Go', theirs);
else delete globalThis.Go;
}
`

// overlayName is a file that tells `go build` which files take the place of others.
const overlayName = "build/overlay.json"

// buildArgs are the arguments of the command that builds the module; nothing else
// builds it. Without inlining the module is a quarter smaller. With debug it has a
// section that tells browsers the names of functions.
func buildArgs(debug bool, build, out string) []string {
	flags := "-s -w"
	if debug {
		flags = "-w"
	}
	return []string{
		"build", "-trimpath", "-buildvcs=false", "-ldflags=" + flags + " -X main.build=" + build, "-gcflags=all=-l",
		"-overlay=" + overlayName, "-o", out, "./wasm",
	}
}

// buildEnv is the environment of the module's build. It is without what would make
// another module of the same sources.
func buildEnv() []string {
	return append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOWASM=", "GOEXPERIMENT=", "GOFIPS140=off", "GOWORK=off")
}

// compile builds the module. With debug, names of functions and lines stay in it, for
// stack traces.
func compile(debug bool) (*module, error) {
	version, err := goEnv("GOVERSION")
	if err != nil {
		return nil, err
	}
	m := &module{goVersion: version}
	if err := writeOverlay(); err != nil {
		return nil, fmt.Errorf("%s: %w", overlayName, err)
	}
	if m.id, err = buildID(debug, version); err != nil {
		return nil, err
	}
	if m.linked, err = linked(version); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "xmppreg-dist-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, moduleName)
	cmd := exec.Command("go", buildArgs(debug, m.id, out)...)
	cmd.Env = buildEnv()
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("building the module: %w", err)
	}
	binary, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	if m.wasm = binary; !debug {
		if m.wasm, m.parts, err = shrink(binary, version); err != nil {
			return nil, fmt.Errorf("packing the module: %w", err)
		}
	}
	goroot, err := goEnv("GOROOT")
	if err != nil {
		return nil, err
	}
	glue, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", glueName))
	m.glue = fmt.Appendf(nil, glueFormat, glue, m.id)
	return m, err
}

func goEnv(name string) (string, error) {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// writeOverlay makes one file of ours all of net/http, for the module's build alone.
// The list of the files to leave out is that of the toolchain in use.
func writeOverlay() error {
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "net/http").Output()
	if err != nil {
		return err
	}
	root := strings.TrimSpace(string(dir))
	ours, err := filepath.Abs("internal/cmd/dist/nethttp/http.go")
	if err != nil {
		return err
	}
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	files, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, file := range files {
		if filepath.Ext(file.Name()) == ".go" {
			overlay.Replace[filepath.Join(root, file.Name())] = "" // not there
		}
	}
	overlay.Replace[filepath.Join(root, "http.go")] = ours
	b, err := json.MarshalIndent(overlay, "", "  ")
	if err != nil {
		return err
	}
	return folder{filepath.Base(overlayName): b}.write(filepath.Dir(overlayName))
}

// shrinkers are the packages that change what the compiler and the linker make.
var shrinkers = []string{"./internal/wasmfile", "./internal/cmd/dist/pclntab", "./internal/cmd/dist/nethttp"}

// segmentGap is how many zeros separate two data segments of the module. The linker
// separates them at every eight: about 100,000 headers of segments, which weigh more
// than the zeros when compressed.
const segmentGap = 4096

// shrink packs a module that this version of Go linked, and tells what it consists of.
func shrink(linked []byte, goVersion string) (packed []byte, parts map[string]int64, err error) {
	m, err := wasmfile.Parse(linked)
	if err != nil {
		return nil, nil, err
	}
	memory, err := m.Memory()
	if err != nil {
		return nil, nil, err
	}
	table, err := pclntab.Find(memory, goVersion)
	if err != nil {
		return nil, nil, fmt.Errorf("%w; `make dist DEBUG=1` leaves them as they are", err)
	}
	bodies, err := m.Code()
	if err != nil {
		return nil, nil, err
	}
	names := table.Names()
	if len(names) != len(bodies) {
		return nil, nil, fmt.Errorf("the table has %d functions, the module %d", len(names), len(bodies))
	}
	parts = map[string]int64{}
	for i, name := range names {
		parts["code of "+pclntab.Package(name)] += int64(len(bodies[i]))
	}
	table.Empty()
	start, err := table.Derive()
	if err != nil {
		return nil, nil, err
	}
	if err := m.SetStart(start); err != nil {
		return nil, nil, err
	}
	m.DropCustom()
	if err := m.SetMemory(memory, segmentGap); err != nil {
		return nil, nil, err
	}
	for _, s := range m.Sections {
		if s.Name() != "code" {
			parts["section "+s.Name()] = int64(len(s.Contents))
		}
	}
	return m.Encode(), parts, nil
}

// buildID is a hash of all that the module is made of: sources, dependencies, flags,
// the toolchain and what packs the module afterwards. The page's scripts are not part of it. If only they change, the
// module, which is nearly all of the weight, keeps its name, and visitors use the one
// in their caches.
func buildID(debug bool, version string) (string, error) {
	// A line for each package: its module, and its files if it is one of ours.
	const format = `{{if not .Standard}}{{.ImportPath}} {{.Module.Version}}{{if .Module.Main}}{{$dir := .Dir}}` +
		`{{range .GoFiles}} {{$dir}}/{{.}}{{end}}{{end}}{{end}}`
	args := []string{"list", "-overlay=" + overlayName, "-deps", "-f", format, "./wasm"}
	cmd := exec.Command("go", append(args, shrinkers...)...)
	cmd.Env = buildEnv()
	list, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n%d\n", version, buildArgs(debug, "", ""), segmentGap)
	for line := range strings.Lines(string(list)) {
		for i, word := range strings.Fields(line) {
			if i == 0 || !filepath.IsAbs(word) {
				fmt.Fprintln(h, word)
				continue
			}
			b, err := os.ReadFile(word)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s %x\n", filepath.Base(word), sha256.Sum256(b))
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}
