package scram

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"mellium.im/sasl"
)

var (
	background = context.Background()
	family     = []*Mechanism{SHA1, SHA256, SHA512}
)

// begun is a conversation with the given nonce that waits for the server's first
// message.
func begun(t testing.TB, m *Mechanism, username, password, nonce string) *Conversation {
	t.Helper()
	c := New(m, username, password)
	c.nonce = nonce
	if _, err := c.Step(background, nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMessagesAreThoseOfTheExamples(t *testing.T) {
	for _, tt := range []struct {
		where                                             string
		mechanism                                         *Mechanism
		nonce, clientFirst, serverFirst, final, signature string
	}{
		{"RFC 5802 section 5", SHA1, "fyko+d2lbbFgONRv9qkxdawL",
			"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
			"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
			"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
			"v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
		{"RFC 7677 section 3", SHA256, "rOprNGfwEbeRWgbNEkqO",
			"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
			"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
			"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
			"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
		// There is no example of SHA-512. This one was computed with Python's hashlib.
		{"SHA-512", SHA512, "rOprNGfwEbeRWgbNEkqO",
			"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
			"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=10000",
			"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=sScffJ11LZ4TfY4PVI/6/9rMIHpix12AijdjQOPWK26er2vRtW/osDSi/hegaCFWfI91sJZd0bevncVEhUg0wQ==",
			"v=RjtcFh+1kT0TmNH2klLiCXHiJLvMLwWuSSjecIns8FBSn0XXRb3iv2qU96STCkYC2Go0feONylPqhw46oweC5A=="},
	} {
		t.Run(tt.where, func(t *testing.T) {
			c := New(tt.mechanism, "user", "pencil")
			c.nonce = tt.nonce
			for _, step := range []struct{ received, sent string }{{"", tt.clientFirst}, {tt.serverFirst, tt.final}, {tt.signature, ""}} {
				if c.Done() {
					t.Error("done too early")
				}
				sent, err := c.Step(background, []byte(step.received))
				if err != nil {
					t.Fatal(err)
				}
				if string(sent) != step.sent {
					t.Errorf("sent %s, want %s", sent, step.sent)
				}
			}
			if !c.Done() {
				t.Error("not done")
			}
			if _, err := c.Step(background, []byte(tt.signature)); err == nil || c.Done() {
				t.Error("a message more is taken")
			}
		})
	}
}

// TestProofOfSHA512IsThatOfTheRFCsAlgorithm computes RFC 5802 section 3 once more.
func TestProofOfSHA512IsThatOfTheRFCsAlgorithm(t *testing.T) {
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha512.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	const first, final = "r=abcdef,s=QUJDRA==,i=5000", "c=biws,r=abcdef"
	const authMessage = "n=kim,r=abc," + first + "," + final
	salted, err := pbkdf2.Key(sha512.New, "pw", []byte("ABCD"), 5000, sha512.Size)
	if err != nil {
		t.Fatal(err)
	}
	clientKey := mac(salted, "Client Key")
	storedKey := sha512.Sum512(clientKey)
	proof := mac(storedKey[:], authMessage)
	for i := range proof {
		proof[i] ^= clientKey[i]
	}

	c := begun(t, SHA512, "kim", "pw", "abc")
	answer, err := c.Step(background, []byte(first))
	if want := final + ",p=" + base64.StdEncoding.EncodeToString(proof); err != nil || string(answer) != want {
		t.Errorf("sent %s, %v, want %s", answer, err, want)
	}
	signature := mac(mac(salted, "Server Key"), authMessage)
	if _, err := c.Step(background, []byte("v="+base64.StdEncoding.EncodeToString(signature))); err != nil || !c.Done() {
		t.Errorf("the server is not believed: %v", err)
	}
}

// TestAnotherImplementationLetsTheUserIn plays the server with mellium's, which
// takes no user names that have to be escaped.
func TestAnotherImplementationLetsTheUserIn(t *testing.T) {
	for _, tt := range []struct {
		own   *Mechanism
		other sasl.Mechanism
	}{{SHA1, sasl.ScramSha1}, {SHA256, sasl.ScramSha256}} {
		for _, login := range []struct{ username, sent, stored string }{
			{"kim", "pw", "pw"},
			{"zoë", "pä\u00A0ss", "pä ss"}, // the server has prepared it as well
			{"2C", "\u2168", "IX"},
			{"kim", "", ""},
		} {
			salt := []byte("NaCl for everyone")
			salted, err := pbkdf2.Key(tt.own.newHash, login.stored, salt, minIterations, tt.own.newHash().Size())
			if err != nil {
				t.Fatal(err)
			}
			server := sasl.NewServer(tt.other, func(*sasl.Negotiator) bool { return true },
				sasl.SaltedCredentials(func(username, _ []byte, _ string) ([]byte, []byte, int64, error) {
					if string(username) != login.username {
						return nil, nil, 0, sasl.ErrAuthn
					}
					return salt, salted, minIterations, nil
				}))
			c := New(tt.own, login.username, login.sent)
			var answer []byte
			for !c.Done() {
				message, err := c.Step(background, answer)
				if err != nil {
					t.Fatalf("%s, %+q: %v", tt.own.Name, login, err)
				}
				if c.Done() {
					break
				}
				if _, answer, err = server.Step(message); err != nil {
					t.Fatalf("%s, %+q: the server: %v", tt.own.Name, login, err)
				}
			}
		}
	}
}

func TestUserNameIsEscaped(t *testing.T) {
	for username, want := range map[string]string{
		"kim":   "kim",
		"a,b=c": "a=2Cb=3Dc",
		"=2C":   "=3D2C",
		"zoë":   "zoë",
	} {
		c := New(SHA1, username, "pw")
		first, err := c.Step(background, nil)
		if err != nil || string(first) != "n,,n="+want+",r="+c.nonce {
			t.Errorf("%s: sent %s, %v", username, first, err)
		}
	}
}

func TestEveryConversationHasItsNonce(t *testing.T) {
	a, b := New(SHA1, "kim", "pw").nonce, New(SHA1, "kim", "pw").nonce
	if a == b || len(a) < 24 || !isPrintable(a) || strings.Contains(a, ",") {
		t.Errorf("nonces %s and %s", a, b)
	}
}

// What a server may have done wrong, in the words of its error.
const (
	isMalformed  = "the server's part of the login is malformed: "
	hasExtension = "the server demands an extension of SCRAM"
	hasNonce     = "the server's nonce does not continue the client's"
	hasRounds    = "the server asks for "
	isRefusal    = "the server ends the login with an error of SCRAM: "
	isUnproved   = "the server could not prove that it knows the password"
)

// atFault sees that a step has failed, by whose fault, and that nothing comes after.
func atFault(t *testing.T, c *Conversation, message, want, text string) {
	t.Helper()
	answer, err := c.Step(background, []byte(message))
	var e *Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Error(), want) || !strings.Contains(e.Error(), text) {
		t.Errorf("%q: error %v, want %q and %q", message, err, want, text)
	}
	if answer != nil || c.Done() {
		t.Errorf("%q: answered %s", message, answer)
	}
	if _, err := c.Step(background, []byte(message)); err == nil || c.Done() {
		t.Errorf("%q: the conversation goes on", message)
	}
}

func TestFirstMessagesThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		message string
		fault   string
		text    string
	}{
		{"", isMalformed, ""},
		{",", isMalformed, ""},
		{"x", isMalformed, ""},
		{"r=", isMalformed, ""},
		{"r=abcdef", isMalformed, "in this order"},
		{"r=abcdef,s=QUJD", isMalformed, "in this order"},
		{"s=QUJD,r=abcdef,i=4096", isMalformed, "in this order"},
		{"r=abcdef,i=4096,s=QUJD", isMalformed, "in this order"},
		{"x=1,r=abcdef,s=QUJD,i=4096", isMalformed, "in this order"},
		{"r=abcdef,s=QUJD,x=1,i=4096", isMalformed, "in this order"},
		{"r=abcdef,s=QUJD,i=4096,", isMalformed, ""},
		{"r=abcdef,,s=QUJD,i=4096", isMalformed, ""},
		{"r=abcdef,s=QUJD,i=4096,xy=1", isMalformed, ""},
		{"r=abcdef,s=QUJD,i=4096,1=1", isMalformed, ""},
		{"r=abcdef,s=QUJD,i=4096,x=", isMalformed, ""},
		{"r=abcdef,s=QUJD,i=4096,i=1", isMalformed, "no place"},
		{"r=abcdef,s=QUJD,i=4096,r=abcxyz", isMalformed, "no place"},
		{"r=abcdef,s=QUJD,i=4096,e=other-error", isMalformed, "no place"},
		{"e=other-error", isMalformed, "in this order"},
		{"r=abcdef,s=QUJD,i=4096,x=\x00", isMalformed, "not text"},
		{"r=abcdef,s=QUJD,i=4096,x=\xff", isMalformed, "not text"},
		{"m=channel,r=abcdef,s=QUJD,i=4096", hasExtension, "extension"},
		{"r=abcdef,s=QUJD,i=4096,m=channel", hasExtension, "extension"},
		{"r=abc def,s=QUJD,i=4096", isMalformed, "not printable"},
		{"r=abcdéf,s=QUJD,i=4096", isMalformed, "not printable"},
		{"r=abc,s=QUJD,i=4096", hasNonce, "nonce"},
		{"r=ABCdef,s=QUJD,i=4096", hasNonce, "nonce"},
		{"r=xabc,s=QUJD,i=4096", hasNonce, "nonce"},
		{"r=abcdef,s=,i=4096", isMalformed, ""},
		{"r=abcdef,s=QUJ,i=4096", isMalformed, "Base64"},
		{"r=abcdef,s=QQ=,i=4096", isMalformed, "Base64"},
		{"r=abcdef,s=QR==,i=4096", isMalformed, "Base64"}, // has bits that are not part of a byte
		{"r=abcdef,s=QU\nJD,i=4096", isMalformed, "Base64"},
		{"r=abcdef,s=-_-_,i=4096", isMalformed, "Base64"},
		{"r=abcdef,s=QUJD,i=", isMalformed, ""},
		{"r=abcdef,s=QUJD,i=-5", isMalformed, "number"},
		{"r=abcdef,s=QUJD,i=+5000", isMalformed, "number"},
		{"r=abcdef,s=QUJD,i=4096.0", isMalformed, "number"},
		{"r=abcdef,s=QUJD,i=04096", isMalformed, "number"},
		{"r=abcdef,s=QUJD,i=0", hasRounds, "asks for 0 rounds of SCRAM; from 4096 to 500000 are done here"},
		{"r=abcdef,s=QUJD,i=1", hasRounds, "asks for 1 rounds"},
		{"r=abcdef,s=QUJD,i=4095", hasRounds, "asks for 4095 rounds"},
		{"r=abcdef,s=QUJD,i=500001", hasRounds, "asks for 500001 rounds"},
		{"r=abcdef,s=QUJD,i=4294971392", hasRounds, "asks for 4294971392 rounds"},
		{"r=abcdef,s=QUJD,i=" + strings.Repeat("9", 1000), hasRounds, "asks for more than 1000000000 rounds"},
	} {
		atFault(t, begun(t, SHA256, "kim", "pw", "abc"), tt.message, tt.fault, tt.text)
	}
}

func TestFirstMessagesThatAreTaken(t *testing.T) {
	for message, want := range map[string]challenge{
		"r=abcdef,s=QUJD,i=4096":          {"abcdef", []byte("ABC"), 4096},
		"r=abcd=e,s=QQ==,i=10000":         {"abcd=e", []byte("A"), 10000},
		"r=abc!~,s=QUJD,i=500000":         {"abc!~", []byte("ABC"), 500000},
		"r=abcdef,s=QUJD,i=4096,x=é=,D=1": {"abcdef", []byte("ABC"), 4096}, // optional extensions
	} {
		got, err := readServerFirst(message, "abc")
		if err != nil || got.nonce != want.nonce || !bytes.Equal(got.salt, want.salt) || got.iterations != want.iterations {
			t.Errorf("%s is read as %+v, %v", message, got, err)
		}
	}
}

func TestFinalMessagesThatAreRefused(t *testing.T) {
	signature := []byte("a signature of twenty")
	encoded := base64.StdEncoding.EncodeToString(signature)
	for _, tt := range []struct {
		message string
		fault   string
		text    string
	}{
		{"v=" + base64.StdEncoding.EncodeToString([]byte("A signature of twenty")), isUnproved, ""},
		{"v=" + base64.StdEncoding.EncodeToString(signature[:20]), isUnproved, ""},
		{"v=" + base64.StdEncoding.EncodeToString(append(signature[:20:20], "yy"...)), isUnproved, ""},
		{"v=AA==", isUnproved, ""},
		{"v=", isMalformed, ""},
		{"", isMalformed, ""},
		{encoded, isMalformed, ""},
		{"v=wrong", isMalformed, "Base64"},
		{"v=" + encoded[:len(encoded)-4] + "\n" + encoded[len(encoded)-4:], isMalformed, "Base64"},
		{"x=1,v=" + encoded, isMalformed, "no place"},
		{"x=1", isMalformed, "no signature"},
		{"v=" + encoded + ",v=" + encoded, isMalformed, "no place"},
		{"v=" + encoded + ",e=other-error", isMalformed, "no place"},
		{"v=" + encoded + ",", isMalformed, ""},
		{"v=" + encoded + ",m=1", hasExtension, ""},
		{"r=abcdef,s=QUJD,i=4096", isMalformed, ""},
		{"e=invalid-proof", isRefusal, "invalid-proof"},
		{"e=unknown-user,x=1", isRefusal, "unknown-user"},
		{"e=the password is hunter2", isRefusal, "error of SCRAM: other-error"},
	} {
		c := &Conversation{mechanism: SHA1, next: serverFinal, serverSignature: signature}
		atFault(t, c, tt.message, tt.fault, tt.text)
	}
	c := &Conversation{mechanism: SHA1, next: serverFinal, serverSignature: signature}
	if _, err := c.Step(background, []byte("v="+encoded+",x=optional")); err != nil || !c.Done() {
		t.Errorf("an optional extension is not ignored: %v", err)
	}
}

// saltedPasswords are PBKDF2 of "password" with "salt" and 4,096 rounds: RFC 6070
// section 2, and for the other hash functions computed with Python's hashlib.
var saltedPasswords = map[*Mechanism]string{
	SHA1:   "SwB5AbdlSJq+rUnZJvch0GWkKcE=",
	SHA256: "xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o=",
	SHA512: "0Zexsz2wFD4BixLz0dFHnmzevcyXxcD4f2kC4HL0V7UUPzBgJkGz1VzTNZiMs2uEN2Bg7NUy4Dm3QqI5Q0ry1Q==",
}

func TestSaltedPasswordIsThatOfTheExamples(t *testing.T) {
	for m, want := range saltedPasswords {
		key, err := m.saltedPassword(background, "password", []byte("salt"), 4096)
		if got := base64.StdEncoding.EncodeToString(key); err != nil || got != want {
			t.Errorf("%s: %s, %v", m.Name, got, err)
		}
	}
}

// FuzzServer sees that nothing that a server sends is believed but the right
// signature, and that what is read of a challenge is what it says.
func FuzzServer(f *testing.F) {
	for _, message := range []string{
		"r=abcdef,s=QUJD,i=4096", "r=abcdef,s=QUJD,i=4096,x=1", "m=1,r=abcdef,s=QUJD,i=4096", "r=abc,s=,i=0",
		"v=c2lnbmF0dXJl", "v=c2lnbmF0dXJl,x=1", "v=c2lnbmF0dXJm", "e=invalid-proof", ",", "",
	} {
		f.Add(message)
	}
	signature := []byte("signature")
	f.Fuzz(func(t *testing.T, message string) {
		c, err := readServerFirst(message, "abc")
		if err == nil {
			rest, ok := strings.CutPrefix(message, "r="+c.nonce+",s="+base64.StdEncoding.EncodeToString(c.salt)+",i=")
			if !ok || !strings.HasPrefix(c.nonce, "abc") || c.nonce == "abc" || len(c.salt) == 0 || rest[0] == '0' ||
				c.iterations < minIterations || c.iterations > maxIterations {
				t.Errorf("%q is read as %+v", message, c)
			}
		}
		last := &Conversation{mechanism: SHA1, next: serverFinal, serverSignature: signature}
		_, err = last.Step(background, []byte(message))
		right := message == "v=c2lnbmF0dXJl" || strings.HasPrefix(message, "v=c2lnbmF0dXJl,")
		if last.Done() != (err == nil) || last.Done() && !right {
			t.Errorf("%q is believed: %v", message, err)
		}
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%q: error %v", message, err)
		}
	})
}

// BenchmarkConversation is a whole login with Prosody's number of rounds.
func BenchmarkConversation(b *testing.B) {
	for _, m := range family {
		b.Run(m.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c := begun(b, m, "kim", "correct horse battery staple", "abc")
				if _, err := c.Step(background, []byte("r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=10000")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
