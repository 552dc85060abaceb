package ws

import (
	"testing"

	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

func TestMessageIsOneElementWithANamespace(t *testing.T) {
	for _, tc := range []struct{ name, text, want, condition string }{
		{"iq", "<iq xmlns='jabber:client' type='result'/>", "<iq xmlns='jabber:client' type='result'/>", ""},
		{"white space around it", " \r\n<iq xmlns='jabber:client'/>\t", "<iq xmlns='jabber:client'/>", ""},
		{"features with a prefix", "<s:features xmlns:s='http://etherx.jabber.org/streams'/>", "<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>", ""},
		{"nothing", "", "", ""},
		{"white space", " \r\n\t", "", ""},
		{"no namespace", "<iq type='result'/>", "", invalidNamespace},
		{"namespace undeclared", "<iq xmlns=''/>", "", invalidNamespace},
		{"two elements", "<a xmlns='x'/><a xmlns='x'/>", "", xmltree.NotWellFormed},
		{"text", "hello", "", xmltree.NotWellFormed},
		{"comment", "<a xmlns='x'><!-- c --></a>", "", xmltree.RestrictedXML},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, problem := message{text: []byte(tc.text)}.element()
			if (e == nil) != (tc.want == "") || e != nil && e.String() != tc.want {
				t.Errorf("got %v, want %s", e, tc.want)
			}
			if (problem == nil) != (tc.condition == "") || problem != nil && problem.Condition != tc.condition {
				t.Errorf("got %v, want %q", problem, tc.condition)
			}
		})
	}
}

func TestOpenAsksForTheDomainAndTheLanguage(t *testing.T) {
	for to, want := range map[transport.Target]string{
		{Domain: "shore.example"}:             "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='shore.example' version='1.0'/>",
		{Domain: "shore.example", Lang: "de"}: "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='shore.example' version='1.0' xml:lang='de'/>",
		{Domain: "a'b<&"}:                     "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='a&#39;b&lt;&amp;' version='1.0'/>",
	} {
		if got := openElement(to); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestStreamErrorNamesItsCondition(t *testing.T) {
	const want = "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><bad-format xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
	if got := errorElement(badFormat); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
