package random

import (
	"encoding/hex"
	"fmt"

	"github.com/hack-pad/safejs"
)

// Text returns letters and digits with at least 128 random bits. It asks the browser
// itself: crypto/rand does so too, but would make AES and a generator that is built
// upon it part of the module.
func Text() string {
	bits := make([]byte, 16)
	if err := read(bits); err != nil {
		panic(fmt.Sprintf("the browser has no random numbers: %v", err))
	}
	return hex.EncodeToString(bits)
}

func read(bits []byte) error {
	constructor, err := safejs.Global().Get("Uint8Array")
	if err != nil {
		return err
	}
	array, err := constructor.New(len(bits))
	if err != nil {
		return err
	}
	crypto, err := safejs.Global().Get("crypto")
	if err != nil {
		return err
	}
	if _, err := crypto.Call("getRandomValues", array); err != nil {
		return err
	}
	_, err = safejs.CopyBytesToGo(bits, array)
	return err
}
