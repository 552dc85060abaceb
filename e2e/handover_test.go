package e2e

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// handoverTest has what clients expect of a server; they complain on the
// console about each thing that is missing.
var handoverTest = host("handover.test", `modules_enabled = { "blocklist"; "bookmarks"; "carbons"; "pep"; "private"; "vcard_legacy" }`)

// A clientPage is one of examples/.
type clientPage struct {
	*browser.Tab
	t    *testing.T
	name string
}

// openClient opens an example for handoverTest in an empty profile. The url is
// that of the WebSocket, none if the client looks it up. The page's policy is
// its own.
func openClient(t *testing.T, name, url string) clientPage {
	t.Helper()
	files, err := site.Examples()
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Start(site.Options{FS: files, CSP: "none", Attributes: map[string]string{"domain": handoverTest, "url": url}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p := clientPage{tabs.Tab(t), t, name}
	// Those of Converse.js's sponsors, from its own site.
	p.ExpectProblem("https://conversejs.org/media/logos/")
	p.Open(s.URL + "/" + name + "/")
	return p
}

// signUp does what somebody does who has no account. A client has forms of its
// own, with fields of the same names.
func (p clientPage) signUp(username, password string) {
	p.t.Helper()
	if p.name == "converse" {
		p.Click("converse-register-link button")
	}
	p.settle()
	signup := func(selector string) string {
		return "document.querySelector('xmpp-signup')?.shadowRoot.querySelector('" + selector + "')"
	}
	p.Type(signup("input[name=username]"), username)
	p.Type(signup("input[name=password]"), password)
	p.Screenshot("handover-" + p.name + "-signup")
	p.Press(browser.Enter)
}

// settle waits for the server's form: it may move what the mouse is aimed at.
func (p clientPage) settle() {
	p.t.Helper()
	waitStep(p.Tab, "form")
}

// logIn does what somebody does who has one.
func (p clientPage) logIn(address, password string) {
	p.t.Helper()
	if p.name != "converse" {
		p.settle()
	}
	p.Fill("input[name=jid]", address)
	p.Fill("input[name=password]", password)
	p.Press(browser.Enter)
}

// checkClient waits for the client to show that the address is logged in, and
// asks the server.
func (p clientPage) checkClient(address string) {
	p.t.Helper()
	if p.name == "converse" {
		p.WaitText("converse-user-profile", address)
		p.WaitText("converse-user-profile", "I am online")
		p.WaitVisible("converse-roster")
	} else {
		p.WaitText("#address", address+"/")
		p.WaitText("#features", "jabber:iq:roster")
	}
	p.Screenshot("handover-" + p.name)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	// The session of a tab that was just closed may still be there.
	for {
		sessions, err := server.Ctl(ctx, "shell", `c2s:show(nil, {"jid"})`)
		if err != nil {
			p.t.Fatalf("the server does not show one session of %s: %v\n%s", address, err, sessions)
		}
		if strings.Count(sessions, "\n"+address+"/") == 1 {
			return
		}
	}
}

// refusals are where and how clients tell of a wrong password.
var refusals = map[string][2]string{
	"converse": {"converse-login-form", "password is incorrect"},
	"strophe":  {"#problem", "does not know"},
	"xmppjs":   {"#problem", "not-authorized"},
}

func TestHandOver(t *testing.T) {
	for _, name := range site.ExampleNames {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			username := name[:4] + "#1"
			address := username + "@" + handoverTest

			fresh := openClient(t, name, server.SecureWebSocketURL())
			fresh.signUp(username, "correct horse")
			fresh.checkClient(address)
			if name != "converse" {
				if got, want := fresh.Attribute("#app", "href"), "xmpp:"+name[:4]+"%231@"+handoverTest; got != want {
					t.Errorf("the link for apps leads to %q, want %q", got, want)
				}
			}
			fresh.Close()

			old := openClient(t, name, server.SecureWebSocketURL())
			old.logIn(address, "wrong horse")
			old.WaitText(refusals[name][0], refusals[name][1])
			old.logIn(address, "correct horse")
			old.checkClient(address)
		})
	}
}

