package redact

import (
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

func TestSecretsAreHiddenInATextOfTheServer(t *testing.T) {
	for _, tt := range []struct {
		secrets    []string
		text, want string
	}{
		{[]string{"hunter2secret"}, "The password hunter2secret is too weak", "The password … is too weak"},
		{[]string{"hunter2secret"}, "“xhunter2secretx”", "“x…x”"},
		{[]string{"p&s w/ü%"}, "at p%26s%20w%2F%C3%BC%25, p%26s+w%2f%c3%bc%25, p&s w/ü%", "at …, …, …"},
		{[]string{"p%41s"}, "p%41s p%2541s pAs", "… … pAs"},
		{[]string{"100%25"}, "100%25 100%2525 100%", "… … 100%"},
		{[]string{"abcdef", "defghi", "abcd"}, "abcdefghi.", "…."},
		// A short one is hidden as a word only.
		{[]string{"e"}, "The password e is too weak: “e”", "The password … is too weak: “…”"},
		{[]string{"12ü"}, "12ü 112ü 12üe (12%C3%BC)", "… 112ü 12üe (…)"},
		{nil, "Go to https://shore.example/join?t=TOKEN#x now", "Go to https://shore.example/join?… now"},
		{nil, "xmpp:shore.example?register;preauth=TOKEN\nhttps://shore.example/#TOKEN", "xmpp:shore.example?…\nhttps://shore.example/#…"},
		{nil, "register?t=TOKEN", "register?…"},
		{nil, "What is 2:1? Who? C# or why?no.", "What is 2:1? Who? C# or why?no."},
		{[]string{"TOKEN"}, "https://shore.example/TOKEN/x?y=TOKEN", "https://shore.example/…/x?…"},
		{[]string{"a:b?c=d"}, "a:b?c=d is too weak", "… is too weak"},
		{nil, "", ""},
	} {
		if got := hide(tt.text, tt.secrets); got != tt.want {
			t.Errorf("%q without %q is %q, want %q", tt.text, tt.secrets, got, tt.want)
		}
	}
	long := strings.Repeat("x", 1<<20)
	if got := hide(long+" secret", []string{"secret"}); len(got) > 2*maxLogged {
		t.Errorf("%d bytes for the log", len(got))
	}
}

func parse(t *testing.T, text string) *xmltree.Element {
	t.Helper()
	e, err := xmltree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestOnlyWhatIsForEverybodyIsWritten(t *testing.T) {
	for received, want := range map[string]string{
		"<iq xmlns='jabber:client' type='result' id='1' xml:lang='en' secret='SECRET'/>":                                                                  "<iq xmlns='jabber:client' type='result' id='1' lang='en' secret='…'/>",
		"<query xmlns='jabber:iq:register'><instructions>Pick &amp; choose</instructions><username>SECRET</username><odd a='SECRET'>SECRET</odd></query>": "<query xmlns='jabber:iq:register'><instructions>Pick &amp; choose</instructions><username>…</username><odd a='…'>…</odd></query>",
		// The same name in another namespace is another element.
		"<instructions xmlns='urn:example:x'>SECRET</instructions>": "<instructions xmlns='urn:example:x'>…</instructions>",
		"<x xmlns='jabber:x:data' type='form'><title>T</title><instructions>I</instructions><field var='ocr' label='L' type='text-single'><desc>D</desc><required/><value>SECRET</value>" +
			"<option label='O'><value>SECRET</value></option><media xmlns='urn:xmpp:media-element' height='80' width='290'><uri type='image/png'>cid:x</uri></media></field></x>": "<x xmlns='jabber:x:data' type='form'><title>T</title><instructions>I</instructions><field var='ocr' label='L' type='text-single'><desc>D</desc><required/><value>…</value>" +
			"<option label='O'><value>…</value></option><media xmlns='urn:xmpp:media-element' height='80' width='290'><uri type='image/png'>cid:x</uri></media></field></x>",
		"<x xmlns='jabber:x:oob'><url>https://shore.example/register?t=SECRET</url><desc>Go</desc></x>":                                               "<x xmlns='jabber:x:oob'><url>https://shore.example/register?…</url><desc>Go</desc></x>",
		"<data xmlns='urn:xmpp:bob' cid='sha1+00@bob.xmpp.org' max-age='0' type='image/png'>SECRET</data>":                                            "<data xmlns='urn:xmpp:bob' cid='sha1+00@bob.xmpp.org' max-age='0' type='image/png'>…</data>",
		"<preauth xmlns='urn:xmpp:pars:0' token='SECRET'/>":                                                                                           "<preauth xmlns='urn:xmpp:pars:0' token='…'/>",
		"<error xmlns='jabber:client' code='409'> SECRET <text>SECRET</text><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'> Taken </text></error>": "<error xmlns='jabber:client' code='409'>…<text>…</text><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Taken</text></error>",
		"<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>":                                              "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>",
		"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>SECRET</auth>":                                                              "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='…'>…</auth>",
		"<a xmlns='jabber:client'> \n <b/> \n </a>":                                                                                                   "<a xmlns='jabber:client'><b/></a>",
	} {
		var s Secrets
		if got := s.Write(parse(t, received)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestWhatIsSentInANamespaceOfItsParentIsWritten(t *testing.T) {
	var s Secrets
	e := xmltree.New("jabber:client", "iq", xmltree.New("jabber:iq:register", "query", xmltree.NewText("instructions", "I"), xmltree.New("", "remove")))
	if got, want := s.Write(&e), "<iq xmlns='jabber:client'><query xmlns='jabber:iq:register'><instructions>I</instructions><remove/></query></iq>"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSecretThatTheServerRepeatsIsHidden(t *testing.T) {
	var s Secrets
	s.Add(" hunter2 ")
	s.Add("hunter2")
	s.Add("  ")
	s.AddFrom(&xmltree.Element{})
	sent := xmltree.New("jabber:iq:register", "query",
		xmltree.NewText("username", "kimberly").AsSecret(),
		xmltree.New("", "field", xmltree.NewText("value", "q8Rt2")).With("var", "captcha").With("extra", "attribute").AsSecret(),
		xmltree.New("urn:xmpp:pars:0", "preauth").With("token", "t-0815").AsSecret(),
		xmltree.NewText("open", "anybody"),
	)
	s.AddFrom(&sent)
	if len(s.list) != 5 {
		t.Errorf("secret are %q", s.list)
	}
	received := parse(t, "<x xmlns='jabber:x:data'><title>kimberly hunter2 q8Rt2 attribute t%2D0815 captcha anybody</title><field var='kimberly' label='not kimberly'/></x>")
	want := "<x xmlns='jabber:x:data'><title>… … … … … captcha anybody</title><field var='kimberly' label='not …'/></x>"
	if got := s.Write(received); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLogOfAStanzaHasAnEnd(t *testing.T) {
	var s Secrets
	for name, e := range map[string]xmltree.Element{
		"text":      xmltree.New("jabber:x:data", "title", xmltree.NewText("desc", strings.Repeat("ü", 1<<20))),
		"attribute": xmltree.New("jabber:client", "iq").With("id", strings.Repeat("ü", 1<<20)),
		"children":  xmltree.New("jabber:client", "iq", make([]xmltree.Element, 1<<16)...),
	} {
		got := s.Write(&e)
		if len(got) > maxLogged+len("…") || !strings.HasSuffix(got, "…") || strings.ContainsRune(got, '\uFFFD') {
			t.Errorf("%s: %d bytes: %.20q…", name, len(got), got)
		}
	}
}
