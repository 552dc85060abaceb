package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// engines are the oldest browsers that the pages promise to work in.
var engines = []api.Engine{
	{Name: api.EngineChrome, Version: "111"},
	{Name: api.EngineEdge, Version: "111"},
	{Name: api.EngineFirefox, Version: "111"},
	{Name: api.EngineSafari, Version: "16.4"},
}

// urlRef matches how a script refers to a file beside it.
var urlRef = regexp.MustCompile(`new URL\((['"])\./([^'"]+)['"], import\.meta\.url\)`)

// scripts bundles the public scripts and the scripts of the pages. Scripts that the pages
// load get a name with a hash; the file with the plain name then only exports the same
// again.
func (b *builder) scripts(pages folder) error {
	loaded := map[string]bool{}
	for _, page := range pages {
		for _, name := range pageScripts(page) {
			loaded[name] = true
		}
	}
	entries := slices.Clone(public)
	for name := range loaded {
		if !slices.Contains(entries, name) {
			entries = append(entries, name)
		}
	}
	slices.Sort(entries)

	// A script that others load by its address, such as a Worker's, shares no code
	// with them. It is bundled first, because the others name it.
	alone, err := b.loadedByAddress()
	if err != nil {
		return err
	}
	for _, name := range alone {
		if err := b.bundle([]string{name}, map[string]bool{name: true}); err != nil {
			return err
		}
	}
	if err := b.bundle(entries, loaded); err != nil {
		return err
	}
	for _, name := range entries {
		if hashed, ok := b.hashed[name]; ok {
			b.files[name] = fmt.Appendf(nil, "export * from './%s';\n", path.Base(hashed))
		}
	}
	return nil
}

// loadedByAddress lists the scripts of web/ that others load by their address
// instead of importing them.
func (b *builder) loadedByAddress() ([]string, error) {
	names, err := webFiles(b.web)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, name := range names {
		if path.Ext(name) != ".js" {
			continue
		}
		source, err := os.ReadFile(filepath.Join(b.web, name))
		if err != nil {
			return nil, err
		}
		for _, m := range urlRef.FindAllSubmatch(source, -1) {
			if to := path.Join(path.Dir(name), string(m[2])); slices.Contains(names, to) && path.Ext(to) == ".js" && !slices.Contains(found, to) {
				found = append(found, to)
			}
		}
	}
	return found, nil
}

// bundle bundles scripts, which share what they have in common. The entries in hashed get
// names with a hash, the others keep their names.
func (b *builder) bundle(entries []string, hashed map[string]bool) error {
	web, err := filepath.Abs(b.web)
	if err != nil {
		return err
	}
	var points []string
	for _, name := range entries {
		points = append(points, filepath.Join(web, name))
	}
	root := filepath.Dir(web)
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       points,
		Outbase:           web,
		Outdir:            filepath.Join(root, "dist"), // only for the names: esbuild writes no files
		EntryNames:        "[dir]/[name]-[hash]",
		ChunkNames:        "[name]-[hash]",
		Bundle:            true,
		Splitting:         true,
		Format:            api.FormatESModule,
		Engines:           engines,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		Sourcemap:         api.SourceMapLinked,
		Metafile:          true,
		Plugins:           []api.Plugin{{Name: "xmppreg", Setup: b.plugin}},
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	if len(result.Warnings) > 0 {
		return errors.New(strings.Join(api.FormatMessages(result.Warnings, api.FormatMessagesOptions{}), "\n"))
	}
	out := &bundle{builder: b, plain: map[string]bool{}, hashed: hashed, contents: map[string][]byte{}, names: map[string]string{}}
	for _, name := range entries {
		out.plain[name] = !hashed[name]
	}
	if err := json.Unmarshal([]byte(result.Metafile), &out.meta); err != nil {
		return err
	}
	for _, file := range result.OutputFiles {
		name, err := filepath.Rel(root, file.Path)
		if err != nil {
			return err
		}
		out.contents[filepath.ToSlash(name)] = file.Contents
	}
	for _, name := range slices.Sorted(maps.Keys(out.meta.Outputs)) {
		if path.Ext(name) != ".js" {
			continue
		}
		if _, err := out.finish(name); err != nil {
			return err
		}
	}
	for name, output := range out.meta.Outputs {
		if output.EntryPoint != "" {
			b.chunks[script(output.EntryPoint)] = out.imports(name)
		}
	}
	return nil
}

