package e2e

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// pictures is set by `make screenshots`.
var pictures = flag.String("pictures", "", "`folder` in which the pictures of the documentation are written")

// The names that the documentation uses. Nothing leaves this machine for them: the pages
// are told the server's address.
var pictured = []string{host("example.org", ""), host("example.net", "")}

// largestPicture is how many bytes a picture of the documentation may have.
const largestPicture = 60_000

// TestPicturesOfTheDocumentationAreMade takes them from the pages, with a real server.
// Without -pictures they are made and thrown away.
func TestPicturesOfTheDocumentationAreMade(t *testing.T) {
	dir := *pictures
	if dir == "" {
		dir = t.TempDir()
	}
	existing(t, "kim", pictured[0], "first")
	for name, take := range map[string]func(*testing.T) *browser.Tab{
		"signup":        pictureOfTakenName,
		"signup-done":   pictureOfLastPage,
		"signup-arabic": pictureInArabic,
	} {
		tab := take(t)
		// The caret blinks, and the focus is nobody's business.
		tab.Eval(`void active()?.blur()`, nil)
		file := filepath.Join(dir, name+".png")
		size := reduce(t, tab.Screenshot("picture-"+name), file)
		if size > largestPicture {
			t.Errorf("%s has %d bytes, more than %d", file, size, largestPicture)
		}
		tab.Close()
	}
}

// provider are the attributes of the sign-up page in the pictures.
func provider(lang string) map[string]string {
	return map[string]string{
		"domains": pictured[0] + " " + pictured[1], "url": server.WebSocketURL(), "lang": lang,
		"terms": "https://example.org/terms", "privacy": "https://example.org/privacy",
	}
}

func pictureOfTakenName(t *testing.T) *browser.Tab {
	tab := signUp(t, provider("en"))
	tab.SharpViewport(480, 600, false)
	fillIn(tab, "kim", "correct horse")
	tab.Click("input[name=terms]")
	submit(tab)
	tab.WaitText("[data-field=username] .error", "taken")
	waitStep(tab, "form")
	return tab
}

func pictureOfLastPage(t *testing.T) *browser.Tab {
	attributes := maps.Clone(provider("en"))
	tab := tabs.Tab(t)
	as(tab, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36", 5)
	tab.Open(pages(t, attributes).URL + "/")
	tab.SharpViewport(390, 600, true)
	fillIn(tab, "ada", "correct horse")
	tab.Click("input[name=terms]")
	submit(tab)
	waitStep(tab, "done")
	tab.WaitVisible(".apps a")
	return tab
}

func pictureInArabic(t *testing.T) *browser.Tab {
	tab := signUp(t, provider("ar"))
	tab.SharpViewport(390, 600, true)
	tab.Prefer("prefers-color-scheme", "dark")
	// The title is the page's own, which its author translates.
	tab.Eval(`(() => {
		document.documentElement.lang = 'ar';
		document.documentElement.dir = 'rtl';
		$('h1').textContent = 'إنشاء حساب';
	})()`, nil)
	waitStep(tab, "form")
	tab.Type("input[name=username]", "noor")
	return tab
}

// reduce writes a picture with 256 colours, and returns its size in bytes. A page has few
// colours; what it has more of are shades at the edges of letters.
func reduce(t *testing.T, from, to string) int {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, withPalette(full)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// withPalette is the picture with its 256 most frequent colours; another colour becomes
// the nearest of them.
func withPalette(full image.Image) *image.Paletted {
	bounds := full.Bounds()
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(full.At(x, y)).(color.RGBA) }
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, c := range colours[:min(256, len(colours))] {
		palette = append(palette, c)
	}
	nearest := map[color.RGBA]uint8{}
	for _, c := range colours {
		nearest[c] = uint8(palette.Index(c))
	}
	reduced := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			reduced.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	return reduced
}
