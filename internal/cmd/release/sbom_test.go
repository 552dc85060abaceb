package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// TestBillOfMaterialsListsWhatIsLinked reads the bill as others do.
func TestBillOfMaterialsListsWhatIsLinked(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	root := project(t, map[string]string{
		"dist/build-info.json": `{"version": "1.2.3", "build": "0123456789ab", "linked": [
			{"path": "example.org/a", "version": "v1.0.0", "sum": "h1:abc=", "license": "MIT"},
			{"path": "std", "version": "1.26.8", "license": "BSD-3-Clause"}]}`,
		"dist/xmppreg-ABCDEFGH.wasm": "module",
	})
	out := filepath.Join(root, "build/release")
	if _, err := release(root, "1.2.3", out, packed); err != nil {
		t.Fatal(err)
	}
	var bom cdx.BOM
	text := read(t, out, "xmppreg-1.2.3.cdx.json")
	if err := cdx.NewBOMDecoder(bytes.NewReader(text), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range *bom.Components {
		got = append(got, c.BOMRef)
	}
	if want := []string{"pkg:golang/example.org/a@v1.0.0", "pkg:golang/std@1.26.8", "xmppreg-ABCDEFGH.wasm"}; !slices.Equal(got, want) {
		t.Errorf("it lists %v, want %v", got, want)
	}
	if c := bom.Metadata.Component; c.Version != "1.2.3" || bom.Metadata.Timestamp != "2023-11-14T22:13:20Z" {
		t.Errorf("it is of %+v, at %s", c, bom.Metadata.Timestamp)
	}
	var anything struct{ SerialNumber, SpecVersion string }
	if err := json.Unmarshal(text, &anything); err != nil || len(anything.SerialNumber) != 45 || anything.SpecVersion != "1.6" {
		t.Errorf("%+v (%v)", anything, err)
	}
}
