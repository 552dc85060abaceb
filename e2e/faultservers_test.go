package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/faults"
	"github.com/xmppreg/xmppreg/e2e/prosody"
)

// A disturbed operation is one that TestEveryFaultEndsRight disturbs.
type disturbed struct {
	name   string // in the table
	script string // in faults.js
	domain string
	effect faults.Effect
	sets   int // requests that change something

	invited    bool   // with a token
	redirected bool   // the WebSocket sends the client to another one
	discovered bool   // by what a domain of its own announces
	onlyFile   string // the host-meta file that there is; empty if there are both
	service    string // what the account registers with, where it is not about the account
}

// A faultServer is where operations are disturbed.
type faultServer struct {
	name       string
	url        string
	redirector string // the address of a WebSocket that sends clients to the one that its query names
	invite     func(context.Context) (token string, err error)
	announced  *announcements
	operations []disturbed
}

// newer is the name of a server, and of the release if it is not the installed one.
func newer(name string) string {
	if release == debian.Installed {
		return name
	}
	return name + " of " + release.String()
}

// invitations is a module that answers each HTTP request with the token of another one:
// prosodyctl takes half a second for each.
const invitations = `
local invites = module:depends("invites");
module:depends("http");
module:provides("http", { route = { GET = function () return invites.create_account().token; end } });
`

// invited returns a function that gets a token of an invitation to a host of the server.
func invited(s *prosody.Server, host string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/invitations", s.HTTPPort), nil)
		if err != nil {
			return "", err
		}
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return "", err
		}
		defer answer.Body.Close()
		token, err := io.ReadAll(answer.Body)
		if err == nil && answer.StatusCode != http.StatusOK {
			err = errors.New(answer.Status)
		}
		return string(token), err
	}
}

// faultyProsody starts a server with a host for each kind of operation.
func faultyProsody(t *testing.T) faultServer {
	form := func(name string, lua ...string) prosody.Host {
		return prosody.Host{Name: name, Lua: `allow_registration = true
			modules_enabled = { "test_form" }
			` + strings.Join(lua, "\n")}
	}
	const refusal = `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
	s := startProsody(t, prosody.Options{
		Plugins: map[string]string{"gateway": gateway, "invitations": invitations},
		Hosts: []prosody.Host{
			{Name: "example.test", Lua: `allow_registration = true
				Component "gateway.example.test" "gateway"`},
			{Name: "invite.test", Lua: `registration_invite_only = true
				modules_enabled = { "invites"; "invites_register"; "invitations" }`},
			form("fields.test", "test_accounts = true", "test_form = "+quoted(register("<username/><password/>"))),
			form("captcha.test", "test_form = "+quoted(dataForm(accountFields+`
				<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>
				<field var='challenge' type='hidden'><value>c-1</value></field>
				<field var='sid' type='hidden'><value>s-1</value></field>
				<field var='ocr' type='text-single' label='Enter the text you see'><required/></field>`)),
				"test_accounts = true", "test_wants = { ocr = 'bell' }", "test_refusal = "+quoted(refusal)),
			form("stages.test", "test_wants = { code = '1234' }", "test_account_refusal = "+quoted(dataForm(accountFields+`
				<field var='code' type='text-single' label='Code'><required/></field>`)+refusal)),
		},
	})
	return faultServer{name: newer("Prosody"), url: s.WebSocketURL(), redirector: redirector(t), invite: invited(s, "invite.test"), operations: []disturbed{
		{name: "sign-up as fields", script: "form", domain: "fields.test", effect: faults.Creates, sets: 1},
		{name: "sign-up as a form", script: "form", domain: "example.test", effect: faults.Creates, sets: 1},
		{name: "sign-up with a CAPTCHA", script: "captcha", domain: "captcha.test", effect: faults.Creates, sets: 1},
		{name: "sign-up with a token", script: "form", domain: "invite.test", effect: faults.Creates, sets: 1, invited: true},
		{name: "sign-up after see-other-uri", script: "form", domain: "example.test", effect: faults.Creates, sets: 1, redirected: true},
		{name: "sign-up with another service", script: "service", domain: "example.test", effect: faults.Creates, sets: 1, service: "gateway.example.test"},
		{name: "kept form", script: "keptFields", domain: "example.test", effect: faults.Creates, sets: 1},
		{name: "registerOnConnect", script: "onConnect", domain: "example.test", effect: faults.Creates, sets: 1},
		{name: "login", script: "login", domain: "example.test", effect: faults.Nothing},
		{name: "change of the password", script: "change", domain: "example.test", effect: faults.Changes, sets: 1},
		{name: "change in two stages", script: "stages", domain: "stages.test", effect: faults.Changes, sets: 2},
		{name: "deletion", script: "deletion", domain: "example.test", effect: faults.Deletes, sets: 1},
	}}
}

// faultyEjabberd starts a server with what ejabberd does in its own way.
func faultyEjabberd(t *testing.T) faultServer {
	s := startEjabberd(t, ejabberd.Options{})
	return faultServer{name: newer("ejabberd"), url: s.WebSocketURL(), operations: []disturbed{
		{name: "sign-up as a form", script: "form", domain: "open.test", effect: faults.Creates, sets: 1},
		{name: "sign-up with a CAPTCHA", script: "captcha", domain: "captcha.test", effect: faults.Creates, sets: 1},
		{name: "kept form", script: "keptFields", domain: "open.test", effect: faults.Creates, sets: 1},
		{name: "registerOnConnect", script: "onConnect", domain: "open.test", effect: faults.Creates, sets: 1},
		{name: "login", script: "login", domain: "open.test", effect: faults.Nothing},
		{name: "change of the password", script: "change", domain: "open.test", effect: faults.Changes, sets: 1},
		{name: "deletion", script: "deletion", domain: "open.test", effect: faults.Deletes, sets: 1},
	}}
}

// redirector starts a WebSocket that sends every client elsewhere (RFC 7395 section 3.6.1),
// which no server can be made to do. It returns its address.
func redirector(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"xmpp"}})
		if err != nil {
			return
		}
		defer c.CloseNow()
		for {
			_, message, err := c.Read(r.Context())
			if err != nil {
				return
			}
			if strings.HasPrefix(string(message), "<open") {
				err = c.Write(r.Context(), websocket.MessageText, fmt.Appendf(nil,
					`<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='%s'/>`, r.URL.Query().Get("to")))
			}
			if err != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return "ws" + strings.TrimPrefix(s.URL, "http")
}
