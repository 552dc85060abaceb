package e2e

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"strings"
	"testing"
)

// asPNG is a black picture of so many pixels: it is small as long as nobody unpacks it.
func asPNG(width, height int) []byte {
	var rows bytes.Buffer
	packer, _ := zlib.NewWriterLevel(&rows, zlib.BestSpeed)
	row := make([]byte, 1+(width+7)/8)
	for range height {
		packer.Write(row)
	}
	packer.Close()
	b := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(name string, data []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
		named := append([]byte(name), data...)
		b = binary.BigEndian.AppendUint32(append(b, named...), crc32.ChecksumIEEE(named))
	}
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height))
	chunk("IHDR", append(size, 1, 0, 0, 0, 0)) // one bit for each pixel
	chunk("IDAT", rows.Bytes())
	chunk("IEND", nil)
	return b
}

// asGIF is a film of so many pictures.
func asGIF(width, height, pictures int) []byte {
	one := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.Black})
	film := &gif.GIF{}
	for range pictures {
		film.Image, film.Delay = append(film.Image, one), append(film.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, film); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// TestPictureThatIsNoneOrTooLargeIsNotShown has CAPTCHAs with pictures that are none, that would
// take hundreds of megabytes, or that would run something anywhere else.
func TestPictureThatIsNoneOrTooLargeIsNotShown(t *testing.T) {
	const active = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="evil()"><script>evil()</script><a href="javascript:evil()"><text>x</text></a>` +
		`<image href="https://evil.test/1.png"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:parent.evil()"/></foreignObject></svg>`
	bomb := `<!DOCTYPE svg [<!ENTITY a "` + strings.Repeat("x", 1000) + `"><!ENTITY b "` + strings.Repeat("&a;", 1000) + `"><!ENTITY c "` + strings.Repeat("&b;", 1000) + `">]>` +
		`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&c;</text></svg>`
	whole := asPNG(200, 70)
	for name, c := range map[string]struct {
		mime    string
		data    []byte
		size    string // of the element, as the server says
		isShown bool
	}{
		"a text":                 {"image/png", []byte("hello"), "", false},
		"HTML":                   {"image/png", []byte("<!doctype html><script>evil()</script>"), "", false},
		"HTML, as a picture":     {"image/html", []byte("<!doctype html><script>evil()</script>"), "", false},
		"half a header":          {"image/png", whole[:12], "", false},
		"one that is all":        {"image/png", whole, "width='200' height='70'", true},
		"said to be large":       {"image/png", whole, "width='65535' height='65535'", true},
		"8,000 by 8,000":         {"image/png", asPNG(8_000, 8_000), "", false},
		"30,000 by 30,000":       {"image/png", asPNG(30_000, 30_000), "width='10' height='10'", false},
		"a film, 5,000 by 5,000": {"image/gif", asGIF(5_000, 5_000, 2), "", false},
		"SVG with scripts":       {"image/svg+xml", []byte(active), "", true},
		"SVG without an end":     {"image/svg+xml", []byte(active[:len(active)-6]), "", false},
		"SVG of many entities":   {"image/svg+xml", []byte(bomb), "", false},
		"SVG, 1e9 by 1e9":        {"image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"/>`), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cid, element := bits(c.mime, c.data)
			form := "<iq xmlns='jabber:client' type='result' id='ID'>" + register(xData(accountFields+
				fmt.Sprintf(`<field var='ocr' type='text-single' label='Answer'><media xmlns='urn:xmpp:media-element' %s><uri type='%s'>%s</uri></media></field>`, c.size, c.mime, cid))+element) + "</iq>"
			get, set := replies(offer, form), replies(offer, empty)
			tab := visit(t, scriptedServer(t, func(message string) []string {
				if strings.Contains(message, "type='set'") {
					return set(message)
				}
				return get(message)
			}))
			waitStep(tab, "form")
			if c.isShown {
				tab.Wait(`$('[data-field=ocr] img')?.complete && $('[data-field=ocr] img').naturalWidth > 0`)
			} else {
				tab.WaitText("[data-field=ocr]", "could not be shown")
			}
			tab.Screenshot("hostile-picture-" + name) // it is drawn
			var got struct{ IsWide, IsShown bool }
			tab.Eval(`({ isWide: document.documentElement.scrollWidth > innerWidth, isShown: Boolean($('[data-field=ocr] img')) })`, &got)
			if got.IsWide || got.IsShown != c.isShown {
				t.Errorf("shown: %t, wider than the page: %t", got.IsShown, got.IsWide)
			}
			harmless(t, tab)
			tab.Type("input[name=username]", "ann")
			tab.Type("input[name=password]", "correct horse")
			tab.Type("input[name=ocr]", "bell")
			submit(tab)
			waitStep(tab, "done")
		})
	}
}
