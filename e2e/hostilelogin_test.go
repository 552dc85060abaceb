package e2e

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/site"
)

const scramOffer = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism><mechanism>SCRAM-SHA-256</mechanism></mechanisms></stream:features>"

// ofLogin is an element of a login.
func ofLogin(name, data string) string {
	return "<" + name + " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + base64.StdEncoding.EncodeToString([]byte(data)) + "</" + name + ">"
}

// TestHostileLoginIsGivenUp has servers that want the work of a whole day, can't prove that
// they know the password, or want the password itself at a second try.
func TestHostileLoginIsGivenUp(t *testing.T) {
	const wrong = "v=cm1GOXBxVjhTN3N1QW9aV2ph"
	tab := client(t, site.Options{})
	success := func(data string) string { return ofLogin("success", data) }
	for name, c := range map[string]struct {
		first func(nonce string) string // the answer to the client's first message
		last  string                    // and to its second
		says  string
	}{
		"rounds by the million": {func(nonce string) string { return ofLogin("challenge", "r="+nonce+"x,s=QUJD,i=1000000") }, "", "1000000 rounds"},
		"rounds by the billion": {func(nonce string) string { return ofLogin("challenge", "r="+nonce+"x,s=QUJD,i=4294967297") }, "", "rounds"},
		"as many rounds as may be": {func(nonce string) string { return ofLogin("challenge", "r="+nonce+"x,s=QUJD,i=500000") }, success(wrong),
			"could not prove that it knows the password"},
		"a salt of a megabyte": {func(nonce string) string {
			return ofLogin("challenge", "r="+nonce+"x,s="+strings.Repeat("QUJD", 1<<18)+",i=4096")
		}, success(wrong), "could not prove"},
		"one round":         {func(nonce string) string { return ofLogin("challenge", "r="+nonce+"x,s=QUJD,i=1") }, "", "1 rounds"},
		"another nonce":     {func(string) string { return ofLogin("challenge", "r=other,s=QUJD,i=4096") }, "", "nonce"},
		"a wrong signature": {func(nonce string) string { return ofLogin("challenge", "r="+nonce+"x,s=QUJD,i=4096") }, success(wrong), "could not prove"},
		"no signature":      {func(nonce string) string { return ofLogin("challenge", "r="+nonce+"x,s=QUJD,i=4096") }, success(""), "malformed"},
		"success at once":   {func(string) string { return success("") }, "", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			features := scramOffer
			address := scriptedServer(t, func(message string) []string {
				switch {
				case strings.HasPrefix(message, "<open"):
					return []string{openedStream, features}
				case strings.HasPrefix(message, "<auth"):
					features = strings.Replace(scramOffer, "<mechanism>SCRAM-SHA-256</mechanism>", "", 1) // from now on
					if !strings.Contains(message, "SCRAM-SHA-256") {
						t.Errorf("the page sends %s", message)
					}
					_, data, _ := strings.Cut(message, ">")
					data, _, _ = strings.Cut(data, "<")
					first, err := base64.StdEncoding.DecodeString(data)
					if err != nil {
						t.Error(err)
					}
					_, nonce, _ := strings.Cut(string(first), ",r=")
					return []string{c.first(nonce)}
				case strings.HasPrefix(message, "<response"):
					return []string{c.last}
				case strings.HasPrefix(message, "<close"):
					return []string{message}
				}
				return nil
			})
			var got struct {
				First, Second failed
				Took          float64
			}
			inPage(t, tab, fmt.Sprintf(`
				await load();
				const reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/ws' });
				const login = { jid: 'kim@example.test', password: 'correct horse' };
				const begin = performance.now();
				const first = await failure(reg.connect(login));
				const took = performance.now() - begin;
				const second = await failure(reg.connect(login));
				await new RegistrationManager(direct).requestForm(); // and all works on
				return { first, second, took };
			`, address), &got)
			if got.First.Reason != "protocol" || got.First.Kind != "sasl" || !strings.Contains(got.First.Message, c.says) {
				t.Errorf("error %+v, want one that says %q", got.First, c.says)
			}
			if got.Second.Reason != "protocol" || !strings.Contains(got.Second.Message, "now wants the password itself") {
				t.Errorf("at the second try: %+v", got.Second)
			}
			if took := time.Duration(got.Took) * time.Millisecond; took > soon {
				t.Errorf("it took %v", took)
			}
		})
	}
}
