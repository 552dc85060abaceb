package e2e

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// bits are bits of binary (XEP-0231), and the address that they have.
func bits(mime string, data []byte) (cid, element string) {
	sum := sha1.Sum(data)
	cid = "sha1+" + hex.EncodeToString(sum[:]) + "@bob.xmpp.org"
	return "cid:" + cid, fmt.Sprintf(`<data xmlns='urn:xmpp:bob' cid='%s' type='%s'>%s</data>`,
		cid, mime, base64.StdEncoding.EncodeToString(data))
}

// pixel is a PNG, sound a WAV of a tenth of a second of silence.
var (
	pixel, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")
	sound    = func() []byte {
		const samples = 800
		var b []byte
		b = append(b, "RIFF"...)
		b = binary.LittleEndian.AppendUint32(b, 36+samples)
		b = append(b, "WAVEfmt "...)
		b = binary.LittleEndian.AppendUint32(b, 16)
		b = binary.LittleEndian.AppendUint16(b, 1) // PCM
		b = binary.LittleEndian.AppendUint16(b, 1) // channel
		b = binary.LittleEndian.AppendUint32(b, 8000)
		b = binary.LittleEndian.AppendUint32(b, 8000)
		b = binary.LittleEndian.AppendUint16(b, 1)
		b = binary.LittleEndian.AppendUint16(b, 8)
		b = append(b, "data"...)
		b = binary.LittleEndian.AppendUint32(b, samples)
		return append(b, strings.Repeat("\x80", samples)...)
	}()
)

// media is a field for an answer, with what it is about.
func media(name string, uris ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(uris); i += 2 {
		fmt.Fprintf(&b, `<uri type='%s'>%s</uri>`, uris[i], uris[i+1])
	}
	return fmt.Sprintf(`<field var='%s' type='text-single' label='Answer to %[1]s'><media xmlns='urn:xmpp:media-element'>%s</media></field>`, name, b.String())
}

const challenge = `<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>` + accountFields +
	`<field type='hidden' var='challenge'><value>c-1</value></field><field type='hidden' var='answers'><value>1</value></field>`

var (
	pictureCID, pictureBits = bits("image/png", pixel)
	soundCID, soundBits     = bits("audio/wav", sound)

	// Of the picture's three addresses none but the second can be shown; of the
	// sound's kinds the first is known to nobody.
	alternatives = formHost("alternatives.test", register(xData(challenge+
		media("ocr", "text/html", "https://alternatives.test/x.html", "image/png", pictureCID, "image/png", "https://alternatives.test/x.png")+
		media("audio_recog", "audio/x-nobody-knows", soundCID, "audio/wav", soundCID))+pictureBits+soundBits))

	elsewherePicture = formHost("elsewhere-picture.test", dataForm(challenge+media("ocr", "image/png", "http://pictures.test/1.png")))
	activePicture    = formHost("active-picture.test", dataForm(challenge+media("ocr", "text/html", "https://pictures.test/1", "image/png", "javascript:alert(1)", "image/png", "data:text/html,x")))
)

func TestPictureAndSoundAreOfferedAndOneAnswerIsEnough(t *testing.T) {
	tab := formOf(t, alternatives)
	tab.Wait(`$('[data-field=ocr] img')?.naturalWidth === 1`)
	tab.Wait(`$('[data-field=audio_recog] audio')?.duration > 0`)
	tab.WaitVisible("[data-field=audio_recog] audio")
	if got := tab.Attribute("[data-field=ocr] img", "alt"); got == "" {
		t.Error("the picture has no text in its place")
	}
	if got := tab.Text(".answers"); got != "One of these answers is enough." {
		t.Errorf("the page says %q", got)
	}
	tab.Screenshot("captcha-alternatives")
	tab.Type("input[name=username]", "ear")
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	// None of them is not enough.
	tab.Wait(`$('[data-field=ocr] .error')?.textContent`)
	sentBy(t, tab, "get")
	tab.Type("input[name=audio_recog]", "bell")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	arrived(t, alternatives, "submit: (hidden)FORM_TYPE=jabber:iq:register username=ear password=correct horse (hidden)challenge=c-1 (hidden)answers=1 audio_recog=bell")
}

func TestPictureWithoutEncryptionIsOnlyALink(t *testing.T) {
	tab := formOf(t, elsewherePicture)
	tab.Wait(`$('[data-field=ocr] a')`)
	if got := tab.Attribute("[data-field=ocr] a", "href"); got != "http://pictures.test/1.png" {
		t.Errorf("the link leads to %q", got)
	}
	if got := tab.Text("[data-field=ocr]"); !strings.Contains(got, "not secure") {
		t.Errorf("the page says %q", got)
	}
	tab.WaitVisible("[data-renew]")
	var shown int
	tab.Eval(`$('.fields').querySelectorAll('img, audio, video').length`, &shown)
	if shown != 0 {
		t.Error("it is loaded all the same")
	}
}

func TestMediaThatAreNoneAreNeverShown(t *testing.T) {
	tab := formOf(t, activePicture)
	tab.WaitText("[data-field=ocr]", "could not be loaded")
	tab.WaitVisible("[data-renew]")
	var html string
	tab.Eval(`$('.fields').innerHTML`, &html)
	for _, part := range []string{"javascript:", "data:", "pictures.test", "<iframe", "<img", "<object"} {
		if strings.Contains(html, part) {
			t.Errorf("the page has %s", part)
		}
	}
}
