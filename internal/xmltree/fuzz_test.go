package xmltree

import (
	"bytes"
	"encoding/xml"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// otherParse reads XML with another parser, which knows less of what is forbidden.
func otherParse(text []byte) (*Element, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	root := &Element{}
	open := []*Element{root}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return &root.Children[0], nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			e := Element{Name: Name(token.Name)}
			for _, a := range token.Attr {
				a := Attr{Name(a.Name), a.Value}
				if _, isDeclaration := declaredPrefix(a); isDeclaration {
					continue
				}
				e.Attr = append(e.Attr, a)
			}
			top.Children = append(top.Children, e)
			open = append(open, &top.Children[len(top.Children)-1])
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.Text += string(token)
		}
	}
}

// FuzzParse shows that what is parsed is what another parser reads in it, and that it is
// written as XML that is parsed to the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"<iq xmlns='jabber:client' type='get' id='1'><query xmlns='jabber:iq:register'/></iq>",
		"<stream:features xmlns:stream='http://etherx.jabber.org/streams'><a xmlns='x'/></stream:features>",
		"<a xmlns='x'><![CDATA[]]]]></a>", "<a xmlns='x' b='>'/>", nested(3),
		"<!DOCTYPE a><a/>", "<a/><b/>", "<p:a xmlns:p='x' p:b='1' xml:lang='en'></p:a >",
		"<a b=\"&#x41;&#66;&lt;'\r\n\">\r\n\r&quot;</a>", "<\u00e9\u4e00.-\u00b7 xmlns='\u00fc'/>",
		"<stream:error><a/></stream:error>", "<a xmlns='x'><b xmlns=''/></a>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse([]byte(e.String()))
		if err != nil {
			t.Fatalf("%q became %q: %v", text, e, err)
		}
		if e.String() != again.String() {
			t.Errorf("%q became %q, and that %q", text, e, again)
		}
		if strings.HasPrefix(string(bytes.TrimSpace(text)), "<stream:") {
			return // the other parser does not know that prefix
		}
		other, err := otherParse(bytes.Trim(text, " \t\r\n"))
		switch {
		case err != nil && bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }):
			// It knows the names of the fourth edition of XML 1.0 only.
		case err != nil:
			t.Fatalf("%q is refused by another parser: %v", text, err)
		case !reflect.DeepEqual(e, other):
			t.Errorf("%q is\n%+v, want\n%+v", text, e, other)
		}
	})
}

// FuzzParseDocument shows that a document is read as the message that it would be without
// what only a document may have.
func FuzzParseDocument(f *testing.F) {
	for _, seed := range []string{
		"<?xml version='1.0' encoding='utf-8'?><!-- c --><a xmlns='x'><?b c?></a>", "<a/>", "<?xml?>", "<!----><a/>", "<!DOCTYPE a><a/>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := ParseDocument(text)
		message, messageErr := Parse(text)
		switch {
		case err != nil && messageErr == nil:
			t.Errorf("%q is a message and no document: %v", text, err)
		case messageErr == nil && !reflect.DeepEqual(e, message):
			t.Errorf("%q is two things:\n%+v\n%+v", text, e, message)
		case err == nil:
			if _, err := Parse([]byte(e.String())); err != nil {
				t.Errorf("%q became %q: %v", text, e, err)
			}
		}
	})
}
