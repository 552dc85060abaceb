package main

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
)

var (
	htmlTag = regexp.MustCompile(`<(script|link|img)\b[^>]*>`)
	htmlRef = regexp.MustCompile(`\b(?:src|href)\s*=\s*["']?([^"'\s>]+)["']?`)
	htmlRel = regexp.MustCompile(`\brel\s*=\s*["']?([\w-]+)`)
)

// A tag of a page that refers to a file.
type tag struct {
	name, rel, ref string
}

func readTag(text []byte) (t tag) {
	t.name = string(htmlTag.FindSubmatch(text)[1])
	if m := htmlRef.FindSubmatch(text); m != nil {
		t.ref = strings.TrimPrefix(string(m[1]), "./")
	}
	if m := htmlRel.FindSubmatch(text); m != nil {
		t.rel = string(m[1])
	}
	return t
}

// pageScripts lists the scripts that a page loads.
func pageScripts(page []byte) (names []string) {
	for _, text := range htmlTag.FindAll(page, -1) {
		if t := readTag(text); t.name == "script" && t.ref != "" {
			names = append(names, t.ref)
		}
	}
	return names
}

// page writes the names with a hash into a page, and the attribute integrity where
// browsers look at it. It adds a modulepreload for each module that the page's
// scripts import, so that these load at the same time as the scripts.
func (b *builder) page(page []byte) ([]byte, error) {
	var out bytes.Buffer
	rest := page
	for _, at := range htmlTag.FindAllIndex(page, -1) {
		text := page[at[0]:at[1]]
		out.Write(rest[:at[0]-(len(page)-len(rest))])
		rest = page[at[1]:]
		t := readTag(text)
		hashed, ok := b.hashed[t.ref]
		switch {
		case t.ref == "" || strings.ContainsAny(t.ref, ":#"):
			out.Write(text)
			continue
		case t.rel == "modulepreload" && t.ref != glueName:
			// The module has become part of a chunk, so the whole line is removed.
			out.Truncate(len(bytes.TrimRight(out.Bytes(), " \t\n")))
			continue
		case !ok:
			return nil, fmt.Errorf("%s refers to a file that is not there", text)
		}
		if t.name == "script" {
			indent := out.Bytes()[bytes.LastIndexByte(out.Bytes(), '\n')+1:]
			for _, name := range b.chunks[t.ref] {
				fmt.Fprintf(&out, `<link rel="modulepreload" href="%s" integrity="%s">`+"\n%s", name, integrity(b.files[name]), indent)
			}
		}
		ref := htmlRef.FindSubmatchIndex(text)
		out.Write(text[:ref[2]])
		out.WriteString(hashed)
		out.Write(text[ref[3]:ref[1]])
		if t.name == "script" || t.rel == "modulepreload" || t.rel == "stylesheet" {
			fmt.Fprintf(&out, ` integrity="%s"`, integrity(b.files[hashed]))
		}
		out.Write(text[ref[1]:])
	}
	out.Write(rest)
	return out.Bytes(), nil
}

// integrity returns a hash in the form of the attribute integrity.
func integrity(contents []byte) string {
	sum := sha512.Sum384(contents)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}
