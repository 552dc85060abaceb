package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/process"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// A project is a client's folder with the package installed.
type project struct {
	dir   string
	tools string // node_modules of the tests' own
}

// run runs a program in the project's folder and returns what it prints.
func (p *project) run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "NODE_ENV=production", "npm_config_cache="+filepath.Join(p.dir, ".npm"))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, said.Bytes())
	}
	return out
}

// tool runs a program of the tests' own node_modules.
func (p *project) tool(t *testing.T, file string, args ...string) {
	t.Helper()
	p.run(t, "node", append([]string{filepath.Join(p.tools, file)}, args...)...)
}

func (p *project) write(t *testing.T, files map[string]string) {
	t.Helper()
	for name, contents := range files {
		to := filepath.Join(p.dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(contents), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// copy copies files into the project.
func (p *project) copy(t *testing.T, to string, files ...string) {
	t.Helper()
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p.write(t, map[string]string{path.Join(to, filepath.Base(file)): string(b)})
	}
}

// page is a client's page with the script src.
func page(src string) string {
	return `<!doctype html><html lang=en><meta charset=utf-8><title>client</title>` +
		`<xmpp-signup></xmpp-signup><script type=module src="` + src + `"></script></html>`
}

// script is a client's script, which finds the package by this prefix.
func script(prefix string) string {
	api, element := "xmppreg", "xmppreg/xmpp-signup.js"
	if prefix != "" {
		api, element = prefix+"/xmppreg.js", prefix+"/xmpp-signup.js"
	}
	return fmt.Sprintf(`import * as client from '%s'; import '%s'; globalThis.client = client;`, api, element)
}

// registers sees an account being registered by the page at address, after it
// has done what is first, and a form in its element if it has one.
func registers(t *testing.T, address, username string, first ...string) *browser.Tab {
	t.Helper()
	tab := tabs.Tab(t)
	tab.ExpectProblem(".wasm.gz") // these hosts compress nothing and have no such file
	tab.Open(address)
	tab.Wait(`globalThis.client`)
	var jid string
	tab.Eval(fmt.Sprintf(`(async () => {
		%s
		const reg = new client.RegistrationManager({ domain: 'example.test', url: %q });
		const { jid } = await reg.submit({ username: %q, password: 'correct horse' });
		await reg.disconnect();
		return jid;
	})()`, strings.Join(first, ";"), server.WebSocketURL(), username), &jid)
	if jid != username+"@example.test" {
		t.Errorf("registered %q", jid)
	}
	if err := logIn(t, jid, "correct horse"); err != nil {
		t.Error(err)
	}
	tab.Wait(`['form', undefined].includes($('xmpp-signup')?.dataset.step)`)
	return tab
}

// serve serves a folder, with a sign-up for example.test in its pages.
func serve(t *testing.T, opts site.Options) *site.Server {
	t.Helper()
	opts.Attributes = direct("example.test")
	opts.Handlers = map[string]http.Handler{"GET /favicon.ico": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})}
	s, err := site.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// webpackBuild runs a webpack that is told nothing but where to read and write.
const webpackBuild = `
import webpack from '%s';
const [context, path] = ['.', 'out'].map(to => decodeURIComponent(new URL(to, import.meta.url).pathname));
webpack({ context, mode: 'production', entry: './main.js', output: { path } }, (error, stats) => {
	if (error || stats.hasErrors()) {
		console.error(error ?? stats.toString());
		process.exit(1);
	}
});
`

// documented is the code of docs/package.md.
type documented struct{ use, elements, oneScript, viteConfig string }

func readDocumented(t *testing.T, file string) documented {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	blocks := codeBlock.FindAllSubmatch(text, -1)
	config := regexp.MustCompile("`(export default [^`]*)`").FindSubmatch(text)
	if len(blocks) != 3 || config == nil {
		t.Fatalf("%s has %d pieces of code, and the configuration %q", file, len(blocks), config)
	}
	code := func(i int) string { return strings.ReplaceAll(string(blocks[i][2]), "example.org", "example.test") }
	return documented{code(0), code(1), code(2), string(config[1])}
}

// Frameworks render pages on a server, which has no elements.
func TestElementsCanBeImportedWithoutABrowser(t *testing.T) {
	for _, file := range []string{"xmpp-signup.js", "xmpp-account.js", "xmpp-check.js", "xmppreg.js"} {
		cmd := exec.Command("node", "--input-type=module", "--eval", `import './`+file+`';`)
		cmd.Dir = "../web"
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}

// typedExamples are the scripts of the documentation as files in TypeScript,
// which find the package by its name.
func typedExamples(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"README.md", "docs/api.md", "docs/worker.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		var script strings.Builder
		for _, block := range codeBlock.FindAllSubmatch(text, -1) {
			if string(block[1]) == "js" {
				script.Write(block[2])
			}
		}
		typed := strings.ReplaceAll(script.String(), "'./xmppreg.js'", "'xmppreg'")
		if typed == script.String() {
			t.Fatalf("%s imports nothing", name)
		}
		files["samples/"+strings.ReplaceAll(name, "/", "-")+".ts"] = typed
	}
	return files
}

func TestPackage(t *testing.T) {
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	documented := readDocumented(t, filepath.Join(root, "docs/package.md"))
	p := &project{dir: t.TempDir(), tools: filepath.Join(root, "e2e/npm/node_modules")}
	if _, err := os.Stat(filepath.Join(p.tools, ".package-lock.json")); err != nil {
		t.Fatal("e2e/npm/node_modules is not installed; run `make test`")
	}
	var packed []struct{ Filename string }
	out := p.run(t, "npm", "pack", "--json", "--pack-destination", p.dir, filepath.Join(root, "web"))
	if err := json.Unmarshal(out, &packed); err != nil || len(packed) != 1 {
		t.Fatalf("npm pack: %v\n%s", err, out)
	}
	tarball := filepath.Join(p.dir, packed[0].Filename)

	t.Run("HoldsWhatItNeedsAndNothingElse", func(t *testing.T) {
		checkTarball(t, filepath.Join(root, "web"), unpack(t, tarball))
	})

	p.write(t, map[string]string{"package.json": `{ "private": true, "type": "module" }`})
	p.run(t, "npm", "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", "./"+packed[0].Filename)
	installed := filepath.Join(p.dir, "node_modules/xmppreg")

	t.Run("TypesAcceptRightUseAndRefuseWrongUse", func(t *testing.T) {
		samples, err := filepath.Glob(filepath.Join(root, "e2e/npm/samples/*"))
		if err != nil || len(samples) < 3 {
			t.Fatalf("samples: %v, %v", samples, err)
		}
		p.copy(t, "samples", samples...)
		p.write(t, typedExamples(t, root))
		p.tool(t, "typescript/bin/tsc", "-p", "samples")
		p.tool(t, "typescript/bin/tsc", "-p", "samples", "--module", "NodeNext", "--moduleResolution", "NodeNext")
	})

	p.write(t, map[string]string{
		"vite/index.html":         page("./main.js"),
		"vite/public/favicon.ico": "",
		"vite/main.js":            script(""),
		"vite/vite.config.js":     documented.viteConfig,
	})
	t.Run("IsBuiltByVite", func(t *testing.T) {
		p.tool(t, "vite/bin/vite.js", "build", "vite", "--logLevel=error")
		s := serve(t, site.Options{Dir: filepath.Join(p.dir, "vite/dist")})
		registers(t, s.URL, "vita")
		// The element on the page would have loaded the module without a Worker.
		index, err := os.ReadFile(filepath.Join(p.dir, "vite/dist/index.html"))
		if err != nil {
			t.Fatal(err)
		}
		p.write(t, map[string]string{"vite/dist/bare.html": strings.Replace(string(index), "<xmpp-signup></xmpp-signup>", "", 1)})
		registers(t, s.URL+"/bare.html", "viola", `await client.load({ worker: true });`)
	})

	t.Run("IsServedByVite", func(t *testing.T) {
		port, err := process.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		log, err := os.Create(filepath.Join(p.dir, "vite.log"))
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		cmd := exec.Command("node", filepath.Join(p.tools, "vite/bin/vite.js"), "vite", "--logLevel=error",
			"--host=127.0.0.1", fmt.Sprintf("--port=%d", port), "--strictPort")
		cmd.Dir = p.dir
		vite, err := process.Launch(cmd, log)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { vite.Kill(); <-vite.Done() })
		address := fmt.Sprintf("http://127.0.0.1:%d/", port)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		err = vite.WaitReady(ctx, func() (bool, error) {
			resp, err := http.Get(address)
			if err != nil {
				return false, nil
			}
			return true, resp.Body.Close()
		})
		if err != nil {
			said, _ := os.ReadFile(log.Name())
			t.Fatalf("%v\n%s", err, said)
		}
		registers(t, address+"?domain=example.test", "vivian")
	})

	t.Run("IsBuiltByEsbuild", func(t *testing.T) {
		p.write(t, map[string]string{"modules/main.js": script(""), "modules/out/index.html": page("main.js")})
		p.tool(t, "esbuild/bin/esbuild", "modules/main.js", "--bundle", "--format=esm", "--splitting", "--minify", "--outdir=modules/out", "--log-level=warning")
		p.copy(t, "modules/out", filepath.Join(installed, "xmppreg.wasm"), filepath.Join(installed, "wasm_exec.js"))
		registers(t, serve(t, site.Options{Dir: filepath.Join(p.dir, "modules/out")}).URL, "esme")
	})

	t.Run("IsBuiltByEsbuildAsOneScript", func(t *testing.T) {
		p.write(t, map[string]string{
			"one/main.js":        documented.oneScript + script(""),
			"one/out/go.js":      foreignGo,
			"one/out/index.html": strings.Replace(page("main.js"), "<script type=module", "<script src=go.js></script><script defer", 1),
		})
		p.tool(t, "esbuild/bin/esbuild", "one/main.js", "--bundle", "--loader:.wasm=file", "--minify", "--outdir=one/out", "--log-level=warning")
		checkForeignGo(t, registers(t, serve(t, site.Options{Dir: filepath.Join(p.dir, "one/out")}).URL, "esra"))
	})

	t.Run("IsBuiltByWebpack", func(t *testing.T) {
		p.write(t, map[string]string{
			"webpack/build.js":       fmt.Sprintf(webpackBuild, filepath.Join(p.tools, "webpack/lib/index.js")),
			"webpack/main.js":        script(""),
			"webpack/out/index.html": strings.Replace(page("main.js"), "type=module", "defer", 1),
		})
		p.run(t, "node", "webpack/build.js")
		registers(t, serve(t, site.Options{Dir: filepath.Join(p.dir, "webpack/out")}).URL, "wendy")
	})

	t.Run("DoesWhatItsReadmeSays", func(t *testing.T) {
		p.write(t, map[string]string{
			"readme/main.js":        documented.use + documented.elements + "await reg.connect(); await reg.deleteAccount(); globalThis.ran = jid;",
			"readme/out/index.html": page("main.js") + "<xmpp-account></xmpp-account>",
		})
		p.tool(t, "esbuild/bin/esbuild", "readme/main.js", "--bundle", "--format=esm", "--outdir=readme/out", "--log-level=warning")
		p.copy(t, "readme/out", filepath.Join(installed, "xmppreg.wasm"), filepath.Join(installed, "wasm_exec.js"))
		tab := tabs.Tab(t)
		tab.ExpectProblem(".wasm.gz")
		tab.Open(serve(t, site.Options{Dir: filepath.Join(p.dir, "readme/out")}).URL)
		tab.Wait(`globalThis.ran === 'kim@example.test'`)
		tab.Wait(`$('xmpp-signup').dataset.step === 'form'`)
		tab.Wait(`$('xmpp-account').dataset.step === 'login'`)
	})

	t.Run("IsLoadedFromAnotherOrigin", func(t *testing.T) {
		cdn, err := site.Start(site.Options{Dir: installed, CORS: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cdn.Close)
		p.write(t, map[string]string{"far/index.html": page("main.js"), "far/main.js": script(cdn.TLSURL)})
		policy := strings.Replace(site.CSP, "script-src 'self'", "script-src 'self' "+cdn.TLSURL, 1)
		registers(t, serve(t, site.Options{Dir: filepath.Join(p.dir, "far"), CSP: policy}).URL, "faye")
		if requests := cdn.Requests(); !slices.ContainsFunc(requests, func(r site.Request) bool { return r.Path == "/xmppreg.wasm" }) {
			t.Errorf("the module did not come from the other origin: %v", requests)
		}
	})

	t.Run("IsLoadedAsItIs", func(t *testing.T) {
		p.write(t, map[string]string{"index.html": page("main.js"), "main.js": script("./node_modules/xmppreg")})
		tab := registers(t, serve(t, site.Options{Dir: p.dir}).URL, "plato")
		var build string
		tab.Eval(`client.build`, &build)
		if dist, err := os.ReadFile(filepath.Join(root, "dist/build-info.json")); err != nil || !strings.Contains(string(dist), `"build": "`+build+`"`) {
			t.Errorf("the package is of the build %q, dist/ of %s (%v)", build, dist, err)
		}
	})
}

// unpack reads a tarball of npm's.
func unpack(t *testing.T, name string) map[string][]byte {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[strings.TrimPrefix(header.Name, "package/")], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

var imported = regexp.MustCompile(`(?m)(?:^import |^export |\} |import\()(?:from )?['"]\./([^'"]+)['"]|from ['"]\./([^'"]+)['"]|new URL\('\./([^']+)', import\.meta\.url\)`)

// checkTarball compares what the package has with what its exports need.
func checkTarball(t *testing.T, web string, files map[string][]byte) {
	var manifest struct {
		Name, Version, Type, License string
		Exports                      map[string]any
		Scripts, Dependencies        map[string]string
		SideEffects                  []string
	}
	if err := json.Unmarshal(files["package.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if m := manifest; m.Name != "xmppreg" || m.Version == "" || m.Type != "module" || m.License != "BSD-3-Clause" || len(m.Scripts)+len(m.Dependencies) > 0 {
		t.Errorf("package.json: %+v", m)
	}
	needed := map[string]bool{"package.json": true, "README.md": true, "LICENSE": true, "LICENSES.txt": true}
	var need func(name string)
	need = func(name string) {
		if needed[name] {
			return
		}
		needed[name] = true
		if ext := path.Ext(name); ext != ".js" && ext != ".ts" {
			return
		}
		for _, m := range imported.FindAllSubmatch(files[name], -1) {
			to := path.Join(path.Dir(name), string(bytes.Join(m[1:], nil)))
			if strings.HasSuffix(name, ".d.ts") {
				to = strings.TrimSuffix(to, ".js") + ".d.ts"
			}
			need(to)
		}
	}
	for _, export := range manifest.Exports {
		switch export := export.(type) {
		case string:
			need(strings.TrimPrefix(export, "./"))
		case map[string]any:
			for _, file := range export {
				need(strings.TrimPrefix(file.(string), "./"))
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(files)), slices.Sorted(maps.Keys(needed)); !slices.Equal(got, want) {
		t.Errorf("the package has\n%v\nits exports need\n%v", got, want)
	}
	for name, contents := range files {
		if len(contents) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	for _, name := range manifest.SideEffects {
		if files[strings.TrimPrefix(name, "./")] == nil {
			t.Errorf("sideEffects names %s", name)
		}
	}
	for name, pattern := range map[string]string{"xmppreg.wasm": "xmppreg-*.wasm", "wasm_exec.js": "wasm_exec-*.js"} {
		if !bytes.Equal(readDist(t, built(t, pattern)), files[name]) {
			t.Errorf("%s is not that of dist/", name)
		}
	}
	// What was not packed is only what the pages have for themselves.
	err := filepath.WalkDir(web, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(web, file)
		if ext := filepath.Ext(name); files[filepath.ToSlash(name)] == nil && (ext == ".js" || ext == ".ts") {
			return errors.Join(err, fmt.Errorf("web/%s is not in the package", name))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
