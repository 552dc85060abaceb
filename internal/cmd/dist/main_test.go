package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/site"
	nethttp "github.com/xmppreg/xmppreg/internal/cmd/dist/nethttp"
	"github.com/xmppreg/xmppreg/internal/wasmfile"
)

// atRoot lets a test run in the root of the project, as make does.
func atRoot(t *testing.T) {
	t.Helper()
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
}

// distFiles are the files of dist/ without the compressed ones.
func distFiles(t *testing.T) folder {
	t.Helper()
	atRoot(t)
	names, err := filesOf("dist")
	if err != nil {
		t.Fatalf("%v; run `make dist`", err)
	}
	files := folder{}
	for _, name := range names {
		if files[name], err = os.ReadFile(filepath.Join("dist", name)); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestNamesAreOfTheContents(t *testing.T) {
	found := 0
	for name, contents := range distFiles(t) {
		if !hashInName.MatchString(name) {
			continue
		}
		found++
		if want := hashedName(hashInName.ReplaceAllString(name, "."), contents); name != want {
			t.Errorf("%s should be %s", name, want)
		}
	}
	if found < 8 {
		t.Errorf("only %d files have a hash in their names", found)
	}
}

func TestBuildInfoTellsOfEveryFile(t *testing.T) {
	files := distFiles(t)
	var all info
	if err := json.Unmarshal(files[infoName], &all); err != nil {
		t.Fatalf("%s: %v", infoName, err)
	}
	version, err := goEnv("GOVERSION")
	if err != nil {
		t.Fatal(err)
	}
	if all.GoVersion != version || all.Version == "" || len(all.Build) != 12 {
		t.Errorf("version %q, build %q, Go %q", all.Version, all.Build, all.GoVersion)
	}
	delete(files, infoName)
	if listed, there := slices.Sorted(maps.Keys(all.Files)), slices.Sorted(maps.Keys(files)); !slices.Equal(listed, there) {
		t.Errorf("listed are\n%v\nthere are\n%v", listed, there)
	}
	for name, contents := range files {
		want := fileInfo{Bytes: int64(len(contents)), Integrity: integrity(contents)}
		for suffix, size := range map[string]*int64{".gz": &want.Gzip, ".br": &want.Brotli} {
			stat, err := os.Stat(filepath.Join("dist", name+suffix))
			if os.IsNotExist(err) && filepath.Ext(name) == ".html" {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			*size = stat.Size()
		}
		if all.Files[name] != want {
			t.Errorf("%s is %+v, listed as %+v", name, want, all.Files[name])
		}
	}
}

func TestCompressedFilesHoldTheSame(t *testing.T) {
	for name, contents := range distFiles(t) {
		if filepath.Ext(name) == ".html" {
			continue
		}
		packed, err := os.Open(filepath.Join("dist", name+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(got, contents) {
			t.Errorf("%s.gz holds something else (%v)", name, err)
		}
		packed.Close()
		if got, err := exec.Command("brotli", "-dc", filepath.Join("dist", name+".br")).Output(); err != nil || !bytes.Equal(got, contents) {
			t.Errorf("%s.br holds something else (%v)", name, err)
		}
	}
}

func TestPagesNameTheirFilesWithTheirHashes(t *testing.T) {
	files := distFiles(t)
	integrityOf := regexp.MustCompile(`\bintegrity="([^"]*)"`)
	for _, page := range []string{"index.html", "account.html", "check.html"} {
		var modules []string
		for _, text := range htmlTag.FindAll(files[page], -1) {
			tag := readTag(text)
			contents, ok := files[tag.ref]
			if !ok || !hashInName.MatchString(tag.ref) {
				t.Errorf("%s: %s", page, text)
			}
			m := integrityOf.FindSubmatch(text)
			switch {
			case m != nil && string(m[1]) != integrity(contents):
				t.Errorf("%s: %s is of %s", page, text, integrity(contents))
			case m == nil && (tag.name == "script" || tag.rel == "stylesheet" || tag.rel == "modulepreload"):
				t.Errorf("%s: %s has no hash of the file", page, text)
			}
			if path.Ext(tag.ref) == ".js" {
				modules = append(modules, tag.ref)
			}
		}
		// All that the scripts import is in the page.
		imported := regexp.MustCompile(`(?:from|import) ?"\./([^"]+)"`)
		for _, name := range modules {
			for _, m := range imported.FindAllSubmatch(files[name], -1) {
				if !slices.Contains(modules, string(m[1])) {
					t.Errorf("%s does not load %s ahead, which %s imports", page, m[1], name)
				}
			}
		}
		if len(modules) < 4 {
			t.Errorf("%s loads %v", page, modules)
		}
	}
}

func TestPlainNamesLeadToTheScripts(t *testing.T) {
	files := distFiles(t)
	for _, name := range public {
		refs := regexp.MustCompile(`from ?['"]\./([^'"]+)['"]`).FindAllSubmatch(files[name], -1)
		if len(files[name]) > 250 || len(refs) != 1 || files[string(refs[0][1])] == nil {
			t.Errorf("%s: %s", name, files[name])
		}
	}
	for name, contents := range files {
		if path.Ext(name) != ".js" || !strings.Contains(string(contents), "sourceMappingURL=") {
			continue
		}
		_, to, _ := strings.Cut(string(contents), "sourceMappingURL=")
		if files[strings.TrimSpace(to)] == nil {
			t.Errorf("%s has its source map at %s", name, to)
		}
	}
}

// made assembles a folder of these sources.
func made(t *testing.T, sources map[string]string) (folder, error) {
	t.Helper()
	web := filepath.Join(t.TempDir(), "web")
	all := folder{"build.js": []byte("export const build = 'stale';")}
	for _, name := range public {
		all[name] = []byte("import './loader.js';\nexport const name = " + strconv.Quote(name) + ";\n")
	}
	all["loader.js"] = []byte("import { build } from './build.js';\nconsole.log(build, new URL('./xmppreg.wasm', import.meta.url), new URL('./wasm_exec.js', import.meta.url));\n")
	all["index.html"] = []byte(`<script type="module" src="xmpp-signup.js"></script>`)
	for name, source := range sources {
		all[name] = []byte(source)
	}
	if err := all.write(web); err != nil {
		t.Fatal(err)
	}
	return assemble(web, &module{id: "0123456789ab", wasm: []byte("module"), glue: []byte("glue")})
}

func TestScriptsReferToWhatIsBuilt(t *testing.T) {
	files, err := made(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	var loader string
	for name, contents := range files {
		if path.Ext(name) == ".js" && strings.Contains(string(contents), "0123456789ab") {
			loader += string(contents)
		}
	}
	for _, want := range []string{
		`new URL("./` + hashedName(moduleName, []byte("module")) + `",import.meta.url)`,
		`new URL("./` + hashedName(glueName, []byte("glue")) + `",import.meta.url)`,
	} {
		if strings.Count(loader, want) != 1 {
			t.Errorf("no %s in %s", want, loader)
		}
	}
}

func TestScriptThatIsLoadedByItsAddressIsBundledAlone(t *testing.T) {
	files, err := made(t, map[string]string{
		"xmppreg.js": "import './loader.js';\nexport const start = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });",
		"worker.js":  "import { part } from './part.js';\npostMessage(part);",
		"part.js":    "export const part = 'a part';",
	})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for name, contents := range files {
		if strings.HasPrefix(name, "worker-") && path.Ext(name) == ".js" {
			found = strings.Contains(string(contents), "a part") && strings.Contains(string(files["xmppreg.js"]), name)
		}
	}
	if !found {
		t.Errorf("%s in %s", files["xmppreg.js"], slices.Sorted(maps.Keys(files)))
	}
}

func TestPagesAreRewritten(t *testing.T) {
	style := hashedName("style.css", []byte("a{top:0}\n"))
	for _, c := range []struct{ page, want string }{
		{`<img src="icon.svg" alt="">`, `<img src="` + hashedName("icon.svg", []byte("<svg/>")) + `" alt="">`},
		{`<link rel=stylesheet href=style.css>`, `<link rel=stylesheet href=` + style + ` integrity="` + integrity([]byte("a{top:0}\n")) + `">`},
		{"<p>\n  <link rel=modulepreload href=loader.js>\n</p>", "<p>\n</p>"},
		{`<link rel="preload" href="./xmppreg.wasm" as="fetch">`, `<link rel="preload" href="` + hashedName(moduleName, []byte("module")) + `" as="fetch">`},
		{`<a href="account.html">, <link rel="me" href="https://example.org/">`, `<a href="account.html">, <link rel="me" href="https://example.org/">`},
		{`<xmpp-signup domain="a"></xmpp-signup>`, `<xmpp-signup domain="a"></xmpp-signup>`},
	} {
		files, err := made(t, map[string]string{"index.html": c.page, "style.css": "a { top: 0 }", "icon.svg": "<svg/>"})
		if err != nil || string(files["index.html"]) != c.want {
			t.Errorf("%s became %s (%v), want %s", c.page, files["index.html"], err, c.want)
		}
	}
	for _, page := range []string{`<script src="missing.js"></script>`, `<img src="missing.svg">`, `<link rel="stylesheet" href="missing.css">`} {
		if _, err := made(t, map[string]string{"index.html": page}); err == nil {
			t.Errorf("%s is fine", page)
		}
	}
}

func TestPagesThatPeopleWriteTheirDomainIntoHaveNoCompressedCopy(t *testing.T) {
	atRoot(t)
	for _, suffix := range []string{".html.br", ".html.gz"} {
		if names, err := filepath.Glob(filepath.Join("dist", "*"+suffix)); err != nil || len(names) > 0 {
			t.Errorf("there are %v (%v)", names, err)
		}
	}
}

func TestReadmeSaysWhatAVisitorDownloads(t *testing.T) {
	atRoot(t)
	_, sum, err := weights("dist")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`(?s)A visitor downloads ([\d.]+) MB if .*?\.br.*?and ([\d.]+) MB with.*?\.gz.*?else it is ([\d.]+) MB`).FindSubmatch(readme)
	if said == nil {
		t.Fatal("it does not say so")
	}
	for i, bytes := range []int64{sum[2], sum[1], sum[0]} {
		if want := fmt.Sprintf("%.1f", float64(bytes)/1e6); string(said[i+1]) != want {
			t.Errorf("it says %s MB where it is %s", said[i+1], want)
		}
	}
}

func TestVisitorDownloadsNoMoreThanTheBudget(t *testing.T) {
	atRoot(t)
	if err := weigh("dist", io.Discard); err != nil {
		t.Error(err)
	}
}

func TestOnlyAModuleForDebuggingHasNamesAndLines(t *testing.T) {
	atRoot(t)
	for _, debug := range []bool{true, false} {
		m, err := compile(debug)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"ibr.(*Manager).Submit", "transport/ws/dial.go"} {
			if bytes.Contains(m.wasm, []byte(name)) != debug {
				t.Errorf("for debugging: %t, but %s is there: %t", debug, name, !debug)
			}
		}
		if parsed, err := wasmfile.Parse(m.wasm); err != nil {
			t.Error(err)
		} else if last := parsed.Sections[len(parsed.Sections)-1].Name(); (last == "name") != debug {
			t.Errorf("for debugging: %t, but the last section is %s", debug, last)
		}
	}
}

// TestNetHTTPIsNamedAsTheToolchainDoes compares what takes the place of net/http in the
// module with the real one.
func TestNetHTTPIsNamedAsTheToolchainDoes(t *testing.T) {
	if nethttp.StatusSwitchingProtocols != http.StatusSwitchingProtocols {
		t.Error("another status")
	}
	ours := reflect.TypeFor[nethttp.Response]()
	for i := range ours.NumField() {
		field := ours.Field(i)
		if theirs, ok := reflect.TypeFor[http.Response]().FieldByName(field.Name); !ok || theirs.Type != field.Type {
			t.Errorf("a Response has another %s", field.Name)
		}
	}
}

func TestOverTheBudgetOneIsToldByWhat(t *testing.T) {
	b := &budget{
		Total: 110, Module: 100,
		Files: map[string]int64{moduleName: 90, "a.js": 10, "b.js": 5},
		Parts: map[string]int64{"code of net": 40, "section data": 200, "code of io": 5},
	}
	files := func(module, script int64) []weight {
		return []weight{{"xmppreg-ABCDEFGH.wasm", [3]int64{0, 0, module}}, {"a-ABCDEFGH.js", [3]int64{0, 0, script}}}
	}
	if err := b.check(files(100, 10), nil); err != nil {
		t.Errorf("within the budget: %v", err)
	}
	for _, c := range []struct {
		module, script int64
		parts          map[string]int64
		want           string
	}{
		{95, 16, map[string]int64{}, `a visitor downloads 111 bytes, 1 over the budget of 110
Since the budget was made, in bytes with Brotli:
        +6  a.js
        +5  xmppreg.wasm
The module's parts, in bytes before compression:
  nothing has grown`},
		{101, 5, map[string]int64{"code of net": 41, "section data": 190, "code of regexp": 7}, `the module has 101 bytes, 1 over the budget of 100
Since the budget was made, in bytes with Brotli:
       +11  xmppreg.wasm
The module's parts, in bytes before compression:
        +7  code of regexp, which is new
        +1  code of net`},
		{101, 5, nil, `the module has 101 bytes, 1 over the budget of 100
Since the budget was made, in bytes with Brotli:
       +11  xmppreg.wasm
The module's parts are not known: build/parts.json is of another build.`},
	} {
		if err := b.check(files(c.module, c.script), c.parts); err == nil || err.Error() != c.want {
			t.Errorf("%v\nshould be\n%s", err, c.want)
		}
	}
}

func TestMakeSaysWhichGoItNeeds(t *testing.T) {
	atRoot(t)
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	want := string(regexp.MustCompile(`(?m)^go (.*)$`).FindSubmatch(mod)[1])
	for version, good := range map[string]bool{
		"go version go1.19.8 linux/amd64":                     false,
		"go version go1.4 linux/amd64":                        false,
		"":                                                    false, // none there
		"go version go" + want + " linux/amd64":               true,
		"go version go" + want + ".8 linux/arm64":             true,
		"go version go2.0 linux/amd64":                        true,
		"go version devel go1.99-0123abc Mon Jan 1 linux/386": true,
	} {
		program := filepath.Join(t.TempDir(), "go")
		if version != "" {
			if err := os.WriteFile(program, []byte("#!/bin/sh\necho "+version+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command("scripts/go.sh", program).CombinedOutput()
		if (err == nil) != good || !good && !strings.Contains(string(out), "needs Go "+want) || good && len(out) > 0 {
			t.Errorf("with %q: %s (%v)", version, out, err)
		}
	}
}
