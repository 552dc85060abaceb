package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A module is the WebAssembly module with what belongs to it.
type module struct {
	id        string // of the build: the module and the page's scripts both carry it
	goVersion string
	wasm      []byte
	glue      []byte // wasm_exec.js of the very toolchain that built the module, and where loader.js finds it
}

// script is what tells the page's scripts which module is theirs.
func (m *module) script() string {
	return fmt.Sprintf("/** Names the build of xmppreg.wasm that belongs here. */\nexport const build = '%s';\n", m.id)
}

// glueFormat is what wasm_exec.js becomes. A page may run other Go programs, with
// glue of another version: its own Go is there again before anybody else runs.
const glueFormat = `{
const theirs = Object.getOwnPropertyDescriptor(globalThis, 'Go');
%s
globalThis[Symbol.for('xmppreg Go %s')] = globalThis.Go;
if (theirs) Object.defineProperty(globalThis, 'Go', theirs);
else delete globalThis.Go;
}
`

// buildArgs are the flags of the module, here and nowhere else. Leaving out
// inlining makes it a quarter smaller.
func buildArgs(build, out string) []string {
	return []string{"build", "-trimpath", "-ldflags=-s -w -X main.build=" + build, "-gcflags=all=-l", "-o", out, "./wasm"}
}

// buildEnv is the environment of the module's build.
func buildEnv() []string { return append(os.Environ(), "GOOS=js", "GOARCH=wasm") }

// compile builds the module.
func compile() (*module, error) {
	version, err := goEnv("GOVERSION")
	if err != nil {
		return nil, err
	}
	m := &module{goVersion: version}
	if m.id, err = buildID(version); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "xmppreg-dist-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, moduleName)
	cmd := exec.Command("go", buildArgs(m.id, out)...)
	cmd.Env = buildEnv()
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("building the module: %w", err)
	}
	if m.wasm, err = os.ReadFile(out); err != nil {
		return nil, err
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

// buildID is a hash of all that the module is made of: sources, what they
// depend on, flags and the toolchain. The page's scripts are not part of it: a
// change of theirs alone leaves the module, which is nearly all of the weight,
// as it is in the caches of the visitors.
func buildID(version string) (string, error) {
	// A line for each package: its module, and its files if it is one of ours.
	const format = `{{if not .Standard}}{{.ImportPath}} {{.Module.Version}}{{if .Module.Main}}{{$dir := .Dir}}` +
		`{{range .GoFiles}} {{$dir}}/{{.}}{{end}}{{end}}{{end}}`
	cmd := exec.Command("go", "list", "-deps", "-f", format, "./wasm")
	cmd.Env = buildEnv()
	list, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n", version, buildArgs("", ""))
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
