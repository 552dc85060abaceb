package ws

import (
	"fmt"
	"strings"
	"testing"
)

func TestHostMetaDocuments(t *testing.T) {
	const xrd = "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>"
	for _, tc := range []struct {
		name, body string
		want       string // addresses
		problem    string // a part of it
	}{
		{"json", `{"links": [{"rel": "urn:xmpp:alt-connections:websocket", "href": "wss://shore.example/x"}]}`, "wss://shore.example/x", ""},
		{"json bosh only", `{"links": [{"rel": "urn:xmpp:alt-connections:xbosh", "href": "https://shore.example/b"}]}`, "", "only BOSH"},
		{"json insecure only", `{"links": [{"rel": "urn:xmpp:alt-connections:websocket", "href": "ws://shore.example/x"}]}`, "", "not encrypted"},
		{"json mixed", `{"links": [{"rel": "urn:xmpp:alt-connections:websocket", "href": "ws://shore.example/x"}, {"rel": "urn:xmpp:alt-connections:websocket", "href": "wss://shore.example/x"}]}`, "wss://shore.example/x", ""},
		{"json several", `{"links": [{"rel": "urn:xmpp:alt-connections:websocket", "href": "wss://a.shore.example/"}, {"rel": "urn:xmpp:alt-connections:websocket", "href": "wss://b.shore.example/"}]}`, "wss://a.shore.example/ wss://b.shore.example/", ""},
		{"json html", `<!doctype html><title>Not found</title>`, "", "document type"},
		{"json odd types", `{"links":{"rel":"urn:xmpp:alt-connections:websocket"},"xmpp":5}`, "", "list of links"},
		{"json href garbage", `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":42},{"rel":"urn:xmpp:alt-connections:websocket","href":"/x"},{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://u:p@shore.example/x"}]}`, "", "can't be used"},
		{"json odd links", `{"links":[null,5,"a",[],{"rel":{},"href":[]},{},{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://shore.example/x","titles":null}]}`, "wss://shore.example/x", ""},
		{"json null", `null`, "", "neither"},
		{"json array", `[]`, "", "list of links"},
		{"json no links", `{}`, "", "list of links"},
		{"json empty", `{"links":[]}`, "", "no WebSocket"},
		{"nothing", ``, "", "neither"},
		{"text", `Not found`, "", "neither"},
		{"white space around it", "\uFEFF\r\n" + `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://shore.example/x"}]}` + "\n", "wss://shore.example/x", ""},
		{"json other relation", `{"links":[{"rel":"urn:xmpp:altconnect:websocket","href":"wss://shore.example/x"}]}`, "", "no WebSocket"},
		{"json to this machine", `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"ws://localhost:5280/x"}]}`, "ws://localhost:5280/x", ""},
		{"json many", `{"links":[` + strings.Repeat(`{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://a.example/"},`, 100) + `{}]}`, "", "larger than"},
		{"json as many as may be", `{"links":[` + strings.Repeat(`{},`, 99) + `{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://a.example/"}]}`, "wss://a.example/", ""},
		{"json deep", strings.Repeat("[", 100_000), "", "not JSON"},

		{"xml", xrd + "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://ws.shore.example/x'/></XRD>", "wss://ws.shore.example/x", ""},
		{"xml with declaration and comment", "<?xml version='1.0' encoding='utf-8'?><!-- x -->" + xrd + "<Subject>a</Subject><Link rel='urn:xmpp:alt-connections:websocket' href='wss://a.example/?a=1&amp;b=2'/></XRD>\n", "wss://a.example/?a=1&b=2", ""},
		{"xml prefixed", "<x:XRD xmlns:x='http://docs.oasis-open.org/ns/xri/xrd-1.0'><x:Link rel='urn:xmpp:alt-connections:websocket' href='wss://a.example/'/></x:XRD>", "wss://a.example/", ""},
		{"xml wrong namespace", "<XRD><Link rel='urn:xmpp:alt-connections:websocket' href='wss://ws.shore.example/x'/></XRD>", "", "not an XRD"},
		{"xml link in another namespace", xrd + "<Link xmlns='other' rel='urn:xmpp:alt-connections:websocket' href='wss://ws.shore.example/x'/></XRD>", "", "no WebSocket"},
		{"xml link further in", xrd + "<a><Link rel='urn:xmpp:alt-connections:websocket' href='wss://ws.shore.example/x'/></a></XRD>", "", "no WebSocket"},
		{"xml doctype", "<!DOCTYPE XRD [<!ENTITY a 'b'>]>" + xrd + "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://&a;.example/'/></XRD>", "", "document type"},
		{"xml two roots", xrd + "</XRD>" + xrd + "</XRD>", "", "not well-formed"},
		{"xml of another encoding", "<?xml version='1.0' encoding='iso-8859-1'?>" + xrd + "</XRD>", "", "not XML 1.0 in UTF-8"},
		{"xml of another version", "<?xml version='1.1'?>" + xrd + "</XRD>", "", "not XML 1.0 in UTF-8"},
		{"xml not complete", xrd, "", "not well-formed"},
		{"xml html", "<html></html>", "", "not an XRD"},
		{"xml html with tags left open", "<html><br></html>", "", "not well-formed"},
		{"xml many", xrd + strings.Repeat("<Link rel='urn:xmpp:alt-connections:websocket' href='wss://a.example/'/>", 101) + "</XRD>", "", "larger than"},
		{"xml as many as may be", xrd + strings.Repeat("<Link/>", 99) + "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://a.example/'/></XRD>", "wss://a.example/", ""},
		{"xml too much", xrd + strings.Repeat("<Link/>", 10_000) + "</XRD>", "", "larger than"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			links, err := parseHostMeta([]byte(tc.body))
			addresses, result := webSockets(links)
			problem := instead(result)
			if err != nil {
				problem = err.Error()
			}
			got := strings.Trim(fmt.Sprint(addresses), "[]")
			if got != tc.want || !strings.Contains(problem, tc.problem) || (problem == "") != (tc.problem == "") {
				t.Errorf("got %q, %q; want %q, %q", got, problem, tc.want, tc.problem)
			}
		})
	}
}
