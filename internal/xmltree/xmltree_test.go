package xmltree

import (
	"errors"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/linear"
)

func nested(depth int) string {
	return "<a xmlns='x'>" + strings.Repeat("<a>", depth-1) + strings.Repeat("</a>", depth)
}

// many is an element with others in it, so that there are n.
func many(n int) string {
	return "<a xmlns='x'>" + strings.Repeat("<a/>", n-1) + "</a>"
}

// attributes is an element with n attributes.
func attributes(n int) string {
	var b strings.Builder
	b.WriteString("<a xmlns='x'")
	for i := range n - 1 {
		b.WriteString(" a" + strconv.Itoa(i) + "=''")
	}
	b.WriteString("/>")
	return b.String()
}

func TestOnlyOneCompleteElementOfTheXMLThatXMPPTakesIsParsed(t *testing.T) {
	for _, tc := range []struct {
		name, text, condition string
	}{
		{"iq", "<iq xmlns='jabber:client' type='result' id='r2'/>", ""},
		{"features", "<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>", ""},
		{"no namespace", "<iq/>", ""},
		{"white space around it", "\r\n <iq/>\t", ""},
		{"features in the default namespace", "<features xmlns='http://etherx.jabber.org/streams'/>", ""},
		{"predefined entities", "<m xmlns='x' a='&lt;&quot;'>&amp;&#x20AC;</m>", ""},
		{"CDATA", "<m xmlns='x'><![CDATA[<a>&b;]]></m>", ""},
		{"xml:lang", "<m xmlns='x' xml:lang='en'/>", ""},
		{"nested 256 deep", nested(256), ""},
		{"undeclared prefix stream of the root", "<stream:features/>", ""},
		{"the prefix is declared further out", "<m xmlns='x' xmlns:p='y'><a><p:b p:c=''/></a></m>", ""},

		{"no element", "hello", NotWellFormed},
		{"only a start tag", "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='z9' version='1.0'>", NotWellFormed},
		{"half a stanza", "<iq xmlns='jabber:client'", NotWellFormed},
		{"two elements", "<a xmlns='x'/><a xmlns='x'/>", NotWellFormed},
		{"text before", "a<a xmlns='x'/>", NotWellFormed},
		{"text after", "<a xmlns='x'/>a", NotWellFormed},
		{"CDATA outside", "<![CDATA[]]><a xmlns='x'/>", NotWellFormed},
		{"tags that do not match", "<a xmlns='x'><b></a></b>", NotWellFormed},
		{"prefixes that do not match", "<p:a xmlns:p='x' xmlns:q='x'></q:a>", NotWellFormed},
		{"only an end tag", "</stream:stream>", NotWellFormed},
		{"unknown entity", "<a xmlns='x'>&nbsp;</a>", NotWellFormed},
		{"invalid UTF-8", "<a xmlns='x'>\xff</a>", NotWellFormed},
		{"control character", "<a xmlns='x'>&#1;</a>", NotWellFormed},
		{"byte order mark", "\uFEFF<a xmlns='x'/>", NotWellFormed},
		{"undeclared prefix", "<s:features/>", NotWellFormed},
		{"undeclared prefix stream, but not of the root", "<a xmlns='x'><stream:error/></a>", NotWellFormed},
		{"undeclared prefix inside", "<a xmlns='x'><p:b/></a>", NotWellFormed},
		{"undeclared prefix of an attribute", "<a xmlns='x' p:b=''/>", NotWellFormed},
		{"a declaration has ended", "<a xmlns='x'><b xmlns:p='y'/><p:c/></a>", NotWellFormed},
		{"prefix xmlns", "<xmlns:a/>", NotWellFormed},
		{"two colons", "<p:a:b xmlns:p='x'/>", NotWellFormed},
		{"attribute with two colons", "<a xmlns='x' :b=''/>", NotWellFormed},
		{"undeclaring a prefix", "<a xmlns='x' xmlns:p=''/>", NotWellFormed},
		{"redeclaring xml", "<a xmlns='x' xmlns:xml='y'/>", NotWellFormed},
		{"declaring xmlns", "<a xmlns='x' xmlns:xmlns='y'/>", NotWellFormed},
		{"attribute twice", "<a xmlns='x' b='1' b='2'/>", NotWellFormed},
		{"attribute twice under two prefixes", "<a xmlns='x' xmlns:p='y' xmlns:q='y' p:b='1' q:b='2'/>", NotWellFormed},
		{"declaration twice", "<a xmlns='x' xmlns='y'/>", NotWellFormed},

		{"comment before", "<!-- c --><a xmlns='x'/>", RestrictedXML},
		{"comment inside", "<a xmlns='x'><!-- c --></a>", RestrictedXML},
		{"comment after", "<a xmlns='x'/><!-- c -->", RestrictedXML},
		{"processing instruction", "<a xmlns='x'><?php 1 ?></a>", RestrictedXML},
		{"XML declaration", "<?xml version='1.0'?><a xmlns='x'/>", RestrictedXML},
		{"document type", "<!DOCTYPE a><a xmlns='x'/>", RestrictedXML},
		{"entity bomb", "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;'>]><a xmlns='x'>&c;</a>", RestrictedXML},

		{"no space between attributes", "<a xmlns='x'b='1'/>", NotWellFormed},
		{"< in an attribute", "<a xmlns='x' b='<'/>", NotWellFormed},
		{"the end of CDATA in text", "<a xmlns='x'>]]></a>", NotWellFormed},
		{"a surrogate", "<a xmlns='x'>&#xD800;</a>", NotWellFormed},
		{"a reference to no character", "<a xmlns='x'>&#x110000;</a>", NotWellFormed},
		{"a reference without an end", "<a xmlns='x'>&amp</a>", NotWellFormed},
		{"an ampersand", "<a xmlns='x'>a & b; c</a>", NotWellFormed},
		{"a name that begins with a digit", "<1 xmlns='x'/>", NotWellFormed},
		{"a slash that ends nothing", "<a xmlns='x' / >", NotWellFormed},

		{"nested 257 deep", nested(257), PolicyViolation},
		{"as many elements as may be", many(MaxElements), ""},
		{"more elements", many(MaxElements + 1), PolicyViolation},
		{"as many attributes as may be", attributes(MaxAttributes), ""},
		{"more attributes", attributes(MaxAttributes + 1), PolicyViolation},
		{"more attributes in all", "<a xmlns='x'>" + strings.Repeat("<a b='1' c='2'/>", MaxAttributes/2) + "</a>", PolicyViolation},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e, err := Parse([]byte(tc.text))
			var syntax *SyntaxError
			if errors.As(err, &syntax) != (tc.condition != "") || syntax != nil && syntax.Condition != tc.condition {
				t.Errorf("got %v, want %q", err, tc.condition)
			}
			if (e == nil) == (err == nil) {
				t.Errorf("an element %v with the error %v", e, err)
			}
		})
	}
}

