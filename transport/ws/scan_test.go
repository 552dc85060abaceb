package ws

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

const header = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='shore.example' from='a@shore.example' xml:lang='en'>"

const opening = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='shore.example' from='a@shore.example' version='1.0' xml:lang='en'/>"

func dump(units []unit) string {
	var b strings.Builder
	for _, u := range units {
		fmt.Fprintf(&b, "%d %s\n", u.kind, u.data)
	}
	return b.String()
}

func TestStreamIsCutIntoMessages(t *testing.T) {
	for _, tc := range []struct {
		name, stream string
		want         []unit
	}{
		{"open", header, []unit{{unitOpen, []byte(opening)}}},
		{"attributes are escaped", "<stream:stream to='a&amp;&lt;&apos;b' version=\"1.0\">",
			[]unit{{unitOpen, []byte("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='a&amp;&lt;&#39;b' version='1.0'/>")}}},
		{"close", header + "</stream:stream >\n", []unit{{unitOpen, []byte(opening)}, {unitClose, []byte(closeElement)}}},
		{"restart", header + "<a xmlns='x'/>" + header,
			[]unit{{unitOpen, []byte(opening)}, {unitElement, []byte("<a xmlns='x'/>")}, {unitOpen, []byte(opening)}}},
		{"white space between", " <a xmlns='x'/>\n<b xmlns='x'></b>\t",
			[]unit{{unitElement, []byte("<a xmlns='x'/>")}, {unitElement, []byte("<b xmlns='x'></b>")}}},
		{"white space inside", "<a xmlns='x'> <b/>\n</a>", []unit{{unitElement, []byte("<a xmlns='x'> <b/>\n</a>")}}},
		{"quotes", `<a xmlns='x' b="/>'" c='>"'><d e='/'>text > ' "</d><f g="/"/></a>`,
			[]unit{{unitElement, []byte(`<a xmlns='x' b="/>'" c='>"'><d e='/'>text > ' "</d><f g="/"/></a>`)}}},
		{"CDATA", "<a xmlns='x'><![CDATA[</a>]] ></a>]]]></a>", []unit{{unitElement, []byte("<a xmlns='x'><![CDATA[</a>]] ></a>]]]></a>")}}},
		{"the same name nested", "<a xmlns='x'><a><a/></a></a>", []unit{{unitElement, []byte("<a xmlns='x'><a><a/></a></a>")}}},
		{"the stream's namespace is declared", header + "<iq type='get'><query xmlns='q'/></iq>",
			[]unit{{unitOpen, []byte(opening)}, {unitElement, []byte("<iq xmlns='jabber:client' type='get'><query xmlns='q'/></iq>")}}},
		{"an empty element gets it too", header + "<iq/>",
			[]unit{{unitOpen, []byte(opening)}, {unitElement, []byte("<iq xmlns='jabber:client'/>")}}},
		{"stream error", "<stream:error><bad-format xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
			[]unit{{unitElement, []byte("<stream:error xmlns:stream='http://etherx.jabber.org/streams'><bad-format xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")}}},
		{"stream error with its namespace", "<stream:error xmlns:stream='http://etherx.jabber.org/streams'/>",
			[]unit{{unitElement, []byte("<stream:error xmlns:stream='http://etherx.jabber.org/streams'/>")}}},
		{"prefixed", "<p:a xmlns:p='x'/>", []unit{{unitElement, []byte("<p:a xmlns:p='x'/>")}}},
		{"not complete", "<a xmlns='x'><b></b>", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := dump(tc.want)
			// Split into two at every place, and into single bytes.
			for cut := range len(tc.stream) {
				var g gatherer
				first, err1 := g.push([]byte(tc.stream[:cut]))
				second, err2 := g.push([]byte(tc.stream[cut:]))
				if err := errors.Join(err1, err2); err != nil {
					t.Fatal(err)
				}
				if got := dump(append(first, second...)); got != want {
					t.Fatalf("cut at %d: got\n%swant\n%s", cut, got, want)
				}
			}
			var g gatherer
			var units []unit
			for i := range len(tc.stream) {
				u, err := g.push([]byte{tc.stream[i]})
				if err != nil {
					t.Fatal(err)
				}
				units = append(units, u...)
			}
			if got := dump(units); got != want {
				t.Fatalf("single bytes: got\n%swant\n%s", got, want)
			}
		})
	}
}

func TestWhatIsNoStreamIsRefused(t *testing.T) {
	for _, tc := range []struct {
		stream string
		want   error
	}{
		{"text", errStrayText},
		{"<a/>text", errStrayText},
		{"</a>", errStrayEnd},
		{"<a <", errStrayLess},
		{"<a></a<", errStrayLess},
		{"<>", errTag},
		{"<<", errTag},
		{"<a b>", errTag},
		{"<1>", errTag},
		{"<stream:stream/>", errEmptyStream},
		{"<!-- c -->", errRestricted},
		{"<!DOCTYPE a>", errRestricted},
		{"<a><!-- c --></a>", errRestricted},
		{"<a><?b c?></a>", errRestricted},
		{"<?php?>", errRestricted},
		{"<?xmlish?>", errRestricted},
		{"<?x?>", errRestricted},
	} {
		var g gatherer
		_, err := g.push([]byte(tc.stream))
		if err != tc.want {
			t.Errorf("%s: got %v, want %v", tc.stream, err, tc.want)
		}
		if _, again := g.push([]byte("<a/>")); again != err {
			t.Errorf("%s: went on after the error with %v", tc.stream, again)
		}
	}
}

// FuzzScan shows that it makes no difference how a stream is split, and that a
// well-formed element stays one.
func FuzzScan(f *testing.F) {
	f.Add([]byte(header+"<iq type='get'/></stream:stream>"), []byte{4, 9})
	f.Add([]byte("<a xmlns='x'><![CDATA[</a>]]></a>"), []byte{1})
	f.Add([]byte("<?xml version='1.0'?><stream:error/>"), []byte{2, 3, 5})
	f.Add([]byte("<a b='>' c=\"'\"><d/></a >"), []byte{1, 1})
	f.Fuzz(func(t *testing.T, stream, cuts []byte) {
		var whole gatherer
		want, wantErr := whole.push(stream)

		var parts gatherer
		var got []unit
		var err error
		rest := stream
		for i := 0; len(rest) > 0; i++ {
			n := 1
			if len(cuts) > 0 {
				n = int(cuts[i%len(cuts)])%len(rest) + 1
			}
			var units []unit
			units, err = parts.push(rest[:n])
			got = append(got, units...)
			rest = rest[n:]
		}
		if err != wantErr || dump(got) != dump(want) {
			t.Fatalf("got %v\n%swant %v\n%s", err, dump(got), wantErr, dump(want))
		}

		msg := bytes.Trim(stream, " \t\r\n")
		if _, v := parseMessage([]byte("<r xmlns='x' xmlns:stream='y'>" + string(msg) + "</r>")); v != nil {
			return
		}
		for _, prefix := range []string{header, ""} {
			var g gatherer
			if _, err := g.push([]byte(prefix)); err != nil {
				t.Fatal(err)
			}
			units, _ := g.push(msg)
			for _, u := range units {
				_, v := parseMessage(u.data)
				if v != nil && (v.condition != invalidNamespace || prefix != "") && !bytes.Contains(msg, []byte("xmlns")) && !bytes.Contains(msg, []byte("stream:")) {
					t.Fatalf("%s: %s", u.data, v.text)
				}
			}
		}
	})
}
