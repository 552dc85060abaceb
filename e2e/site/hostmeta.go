package site

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"strings"
)

// Rel is what XEP-0156 calls a link to a WebSocket.
const Rel = "urn:xmpp:alt-connections:websocket"

// An Answer is what a host says when it is asked for one of its host-meta
// files.
type Answer int

const (
	Good     Answer = iota
	Missing         // 404
	Broken          // 200, and neither JSON nor XML
	Empty           // well-formed, without a link
	Unstable        // 503
)

// HostMeta describes what a domain announces (XEP-0156).
type HostMeta struct {
	Domain    string   // the Host header to answer for; empty for any
	Links     []string // the WebSocket addresses
	JSON, XML Answer
	NoCORS    bool // pages of other origins may not read it
}

// Handlers returns handlers for the two files, for Options.Handlers.
func (m HostMeta) Handlers() map[string]http.Handler {
	type link struct {
		Rel  string `json:"rel" xml:"rel,attr"`
		Href string `json:"href" xml:"href,attr"`
	}
	// The first link is for another protocol: a reader has to choose.
	links := []link{{"urn:xmpp:alt-connections:xbosh", "https://example.test/bosh"}}
	for _, href := range m.Links {
		links = append(links, link{Rel, href})
	}
	asJSON, _ := json.Marshal(map[string]any{"links": links})
	asXML, _ := xml.Marshal(struct {
		XMLName xml.Name `xml:"http://docs.oasis-open.org/ns/xri/xrd-1.0 XRD"`
		Link    []link
	}{Link: links})

	serve := func(a Answer, mime, good, empty string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !m.NoCORS {
				w.Header().Set("Access-Control-Allow-Origin", "*")
			}
			w.Header().Set("Content-Type", mime)
			body := good
			switch a {
			case Missing:
				http.Error(w, "not found", http.StatusNotFound)
				return
			case Unstable:
				http.Error(w, "come back later", http.StatusServiceUnavailable)
				return
			case Broken:
				body = "<!doctype html><title>Welcome</title>{"
			case Empty:
				body = empty
			}
			w.Write([]byte(body))
		})
	}
	domain := strings.ToLower(m.Domain)
	return map[string]http.Handler{
		domain + "/.well-known/host-meta.json": serve(m.JSON, "application/json", string(asJSON), `{"links":[]}`),
		domain + "/.well-known/host-meta": serve(m.XML, "application/xrd+xml", xml.Header+string(asXML),
			`<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"/>`),
	}
}

// HostMetas joins the handlers of several domains.
func HostMetas(all ...HostMeta) map[string]http.Handler {
	joined := make(map[string]http.Handler)
	for _, m := range all {
		maps.Copy(joined, m.Handlers())
	}
	return joined
}
