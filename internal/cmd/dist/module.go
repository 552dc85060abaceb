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
	glue      []byte // wasm_exec.js of the toolchain that built the module, in glueFormat
}

// script returns build.js, which tells the page's scripts which module is theirs.
func (m *module) script() string {
	return fmt.Sprintf("/** Names the build of xmppreg.wasm that belongs here. */\nexport const build = '%s';\n", m.id)
}

// glueFormat is put around wasm_exec.js. A page may run other Go programs, with a
// wasm_exec.js of another version. So this one's Go goes under a symbol of its own,
// where loader.js finds it, and globalThis.Go is restored before any other script runs.
const glueFormat = `{
const theirs = Object.getOwnPropertyDescriptor(globalThis, 'Go');
%s
globalThis[Symbol.for('xmppreg Go %s')] = globalThis.Go;
if (theirs) Object.defineProperty(globalThis, 'Go', theirs);
else delete globalThis.Go;
}
`

// buildArgs are the arguments of the command that builds the module; nothing else
// builds it. Without inlining the module is a quarter smaller.
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

// buildID is a hash of all that the module is made of: sources, dependencies, flags
// and the toolchain. The page's scripts are not part of it. If only they change, the
// module, which is nearly all of the weight, keeps its name, and visitors use the one
// in their caches.
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
