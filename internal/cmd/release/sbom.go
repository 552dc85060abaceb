package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// buildInfo is what dist/build-info.json says of a build.
type buildInfo struct {
	Version string
	Build   string
	Linked  []struct{ Path, Version, Sum, License string }
}

func readBuildInfo(name string) (info buildInfo, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal(text, &info); err != nil {
		return info, fmt.Errorf("%s: %w", name, err)
	}
	return info, nil
}

// sbom returns the software bill of materials (CycloneDX 1.6): the module and its glue as
// they are in dist/, and what is linked into them.
func sbom(info buildInfo, files []file, made time.Time) ([]byte, error) {
	const ours = "xmppreg"
	bom := cdx.NewBOM()
	bom.SpecVersion = cdx.SpecVersion1_6
	// A serial number is a UUID; two releases have two.
	sum := sha256.Sum256([]byte(info.Version + " " + info.Build))
	sum[6] = sum[6]&0x0f | 0x80 // version 8 of RFC 9562: of our own making
	sum[8] = sum[8]&0x3f | 0x80
	bom.SerialNumber = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
	bom.Metadata = &cdx.Metadata{
		Timestamp: made.Format(time.RFC3339),
		Component: &cdx.Component{
			BOMRef: ours, Type: cdx.ComponentTypeApplication, Name: ours, Version: info.Version,
			PackageURL: "pkg:npm/xmppreg@" + info.Version, Licenses: licensed("BSD-3-Clause"),
		},
	}
	var components []cdx.Component
	var linked, holding []string
	for _, c := range info.Linked {
		library := cdx.Component{
			BOMRef: "pkg:golang/" + c.Path + "@" + c.Version, Type: cdx.ComponentTypeLibrary, Name: c.Path, Version: c.Version,
			PackageURL: "pkg:golang/" + c.Path + "@" + c.Version, Licenses: licensed(c.License),
		}
		if c.Sum != "" {
			library.Properties = &[]cdx.Property{{Name: "go.sum", Value: c.Sum}}
		}
		linked = append(linked, library.BOMRef)
		components = append(components, library)
	}
	dependencies := []cdx.Dependency{}
	for _, f := range files {
		if base := path.Base(f.name); !strings.HasSuffix(base, ".wasm") && !(strings.HasPrefix(base, "wasm_exec-") && strings.HasSuffix(base, ".js")) {
			continue
		}
		components = append(components, cdx.Component{
			BOMRef: f.name, Type: cdx.ComponentTypeFile, Name: f.name,
			Hashes: &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sha256.Sum256(f.contents))}},
		})
		holding = append(holding, f.name)
		dependencies = append(dependencies, cdx.Dependency{Ref: f.name, Dependencies: &linked})
	}
	dependencies = append(dependencies, cdx.Dependency{Ref: ours, Dependencies: &holding})
	bom.Components, bom.Dependencies = &components, &dependencies
	var out bytes.Buffer
	err := cdx.NewBOMEncoder(&out, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom)
	return out.Bytes(), err
}

func licensed(id string) *cdx.Licenses {
	return &cdx.Licenses{{License: &cdx.License{ID: id}}}
}

// writeSBOM writes the bill of materials of what is in dist into a folder.
func writeSBOM(dir, version string, info buildInfo, files []file, made time.Time) error {
	b, err := sbom(info, files, made)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "xmppreg-"+version+".cdx.json"), b, 0o644)
}