// The files that make dist and npm bring are there already.
func TestExampleIsBuiltOnAsTheDocumentationSays(t *testing.T) {
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := site.Examples(); err != nil {
		t.Fatal(err)
	}
	docs, err := os.ReadFile(filepath.Join(root, "docs/handover.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(docs), -1)
	if len(blocks) != 1 {
		t.Fatalf("docs/handover.md has %d scripts, want one", len(blocks))
	}
	script := blocks[0][1]
	for line, instead := range map[string]string{
		"make dist\n":                      "",
		"npm install strophe.js\n":         "ln -s " + filepath.Join(root, "e2e/npm/node_modules") + " node_modules\n",
		"wss://example.net/xmpp-websocket": server.SecureWebSocketURL(),
		`domain="example.net"`:             `domain="` + handoverTest + `"`,
	} {
		if strings.Count(script, line) != 1 {
			t.Fatalf("there is no %q in\n%s", line, script)
		}
		script = strings.Replace(script, line, instead, 1)
	}
	page := filepath.Join(t.TempDir(), "my-page")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-euc", strings.ReplaceAll(script, "my-page", page))
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s, err := site.Start(site.Options{FS: os.DirFS(page), CSP: "none"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p := clientPage{tabs.Tab(t), t, "strophe"}
	p.Open(s.URL + "/")
	p.signUp("built", "correct horse")
	p.checkClient("built@" + handoverTest)
}

func TestHandOverWithoutAnAddressOfTheWebSocket(t *testing.T) {
	for _, name := range []string{"converse", "xmppjs"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			username := name[:4] + "2"
			p := openClient(t, name, "")
			// Converse.js takes a connection without an address for BOSH, and looks for a session of it.
			p.ExpectProblem("no restoreable session")
			p.signUp(username, "correct horse")
			p.checkClient(username + "@" + handoverTest)
		})
	}
}

func TestHandOverReplacesConversesOwnRegistration(t *testing.T) {
	p := openClient(t, "converse", server.SecureWebSocketURL())
	p.WaitVisible("converse-register-link button")
	p.Screenshot("handover-converse-login")
	if n := p.count("a[href='#converse/register']"); n > 0 {
		t.Error("there is a link to Converse.js's own form")
	}
	// Converse.js follows an address as soon as it changes.
	p.Eval(`new Promise(done => { addEventListener('hashchange', () => requestAnimationFrame(() => setTimeout(done))); location.hash = '#converse/register'; })`, nil)
	if p.count("converse-registration-form") > 0 || !p.Visible("converse-login-form") {
		t.Error("its address leads there")
	}
	p.Click("converse-register-link button")
	waitStep(p.Tab, "form")
	p.Press(browser.Tabulator)
	if !p.Focused("input[name=username]") {
		t.Error("the keyboard does not lead into the form")
	}
	p.Press(browser.Escape)
	p.Wait(`!$('dialog').open && !$('xmpp-signup')`)
	p.Type("input[name=jid]", "kim")
}

// count is how many elements of the page there are.
func (p clientPage) count(selector string) (n int) {
	p.t.Helper()
	q, _ := json.Marshal(selector)
	p.Eval(`document.querySelectorAll(`+string(q)+`).length`, &n)
	return n
}

var indentation = regexp.MustCompile(`(?m)^\s+|\s+$`)

func TestHandOverIsDescribedAsItIs(t *testing.T) {
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	docs := read("docs/handover.md") + read("docs/attach.md")
	var code strings.Builder
	for _, name := range site.ExampleNames {
		for _, file := range []string{"index.html", "main.js"} {
			code.WriteString(indentation.ReplaceAllString(read("examples/"+name+"/"+file), "") + "\n")
		}
	}
	for _, file := range []string{"examples/attach/strophe.js", "e2e/clients/raw.js"} {
		code.WriteString(indentation.ReplaceAllString(read(file), "") + "\n")
	}
	snippets := codeBlock.FindAllStringSubmatch(docs, -1)
	if len(snippets) < 4 {
		t.Errorf("docs/handover.md has %d snippets", len(snippets))
	}
	for _, snippet := range snippets {
		if !strings.Contains(code.String(), indentation.ReplaceAllString(snippet[2], "")) {
			t.Errorf("this is in no example:\n%s", snippet[2])
		}
	}
	var installed struct{ DevDependencies map[string]string }
	if err := json.Unmarshal([]byte(read("e2e/npm/package.json")), &installed); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"converse.js", "@xmpp/client", "strophe.js", "stanza"} {
		if version := name + "@" + installed.DevDependencies[name]; !strings.Contains(docs, version) {
			t.Errorf("docs/handover.md and docs/attach.md do not say that the examples are tested with %s", version)
		}
	}
}
