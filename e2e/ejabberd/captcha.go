package ejabberd

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"math/rand/v2"
)

// captchaScript is called with a CAPTCHA's answer and prints its image. It appends
// the answer to the image, where programs that show it do not look.
const captchaScript = `#!/bin/sh
cat "${0%/*}/captcha.png"
printf 'ANSWER=%s' "$1"
`

// maxCaptchaSize is ejabberd's limit to what its script prints, with room for
// the answer.
const maxCaptchaSize = 64<<10 - 64

// imageEnd is how every PNG ends: the chunk IEND and its checksum.
const imageEnd = "IEND\xaeB`\x82"

// Answer returns the answer to the CAPTCHA of captcha.test with this image.
func Answer(png []byte) (string, error) {
	_, answer, found := bytes.Cut(png, []byte(imageEnd+"ANSWER="))
	if !found || len(answer) == 0 {
		return "", errors.New("ejabberd: the image holds no answer")
	}
	return string(answer), nil
}

// captchaImage returns a PNG of at least size bytes, and of not many more. It is
// noise, because that does not compress.
func captchaImage(size int) ([]byte, error) {
	const width = 160
	img := image.NewGray(image.Rect(0, 0, width, size/width+1))
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = uint8(noise.Uint32())
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}
