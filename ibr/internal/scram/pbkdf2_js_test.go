package scram

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"errors"
	"syscall/js"
	"testing"
)

// replaceCrypto puts something else in the place of the browser's crypto for a
// test. The source is an expression in which `real` is the browser's. Go itself
// needs getRandomValues.
func replaceCrypto(t *testing.T, source string) {
	t.Helper()
	js.Global().Call("eval", `
		globalThis.originalCrypto = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
		{
			const real = globalThis.crypto;
			const getRandomValues = (array) => real.getRandomValues(array);
			Object.defineProperty(globalThis, 'crypto', { configurable: true, value: `+source+` });
		}`)
	t.Cleanup(func() {
		js.Global().Call("eval", `Object.defineProperty(globalThis, 'crypto', originalCrypto); delete globalThis.originalCrypto;`)
	})
}

func TestWebCryptoAndGoDeriveTheSame(t *testing.T) {
	for _, m := range family {
		for _, password := range []string{"pencil", "", "pä ss", string(bytes.Repeat([]byte("long "), 100))} {
			for _, salt := range []string{"x", "NaCl for everyone", string(bytes.Repeat([]byte{0, 255}, 100))} {
				want, err := pbkdf2.Key(m.newHash, password, []byte(salt), 1001, m.newHash().Size())
				if err != nil {
					t.Fatal(err)
				}
				for name, derive := range map[string]func(context.Context, string, []byte, int) ([]byte, error){
					"WebCrypto": m.deriveBits, "Go": m.hi, "the two": m.saltedPassword,
				} {
					got, err := derive(background, password, []byte(salt), 1001)
					if err != nil || !bytes.Equal(got, want) {
						t.Errorf("%s, %q, %q: %s derives %x, %v", m.Name, password, salt, name, got, err)
					}
				}
			}
		}
	}
}

func TestGoDerivesWhereWebCryptoDoesNot(t *testing.T) {
	for name, source := range map[string]string{
		"no secure context": `{ getRandomValues }`,
		"null":              `{ getRandomValues, subtle: null }`,
		"importKey throws":  `{ getRandomValues, subtle: { importKey() { throw new Error('no'); } } }`,
		"importKey fails":   `{ getRandomValues, subtle: { importKey: async () => { throw new DOMException('no', 'DataError'); } } }`,
		"deriveBits fails":  `{ getRandomValues, subtle: { importKey: async () => ({}), deriveBits: async () => { throw new DOMException('no', 'OperationError'); } } }`,
		"too few bits":      `{ getRandomValues, subtle: { importKey: async () => ({}), deriveBits: async () => new ArrayBuffer(8) } }`,
		"no bits":           `{ getRandomValues, subtle: { importKey: async () => ({}), deriveBits: async () => undefined } }`,
		"no Promise":        `{ getRandomValues, subtle: { importKey: () => 7 } }`,
	} {
		t.Run(name, func(t *testing.T) {
			replaceCrypto(t, source)
			for _, m := range family {
				if key, err := m.deriveBits(background, "password", []byte("salt"), 4096); err == nil {
					t.Errorf("%s: WebCrypto derives %x", m.Name, key)
				}
			}
			TestSaltedPasswordIsThatOfTheExamples(t)
		})
	}
}

func TestGoLetsThePageWork(t *testing.T) {
	js.Global().Call("eval", `globalThis.worked = false; setTimeout(() => { worked = true; }, 0);`)
	defer js.Global().Delete("worked")
	if _, err := SHA1.hi(background, "password", []byte("salt"), 50_000); err != nil {
		t.Fatal(err)
	}
	if !js.Global().Get("worked").Bool() {
		t.Error("the event loop was held until the end")
	}
}

func TestLoginThatIsGivenUpEndsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	cancel()
	for name, derive := range map[string]func(context.Context, string, []byte, int) ([]byte, error){
		"WebCrypto": SHA512.deriveBits, "Go": SHA512.hi, "the two": SHA512.saltedPassword,
	} {
		if _, err := derive(ctx, "password", []byte("salt"), maxIterations); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// BenchmarkSaltedPassword compares who does the work, with Prosody's number of
// rounds.
func BenchmarkSaltedPassword(b *testing.B) {
	for _, m := range family {
		for _, worker := range []struct {
			name   string
			derive func(context.Context, string, []byte, int) ([]byte, error)
		}{{"WebCrypto", m.deriveBits}, {"Go", m.hi}} {
			b.Run(m.Name+"/"+worker.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := worker.derive(background, "password", []byte("NaCl for everyone"), 10_000); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