// plugin gives esbuild the build.js of this build, and writes the names with a hash
// into references by address, which esbuild would leave alone.
func (b *builder) plugin(build api.PluginBuild) {
	build.OnResolve(api.OnResolveOptions{Filter: `^\./` + regexp.QuoteMeta(buildName) + `$`},
		func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: buildName, Namespace: "built"}, nil
		})
	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "built"},
		func(api.OnLoadArgs) (api.OnLoadResult, error) {
			script := b.module.script()
			return api.OnLoadResult{Contents: &script}, nil
		})
	build.OnLoad(api.OnLoadOptions{Filter: `\.js$`, Namespace: "file"},
		func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			source, err := os.ReadFile(args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			var missing error
			contents := string(urlRef.ReplaceAllFunc(source, func(ref []byte) []byte {
				name := string(urlRef.FindSubmatch(ref)[2])
				hashed, ok := b.hashed[name]
				if !ok {
					missing = fmt.Errorf("%s refers to %s, which is not there", filepath.Base(args.Path), name)
				}
				return bytes.Replace(ref, []byte(name), []byte(hashed), 1)
			}))
			return api.OnLoadResult{Contents: &contents}, missing
		})
}

// A bundle is what esbuild made. The hashes in its names are esbuild's own, and nobody
// else can recompute them. So each file gets a name by its final contents, and its
// contents are final when all that it imports has its name.
type bundle struct {
	*builder
	plain    map[string]bool // the scripts that keep their names
	hashed   map[string]bool // the entries whose names get a hash
	contents map[string][]byte
	names    map[string]string // the final names; empty for a file that is being named
	meta     struct {
		Outputs map[string]struct {
			EntryPoint string
			Imports    []struct {
				Path, Kind string
				External   bool
			}
			Inputs map[string]struct{ BytesInOutput int }
		}
	}
}

// esbuildName matches a name that esbuild gives: what is before its hash, and the hash.
var esbuildName = regexp.MustCompile(`^dist/(.*)-[A-Z2-7]{8}\.js$`)

// finish names an output and all that it imports.
func (b *bundle) finish(old string) (string, error) {
	if name, ok := b.names[old]; ok {
		if name == "" {
			return "", fmt.Errorf("%s imports itself, so no hash can be in its name", old)
		}
		return name, nil
	}
	b.names[old] = ""
	m := esbuildName.FindStringSubmatch(old)
	if m == nil {
		return "", fmt.Errorf("esbuild made a file %s", old)
	}
	plain := m[1] + ".js"
	output := b.meta.Outputs[old]
	contents := b.contents[old]

	sourceMap := plain + ".map"
	mapped := false
	for _, input := range output.Inputs {
		mapped = mapped || input.BytesInOutput > 0
	}
	if comment := []byte("//# sourceMappingURL=" + path.Base(old) + ".map\n"); mapped {
		b.builder.add(sourceMap, b.contents[old+".map"])
		contents = bytes.Replace(contents, []byte(path.Base(old)+".map"), []byte(path.Base(b.builder.hashed[sourceMap])), 1)
		delete(b.builder.hashed, sourceMap)
	} else {
		contents = bytes.Replace(contents, comment, nil, 1)
	}
	for _, imported := range output.Imports {
		if imported.External {
			continue
		}
		name, err := b.finish(imported.Path)
		if err != nil {
			return "", err
		}
		contents = bytes.ReplaceAll(contents, []byte(path.Base(imported.Path)), []byte(path.Base(name)))
	}
	name := hashedName(plain, contents)
	switch {
	case b.plain[script(output.EntryPoint)]:
		name = plain
	case b.hashed[script(output.EntryPoint)]:
		b.builder.hashed[plain] = name
	}
	b.names[old] = name
	b.files[name] = contents
	return name, nil
}

// script returns the name in web/ of an entry point. For esbuild, a script that is
// imported dynamically is an entry point as well.
func script(entryPoint string) string {
	_, name, _ := strings.Cut(entryPoint, "/")
	return name
}

// imports lists the final names of all files that an output imports statically.
func (b *bundle) imports(old string) []string {
	var found []string
	var follow func(old string)
	follow = func(old string) {
		for _, imported := range b.meta.Outputs[old].Imports {
			name := b.names[imported.Path]
			if imported.External || imported.Kind != "import-statement" || slices.Contains(found, name) {
				continue
			}
			found = append(found, name)
			follow(imported.Path)
		}
	}
	follow(old)
	return found
}

func minifyStyle(source []byte) ([]byte, error) {
	result := api.Transform(string(source), api.TransformOptions{
		Loader:           api.LoaderCSS,
		Engines:          engines,
		MinifyWhitespace: true,
		MinifySyntax:     true,
		Charset:          api.CharsetUTF8,
		LegalComments:    api.LegalCommentsNone,
		LogLevel:         api.LogLevelSilent,
	})
	if bad := append(result.Errors, result.Warnings...); len(bad) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(bad, api.FormatMessagesOptions{}), "\n"))
	}
	return result.Code, nil
}
