//go:build js

package jsapi

import (
	"syscall/js"

	"github.com/hack-pad/safejs"
)

// objectURLs are the addresses by which the page shows media that came over the stream
// (File API section 8). When the next form but one has come, the addresses are revoked,
// and their media freed: until then the page may still show the form.
type objectURLs struct {
	now, before []string
}

// url makes an address for data of that MIME type.
func (o *objectURLs) url(data []byte, mime string) (string, error) {
	global := safejs.Safe(js.Global())
	constructor, err := global.Get("Uint8Array")
	if err != nil {
		return "", err
	}
	array, err := constructor.New(len(data))
	if err != nil {
		return "", err
	}
	if _, err := safejs.CopyBytesToJS(array, data); err != nil {
		return "", err
	}
	if constructor, err = global.Get("Blob"); err != nil {
		return "", err
	}
	blob, err := constructor.New([]any{array}, map[string]any{"type": mime})
	if err != nil {
		return "", err
	}
	class, err := global.Get("URL")
	if err != nil {
		return "", err
	}
	value, err := class.Call("createObjectURL", blob)
	if err != nil {
		return "", err
	}
	url, err := value.String()
	if err == nil {
		o.now = append(o.now, url)
	}
	return url, err
}

// next begins another form.
func (o *objectURLs) next() {
	old := o.before
	o.before, o.now = o.now, nil
	class, err := safejs.Safe(js.Global()).Get("URL")
	if err != nil {
		return
	}
	for _, url := range old {
		_, _ = class.Call("revokeObjectURL", url)
	}
}
