package ws

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

const features = "<stream:features xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client'>" +
	"<register xmlns='http://jabber.org/features/iq-register'/></stream:features>"

func nested(depth int) string {
	return "<a xmlns='x'>" + strings.Repeat("<a>", depth-1) + strings.Repeat("</a>", depth)
}

func TestMessagesAreCheckedBeforeTheyArePassedUp(t *testing.T) {
	for _, tc := range []struct {
		name, msg, condition string
	}{
		{"iq", "<iq xmlns='jabber:client' type='result' id='r2'/>", ""},
		{"features", features, ""},
		{"features in the default namespace", "<features xmlns='http://etherx.jabber.org/streams'/>", ""},
		{"predefined entities", "<m xmlns='x' a='&lt;&quot;'>&amp;&#x20AC;</m>", ""},
		{"CDATA", "<m xmlns='x'><![CDATA[<a>&b;]]></m>", ""},
		{"xml:lang", "<m xmlns='x' xml:lang='en'/>", ""},
		{"nested 256 deep", nested(256), ""},
		{"the prefix is declared further out", "<m xmlns='x' xmlns:p='y'><a><p:b p:c=''/></a></m>", ""},

		{"no element", "hello", notWellFormed},
		{"only a start tag", "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='z9' version='1.0'>", notWellFormed},
		{"half a stanza", "<iq xmlns='jabber:client'", notWellFormed},
		{"two elements", "<a xmlns='x'/><a xmlns='x'/>", notWellFormed},
		{"text before", "a<a xmlns='x'/>", notWellFormed},
		{"text after", "<a xmlns='x'/>a", notWellFormed},
		{"CDATA outside", "<![CDATA[]]><a xmlns='x'/>", notWellFormed},
		{"tags that do not match", "<a xmlns='x'><b></a></b>", notWellFormed},
		{"prefixes that do not match", "<p:a xmlns:p='x' xmlns:q='x'></q:a>", notWellFormed},
		{"only an end tag", "</stream:stream>", notWellFormed},
		{"unknown entity", "<a xmlns='x'>&nbsp;</a>", notWellFormed},
		{"invalid UTF-8", "<a xmlns='x'>\xff</a>", notWellFormed},
		{"control character", "<a xmlns='x'>&#1;</a>", notWellFormed},
		{"byte order mark", "\uFEFF<a xmlns='x'/>", notWellFormed},
		{"undeclared prefix", "<stream:features/>", notWellFormed},
		{"undeclared prefix inside", "<a xmlns='x'><p:b/></a>", notWellFormed},
		{"undeclared prefix of an attribute", "<a xmlns='x' p:b=''/>", notWellFormed},
		{"a declaration has ended", "<a xmlns='x'><b xmlns:p='y'/><p:c/></a>", notWellFormed},
		{"prefix xmlns", "<xmlns:a/>", notWellFormed},
		{"two colons", "<p:a:b xmlns:p='x'/>", notWellFormed},
		{"attribute with two colons", "<a xmlns='x' :b=''/>", notWellFormed},
		{"undeclaring a prefix", "<a xmlns='x' xmlns:p=''/>", notWellFormed},
		{"redeclaring xml", "<a xmlns='x' xmlns:xml='y'/>", notWellFormed},
		{"declaring xmlns", "<a xmlns='x' xmlns:xmlns='y'/>", notWellFormed},
		{"attribute twice", "<a xmlns='x' b='1' b='2'/>", notWellFormed},
		{"attribute twice under two prefixes", "<a xmlns='x' xmlns:p='y' xmlns:q='y' p:b='1' q:b='2'/>", notWellFormed},
		{"declaration twice", "<a xmlns='x' xmlns='y'/>", notWellFormed},

		{"no namespace", "<iq type='result' id='r2'/>", invalidNamespace},
		{"namespace undeclared", "<iq xmlns=''/>", invalidNamespace},

		{"comment before", "<!-- c --><a xmlns='x'/>", restrictedXML},
		{"comment inside", "<a xmlns='x'><!-- c --></a>", restrictedXML},
		{"comment after", "<a xmlns='x'/><!-- c -->", restrictedXML},
		{"processing instruction", "<a xmlns='x'><?php 1 ?></a>", restrictedXML},
		{"XML declaration", "<?xml version='1.0'?><a xmlns='x'/>", restrictedXML},
		{"document type", "<!DOCTYPE a><a xmlns='x'/>", restrictedXML},
		{"entity bomb", "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;'>]><a xmlns='x'>&c;</a>", restrictedXML},

		{"nested 257 deep", nested(257), policyViolation},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, v := parseMessage([]byte(tc.msg))
			var got string
			if v != nil {
				got = v.condition
			}
			if got != tc.condition {
				t.Errorf("got %+v, want %q", v, tc.condition)
			}
		})
	}
}

func TestFramingElementsBecomeAStream(t *testing.T) {
	for _, tc := range []struct{ open, header string }{
		{
			"<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='shore.example' id='z9' version='1.0' xml:lang='en'/>",
			"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='shore.example' id='z9' version='1.0' xml:lang='en'>",
		},
		{
			"<f:open xmlns:f='urn:ietf:params:xml:ns:xmpp-framing' from='a&amp;&apos;b' other='1'></f:open>",
			"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='a&amp;&#39;b'>",
		},
	} {
		top, v := parseMessage([]byte(tc.open))
		if v != nil || !top.is(nsFraming, "open") {
			t.Fatalf("%s: %+v, %+v", tc.open, top, v)
		}
		if got := string(streamHeader(top.attr)); got != tc.header {
			t.Errorf("got  %s\nwant %s", got, tc.header)
		}
	}
}

func TestOwnElementsAreWellFormed(t *testing.T) {
	for _, msg := range [][]byte{[]byte(closeElement), errorElement(restrictedXML), openElement(nil)} {
		if _, v := parseMessage(msg); v != nil {
			t.Errorf("%s: %s", msg, v.text)
		}
	}
}

// FuzzFrame shows that what passes the check is a document of one element for
// any parser, and one message for the gatherer.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		features, closeElement, nested(3), "<a xmlns='x'><![CDATA[]]]]></a>", "<a xmlns='x' b='>'/>",
		"<!DOCTYPE a><a/>", "<a xmlns='x'/><b/>", "<p:a xmlns:p='x'></p:a >",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		msg = bytes.Trim(msg, " \t\r\n")
		top, v := parseMessage(msg)
		if v != nil {
			return
		}
		d := xml.NewDecoder(bytes.NewReader(msg))
		depth, roots := 0, 0
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("passed, but %v", err)
			}
			switch tok := tok.(type) {
			case xml.StartElement:
				if depth == 0 {
					roots++
					if tok.Name != top.name {
						t.Fatalf("name %v, want %v", top.name, tok.Name)
					}
				}
				depth++
			case xml.EndElement:
				depth--
			case xml.CharData:
				if depth == 0 {
					t.Fatal("passed with text outside")
				}
			default:
				t.Fatalf("passed with a %T", tok)
			}
		}
		if roots != 1 || depth != 0 {
			t.Fatalf("passed with %d elements", roots)
		}
		if bytes.HasPrefix(msg, []byte("<stream:")) {
			return // has a meaning of its own when it goes out
		}
		var g gatherer
		units, err := g.push(msg)
		if err != nil || len(units) != 1 || !bytes.Equal(units[0].data, msg) {
			t.Fatalf("gathered as %d messages, %v", len(units), err)
		}
	})
}
