package langtag

import "testing"

func TestTagIsCanonicalOrThereIsNone(t *testing.T) {
	for tag, want := range map[string]string{
		"en":            "en",
		"DE-ch":         "de-CH",
		"zh-hant-tw":    "zh-Hant-TW",
		"es-419":        "es-419",
		"sr-latn":       "sr-Latn",
		" fr ":          "fr",
		"iw":            "he",
		"de-DE-1996":    "de-DE-1996",
		"en-x-Mine":     "en-x-mine",
		"de_CH.UTF-8":   "de-CH",
		"de_DE@euro":    "de-DE",
		"en_US":         "en-US",
		"C":             "",
		"C.UTF-8":       "",
		"POSIX":         "",
		"":              "",
		" ":             "",
		"e":             "",
		"english lang":  "",
		"de-":           "",
		"-de":           "",
		"de--CH":        "",
		"d€":            "",
		"en-waytoolong": "",
		"<script>":      "",
		"en\x00":        "",
	} {
		if got := Canonical(tag); got != want {
			t.Errorf("%q became %q, want %q", tag, got, want)
		}
	}
}
