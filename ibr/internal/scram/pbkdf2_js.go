package scram

import (
	"context"
	"crypto/hmac"
	"crypto/subtle"
	"fmt"
	"time"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/internal/promise"
)

// saltedPassword is SaltedPassword of RFC 5802 section 3: PBKDF2 (RFC 8018 section
// 5.2) with HMAC, of the hash function's length. A page that is no secure context
// has no WebCrypto, and then Go does the work.
func (m *Mechanism) saltedPassword(ctx context.Context, password string, salt []byte, iterations int) ([]byte, error) {
	key, err := m.deriveBits(ctx, password, salt, iterations)
	if err == nil || ctx.Err() != nil {
		return key, err
	}
	return m.hi(ctx, password, salt, iterations)
}

// deriveBits asks WebCrypto, in a window or a Worker.
func (m *Mechanism) deriveBits(ctx context.Context, password string, salt []byte, iterations int) ([]byte, error) {
	crypto, err := safejs.Global().Get("crypto")
	if err != nil {
		return nil, err
	}
	subtle, err := crypto.Get("subtle")
	if err != nil {
		return nil, err
	}
	secret, err := bytesToJS([]byte(password))
	if err != nil {
		return nil, err
	}
	key, err := call(ctx, subtle, "importKey", "raw", secret, "PBKDF2", false, []any{"deriveBits"})
	if err != nil {
		return nil, err
	}
	jsSalt, err := bytesToJS(salt)
	if err != nil {
		return nil, err
	}
	size := m.newHash().Size()
	buffer, err := call(ctx, subtle, "deriveBits", map[string]any{
		"name":       "PBKDF2",
		"hash":       m.webCrypto,
		"salt":       jsSalt,
		"iterations": iterations,
	}, key, 8*size)
	if err != nil {
		return nil, err
	}
	constructor, err := safejs.Global().Get("Uint8Array")
	if err != nil {
		return nil, err
	}
	bits, err := constructor.New(buffer)
	if err != nil {
		return nil, err
	}
	derived := make([]byte, size)
	if n, err := safejs.CopyBytesToGo(derived, bits); err != nil || n != size {
		return nil, fmt.Errorf("WebCrypto derived %d bytes: %w", n, err)
	}
	return derived, nil
}

// call calls a method that returns a Promise, and waits for it.
func call(ctx context.Context, object safejs.Value, method string, args ...any) (safejs.Value, error) {
	p, err := object.Call(method, args...)
	if err != nil {
		return safejs.Value{}, err
	}
	return promise.Await(ctx, p)
}

func bytesToJS(data []byte) (safejs.Value, error) {
	constructor, err := safejs.Global().Get("Uint8Array")
	if err != nil {
		return safejs.Value{}, err
	}
	array, err := constructor.New(len(data))
	if err != nil {
		return safejs.Value{}, err
	}
	_, err = safejs.CopyBytesToJS(array, data)
	return array, err
}

// How long hi holds the thread at a time, and for how long it lets go of it. Within
// a pause of nothing, Go would not return to the browser's event loop.
const (
	stint = 20 * time.Millisecond
	pause = time.Millisecond
)

// hi is Hi of RFC 5802 section 2.2 in Go. It lets the page work in between, which
// the package crypto/pbkdf2 does not.
func (m *Mechanism) hi(ctx context.Context, password string, salt []byte, iterations int) ([]byte, error) {
	mac := hmac.New(m.newHash, []byte(password))
	mac.Write(salt)
	mac.Write([]byte{0, 0, 0, 1})
	u := mac.Sum(nil)
	key := append([]byte(nil), u...)
	begun := time.Now()
	for i := 1; i < iterations; i++ {
		mac.Reset()
		mac.Write(u)
		u = mac.Sum(u[:0])
		subtle.XORBytes(key, key, u)
		if i%64 == 0 && time.Since(begun) > stint {
			time.Sleep(pause)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			begun = time.Now()
		}
	}
	return key, nil
}
