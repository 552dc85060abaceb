package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// flood is a server that answers <open/> with one message, and all requests with the other.
// In the other, ID stands for the request's id.
func flood(t *testing.T, features, answer string) string {
	t.Helper()
	return scriptedServer(t, replies(features, answer))
}

// TestMereNumberCostsThePageLittle has servers that send as many elements, attributes and
// fields as a message of that size can have, several times.
func TestMereNumberCostsThePageLittle(t *testing.T) {
	var attributes strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&attributes, " a%d=''", i)
	}
	for name, c := range map[string]struct{ features, answer string }{
		"elements":   {"<stream:features xmlns:stream='http://etherx.jabber.org/streams'>" + strings.Repeat("<a/>", 900_000) + "</stream:features>", ""},
		"attributes": {offer, "<iq xmlns='jabber:client' type='result' id='ID'" + attributes.String() + "/>"},
		"depth":      {offer, resultForm(strings.Repeat("<a>", 500_000) + strings.Repeat("</a>", 500_000))},
		"fields":     {offer, resultForm(strings.Repeat("<field var='f' type='text-single' label='A question'><value>x</value></field>", 50_000))},
	} {
		t.Run(name, func(t *testing.T) {
			address := flood(t, c.features, c.answer)
			var got struct {
				Reasons []string
				Longest float64
			}
			tab := client(t, site.Options{})
			tab.Timeout = 6 * soon
			inPage(t, tab, fmt.Sprintf(`
				await load();
				const reasons = [];
				let longest = 0;
				for (let i = 0; i < 5; i++) {
					const reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/ws' });
					const begin = performance.now();
					const { reason } = await failure(reg.requestForm());
					longest = Math.max(longest, performance.now() - begin);
					reasons.push(reason);
				}
				await new RegistrationManager(direct).requestForm(); // and all works on
				return { reasons, longest };
			`, address), &got)
			for _, reason := range got.Reasons {
				if reason != "protocol" {
					t.Errorf("reasons %v", got.Reasons)
					break
				}
			}
			if took := time.Duration(got.Longest) * time.Millisecond; took > soon {
				t.Errorf("it took %v", took)
			}
			t.Logf("%.0f ms at most", got.Longest)
		})
	}
}