func TestNamesAreResolvedAndTextIsJoined(t *testing.T) {
	got, err := Parse([]byte("<p:a xmlns:p='x' xmlns='y' b='1&amp;' p:b='2' xml:lang='de'>one<c/> &lt;two&gt;<![CDATA[&]]><d xmlns=''/></p:a>"))
	if err != nil {
		t.Fatal(err)
	}
	want := &Element{
		Name: Name{Space: "x", Local: "a"},
		Attr: []Attr{
			{Name: Name{Local: "b"}, Value: "1&"},
			{Name: Name{Space: "x", Local: "b"}, Value: "2"},
			{Name: Name{Space: NSXML, Local: "lang"}, Value: "de"},
		},
		Text:     "one <two>&",
		Children: []Element{{Name: Name{Space: "y", Local: "c"}}, {Name: Name{Local: "d"}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.Get("b") != "1&" || got.Lang() != "de" || got.Child("y", "c") == nil || got.Child("x", "c") != nil {
		t.Error("the element does not answer what it holds")
	}
}

func TestWhatIsWrittenStandsAlone(t *testing.T) {
	name := NewText("username", "a<b&'c'")
	iq := New("jabber:client", "iq", New("jabber:iq:register", "query", name, New("jabber:x:data", "x"))).
		With("type", "set").With("to", "").WithLang("en")
	for _, tc := range []struct {
		element Element
		want    string
	}{
		{iq, "<iq xmlns='jabber:client' type='set' xml:lang='en'><query xmlns='jabber:iq:register'>" +
			"<username>a&lt;b&amp;&#39;c&#39;</username><x xmlns='jabber:x:data'/></query></iq>"},
		{New(NSStream, "error", New("urn:ietf:params:xml:ns:xmpp-streams", "restricted-xml")),
			"<stream:error xmlns:stream='http://etherx.jabber.org/streams'><restricted-xml xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"},
		{Element{Name: Name{Local: "a"}, Attr: []Attr{{Name: Name{Space: "x", Local: "b"}, Value: "1"}}},
			"<a xmlns:a0='x' a0:b='1'/>"},
	} {
		if got := tc.element.String(); got != tc.want {
			t.Errorf("got  %s\nwant %s", got, tc.want)
		}
	}
}

func TestAttributesAreNotSharedAmongElements(t *testing.T) {
	base := New("x", "a").With("one", "1")
	_ = base.With("two", "2")
	if other := base.With("three", "3"); len(base.Attr) != 1 || other.Attr[1].Value != "3" {
		t.Errorf("%v and %v", base.Attr, other.Attr)
	}
}

func TestRootWithThePrefixOfStreamsIsReadAsInsideOfAStream(t *testing.T) {
	for text, want := range map[string]string{
		"<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>": "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
		"<stream:error><a/><stream:b/></stream:error>":                                             "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><a xmlns='jabber:client'/><stream:b xmlns:stream='http://etherx.jabber.org/streams'/></stream:error>",
		"<stream:error xmlns='x'><a/></stream:error>":                                              "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><a xmlns='x'/></stream:error>",
		"<stream:error xmlns:stream='x'/>":                                                         "<error xmlns='x'/>",
		"<stream:error><a xmlns='x'/><a/></stream:error>":                                          "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><a xmlns='x'/><a xmlns='jabber:client'/></stream:error>",
		"<stream:error stream:a='1'/>":                                                             "<stream:error xmlns:stream='http://etherx.jabber.org/streams' xmlns:a0='http://etherx.jabber.org/streams' a0:a='1'/>",
	} {
		e, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := e.String(); got != want {
			t.Errorf("%s was read as\n%s, want\n%s", text, got, want)
		}
	}
}

func TestDocumentMayHaveWhatAMessageMayNot(t *testing.T) {
	for text, condition := range map[string]string{
		"<?xml version='1.0' encoding=\"UTF-8\"?>\n<!-- c -->\n<?a b?><a><!-- > --></a>\n<!-- c -->\n": "",
		"<a/>":                                   "",
		"<?xml version='1.1'?><a/>":              UnsupportedEncoding,
		"<?xml version='1.0' encoding='x'?><a/>": UnsupportedEncoding,
		"<?xml version?><a/>":                    NotWellFormed,
		"<?xml version='1.0'":                    NotWellFormed,
		"<!DOCTYPE a><a/>":                       RestrictedXML,
		"<!-- -- --><a/>":                        NotWellFormed,
		"<!-- \x01 --><a/>":                      NotWellFormed,
		"<a/>text":                               NotWellFormed,
		"<a/><a/>":                               NotWellFormed,
		"<!-- c -->":                             NotWellFormed,
		"":                                       NotWellFormed,
		many(MaxElements + 1):                    PolicyViolation,
		"<a>" + strings.Repeat("x", MaxBytes):    PolicyViolation,
	} {
		e, err := ParseDocument([]byte(text))
		got := ""
		var syntax *SyntaxError
		if errors.As(err, &syntax) {
			got = syntax.Condition
		}
		if got != condition || (e == nil) == (err == nil) {
			t.Errorf("%.80q: %v, want %q", text, err, condition)
		}
	}
}

func TestTimeIsLinear(t *testing.T) {
	for name, message := range map[string]func(n int) string{
		"elements":   many,
		"attributes": attributes,
		"references": func(n int) string {
			return "<a xmlns='x' b='" + strings.Repeat("&amp;", n) + "'>" + strings.Repeat("&#x41;\r\n", n) + "</a>"
		},
		"CDATA": func(n int) string { return "<a xmlns='x'>" + strings.Repeat("<![CDATA[]]]>b", n) + "</a>" },
		"declarations": func(n int) string {
			return "<a xmlns='x'>" + strings.Repeat("<p:b xmlns:p='y' xmlns='z' p:c=''><d/></p:b>", n/4) + "</a>"
		},
		"ampersands": func(n int) string {
			return "<a xmlns='x'>" + strings.Repeat("&lt;", n) + strings.Repeat("&", n) + "</a>"
		},
		"quotes":      func(n int) string { return "<a xmlns='x'" + strings.Repeat(" b", n) },
		"a long name": func(n int) string { return "<" + strings.Repeat("a:b", n) + " xmlns='x'/>" },
	} {
		linear.Check(t, name, 2000, func(n int) func() {
			text := []byte(message(n))
			return func() {
				if e, err := Parse(text); err == nil {
					_ = e.String()
				}
			}
		})
	}
}

// What is too much is refused before it has cost much.
func TestWhatIsTooMuchCostsLittle(t *testing.T) {
	for name, text := range map[string]string{
		"elements":   many(900_000),
		"attributes": attributes(300_000),
		"depth":      nested(500_000),
	} {
		b := []byte(text)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Parse(b)
		runtime.ReadMemStats(&after)
		if spent := after.TotalAlloc - before.TotalAlloc; err == nil || spent > 24<<20 {
			t.Errorf("%s: %v, and %d bytes were allocated", name, err, spent)
		}
	}
}
