package e2e

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/certs"
	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/process"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/servertest"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// hostingBlock is a fenced block of docs/hosting.md: the section that it is in,
// the file that it belongs to or else its language.
type hostingBlock struct{ section, name, text string }

var (
	fenced  = regexp.MustCompile("(?:`(/[^`]+)`\n\n)?```(\\w+)\n((?s:.*?))```")
	section = regexp.MustCompile(`(?m)^## (.*)$`)
)

// hostingDoc is docs/hosting.md with the names of the tests: domain for
// example.org, and others that the certificate has.
type hostingDoc struct {
	text   string
	blocks []hostingBlock
}

func readHostingDoc(t *testing.T, domain string) hostingDoc {
	t.Helper()
	b, err := os.ReadFile("../docs/hosting.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("signup.example.org", "signup.test", "www.example.org", "www.test", "example.org", domain).Replace(string(b))
	doc := hostingDoc{text: text}
	heads := section.FindAllStringSubmatchIndex(text, -1)
	for i, head := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		for _, m := range fenced.FindAllStringSubmatch(text[head[1]:end], -1) {
			name := m[1]
			if name == "" {
				name = m[2]
			}
			doc.blocks = append(doc.blocks, hostingBlock{text[head[2]:head[3]], name, m[3]})
		}
	}
	return doc
}

// block returns the one block of a section that has this name.
func (d hostingDoc) block(t *testing.T, section, name string) string {
	t.Helper()
	found := slices.DeleteFunc(slices.Clone(d.blocks), func(b hostingBlock) bool { return b.section != section || b.name != name })
	if len(found) != 1 {
		t.Fatalf("docs/hosting.md has %d blocks %s in the section %q, want one", len(found), name, section)
	}
	return found[0].text
}

// publish does what the documentation says to put up the files, and returns
// where they are.
func (d hostingDoc) publish(t *testing.T) string {
	t.Helper()
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := site.Dist(); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(servertest.Folder(t), "signup")
	script := d.block(t, "The files", "sh")
	after, ok := strings.CutPrefix(script, "make dist\n")
	if !ok {
		t.Fatalf("it begins with something else than make dist:\n%s", script)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-euc", strings.ReplaceAll(after, "/var/www/signup", to))
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return to
}

// webServer starts a web server and returns its port when it answers. prepare
// writes what it needs into a folder, and is told the port to listen on.
func webServer(t *testing.T, prepare func(dir string, port int) *exec.Cmd) int {
	t.Helper()
	cert, err := certs.Default()
	if err != nil {
		t.Fatal(err)
	}
	place, err := process.PlaceOf("", "www-data")
	if err != nil {
		t.Fatal(err)
	}
	// Between finding a free port and listening there somebody else may take it.
	for try := 1; ; try++ {
		dir := servertest.Folder(t)
		port, err := process.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, map[string]string{"fullchain.pem": string(cert.CertPEM), "privkey.pem": string(cert.KeyPEM)})
		cmd := prepare(dir, port)
		if err := place.Own(dir); err != nil {
			t.Fatal(err)
		}
		log, err := os.Create(filepath.Join(dir, "log"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { log.Close() })
		p, err := process.Launch(place.In(dir, cmd), log)
		if err != nil {
			t.Fatalf("%v\nrun `make test`, which installs what is missing", err)
		}
		t.Cleanup(func() { p.End(5*time.Second, p.Terminate, p.Kill) })
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		err = p.WaitReady(ctx, func() (bool, error) {
			conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: cert.Pool, ServerName: "signup.test"}}).
				DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
			if err != nil {
				return false, nil
			}
			return true, conn.Close()
		})
		said := func() string {
			b, _ := os.ReadFile(log.Name())
			return string(b)
		}
		if err == nil {
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("the server's log:\n%s", said())
				}
			})
			return port
		}
		if !strings.Contains(strings.ToLower(said()), "address already in use") || try == 3 {
			t.Fatalf("%v\n%s", err, said())
		}
	}
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var listenIPv6 = regexp.MustCompile(`(?m)^.*listen \[::\].*\n`)

// nginx starts an nginx with a file of conf.d. The rest is what Debian's own
// nginx.conf has.
func nginx(t *testing.T, conf, domain, www string, xmppPort int) int {
	t.Helper()
	return webServer(t, func(dir string, port int) *exec.Cmd {
		conf := strings.NewReplacer(
			"listen 443 ", fmt.Sprintf("listen 127.0.0.1:%d ", port),
			"/etc/letsencrypt/live/"+domain+"/", dir+"/",
			"/var/www/signup", www,
			"127.0.0.1:5280", fmt.Sprintf("127.0.0.1:%d", xmppPort),
		).Replace(listenIPv6.ReplaceAllString(conf, ""))
		write(t, dir, map[string]string{"signup.conf": conf, "nginx.conf": strings.ReplaceAll(`
			daemon off;
			master_process off;
			pid DIR/nginx.pid;
			error_log stderr;
			include /usr/share/nginx/modules-available/mod-http-brotli-static.conf;
			events {}
			http {
				access_log off;
				client_body_temp_path DIR/body;
				proxy_temp_path DIR/proxy;
				fastcgi_temp_path DIR/fastcgi;
				scgi_temp_path DIR/scgi;
				uwsgi_temp_path DIR/uwsgi;
				include /etc/nginx/mime.types;
				default_type application/octet-stream;
				sendfile on;
				gzip on;
				include DIR/signup.conf;
			}`, "DIR", dir)})
		return exec.Command("/usr/sbin/nginx", "-e", "stderr", "-c", filepath.Join(dir, "nginx.conf"))
	})
}

var caddySite = regexp.MustCompile(`(?m)^([a-z.]+) \{$`)

// caddy starts a Caddy with a Caddyfile.
func caddy(t *testing.T, caddyfile, www string, xmppPort int) int {
	t.Helper()
	return webServer(t, func(dir string, port int) *exec.Cmd {
		// Loopback, and no certificates from the world.
		conf := fmt.Sprintf("{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\tauto_https disable_redirects\n\thttps_port %d\n}\n", port) +
			strings.NewReplacer(
				"/var/www/signup", www,
				"127.0.0.1:5280", fmt.Sprintf("127.0.0.1:%d", xmppPort),
			).Replace(caddySite.ReplaceAllString(caddyfile, "$1 {\n\ttls "+dir+"/fullchain.pem "+dir+"/privkey.pem"))
		write(t, dir, map[string]string{"Caddyfile": conf})
		return exec.Command("env", "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir, "caddy", "run", "--config", filepath.Join(dir, "Caddyfile"), "--adapter", "caddyfile")
	})
}

// bridges are where a proxy on this machine comes from to a container.
const bridges = `trusted_proxies = { "127.0.0.1"; "10.0.0.0/8"; "172.16.0.0/12"; "192.168.0.0/16" }
`

const visitors = `module:hook("user-registered", function (event)
	module:log("info", "%s registered from %s", event.username, event.session.ip);
end);`

// debianProsody starts a Prosody as Debian configures it, with a file of conf.d,
// that says where those come from who register.
func debianProsody(t *testing.T, conf string, opts prosody.Options) *prosody.Server {
	t.Helper()
	opts.Hosts = []prosody.Host{{Name: "example.test"}}
	opts.Plugins = map[string]string{"visitors": visitors}
	opts.Global = bridges
	opts.ConfD = conf
	return startProsody(t, opts)
}

// hosting is a set-up and what it promises.
type hosting struct {
	domain string // of the XMPP server
	page   string // where index.html is, without the slash
	www    string // its folder
	port   int    // that https://*.test leads to

	header     string   // the policy in the header; in the page's head if empty
	encodings  []string // of what lies there compressed, the best one first
	caching    bool     // whether it says how long files may be kept
	mime       bool     // whether it knows WebAssembly
	gzByScript bool     // whether the page has to take the .gz file itself
}

func (h *hosting) client(t *testing.T, from string) *http.Client {
	t.Helper()
	cert, err := certs.Default()
	if err != nil {
		t.Fatal(err)
	}
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", h.port))
		},
		TLSClientConfig:    &tls.Config{RootCAs: cert.Pool},
		DisableCompression: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

// fetch asks for a file as a page of another origin does.
func (h *hosting) fetch(t *testing.T, address, accept string) (http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", accept)
	req.Header.Set("Origin", "https://www.test")
	resp, err := h.client(t, "127.0.0.1").Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", address, resp.Status)
	}
	return resp.Header, b
}

// checkFiles compares what the server says of each kind of file with what is
// promised.
func (h *hosting) checkFiles(t *testing.T) {
	for _, name := range []string{"index.html", "account.html", "check.html", "xmppreg.js", "xmpp-signup.js", "xmpp-account.js", "style.css",
		built(t, "xmppreg-*.wasm"), built(t, "wasm_exec-*.js"), built(t, "style-*.css"), built(t, "icon-*.svg")} {
		address := h.page + "/" + strings.TrimSuffix(name, "index.html")
		hashed := regexp.MustCompile(`-[A-Z2-7]{8}\.`).MatchString(name)
		html := path.Ext(name) == ".html"
		for _, accept := range []string{"gzip, deflate, br, zstd", "gzip", ""} {
			header, body := h.fetch(t, address, accept)
			suffix, encoding := "", ""
			for _, e := range h.encodings {
				if encoding == "" && strings.Contains(accept, e) {
					suffix, encoding = map[string]string{"br": ".br", "gzip": ".gz"}[e], e
				}
			}
			// A page is compressed or not: it was written into.
			if !html {
				want, err := os.ReadFile(filepath.Join(h.www, name+suffix))
				if err != nil {
					t.Fatal(err)
				}
				if header.Get("Content-Encoding") != encoding || string(body) != string(want) {
					t.Errorf("%s for %q: %d bytes as %q, want %d as %q", name, accept, len(body), header.Get("Content-Encoding"), len(want), encoding)
				}
				if encoding != "" && header.Get("Vary") != "Accept-Encoding" {
					t.Errorf("%s for %q: Vary is %q", name, accept, header.Get("Vary"))
				}
			}
			if got := header.Get("Content-Type"); path.Ext(name) == ".wasm" && h.mime && got != "application/wasm" {
				t.Errorf("%s is of the type %q", name, got)
			}
			cache := ""
			switch {
			case h.caching && hashed:
				cache = "max-age=31536000, immutable"
			case h.caching:
				cache = "no-cache"
			}
			if got := header.Get("Cache-Control"); got != cache {
				t.Errorf("%s: Cache-Control is %q, want %q", name, got, cache)
			}
			if got := header.Get("Content-Security-Policy"); got != h.header {
				t.Errorf("%s: the policy is %q, want %q", name, got, h.header)
			}
		}
	}
}

// checkHostMeta reads what the domain announces.
func (h *hosting) checkHostMeta(t *testing.T) {
	type link struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	want := link{site.Rel, "wss://" + h.domain + "/xmpp-websocket"}
	for file, read := range map[string]func([]byte, any) error{"host-meta.json": json.Unmarshal, "host-meta": xml.Unmarshal} {
		header, body := h.fetch(t, "https://"+h.domain+"/.well-known/"+file, "")
		var meta struct {
			Links []link `json:"links" xml:"Link"`
		}
		if err := read(body, &meta); err != nil || len(meta.Links) != 1 || meta.Links[0] != want {
			t.Errorf("%s: %+v (%v), want %+v", file, meta, err, want)
		}
		if got := header.Get("Access-Control-Allow-Origin"); got != "*" && got != "https://www.test" {
			t.Errorf("%s: pages of %q may read it", file, got)
		}
		if got := header.Get("Content-Type"); h.caching && got != map[string]string{"host-meta.json": "application/json", "host-meta": "application/xrd+xml"}[file] {
			t.Errorf("%s is of the type %q", file, got)
		}
	}
}

// recordViolations notes what a policy has forbidden a page to do.
const recordViolations = `globalThis.violations = [];
	document.addEventListener('securitypolicyviolation', (e) => violations.push(e.effectiveDirective + ' ' + e.blockedURI));`

func checkViolations(t *testing.T, tab *browser.Tab) {
	t.Helper()
	var violations []string
	tab.Eval(`violations`, &violations)
	if len(violations) > 0 {
		t.Errorf("the policy forbids %v", violations)
	}
}

// checkPages has a visitor sign up and sign in.
func (h *hosting) checkPages(t *testing.T, username string) {
	cert, err := certs.Default()
	if err != nil {
		t.Fatal(err)
	}
	chromium, err := browser.Start(browser.Options{
		SPKI:      []string{cert.SPKI},
		HostRules: []string{fmt.Sprintf("MAP *.test:443 127.0.0.1:%d", h.port)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	tab := chromium.Tab(t)
	tab.OnNewDocument(recordViolations)
	tab.Open(h.page + "/")
	fillIn(tab, username, "correct horse")
	waitStep(tab, "done")
	checkViolations(t, tab)

	// What came through the wire.
	var modules []struct {
		Name  string
		Bytes int64
	}
	tab.Eval(`performance.getEntriesByType('resource').filter(({ name }) => /\.wasm/.test(name))
		.map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize }))`, &modules)
	module, suffix := built(t, "xmppreg-*.wasm"), ".br"
	if h.gzByScript {
		suffix = ".gz"
	}
	info, err := os.Stat(filepath.Join(h.www, module+suffix))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(modules); n == 0 || modules[n-1].Bytes != info.Size() || (n > 1) != h.gzByScript {
		t.Errorf("the module was loaded as %+v, want %d bytes", modules, info.Size())
	}

	tab.Open(h.page + "/account.html")
	signIn(tab, username, "correct horse")
	accountStep(tab, "account")
	checkViolations(t, tab)

	tab.Open(h.page + "/check.html")
	tab.Click("button[type=submit]")
	tab.Wait(`$('xmpp-check').dataset.step === 'report'`)
	if got := findings(tab); !regexp.MustCompile(`^json found ok\nxml found ok\nsocket opens ok\nregistration offered ok\n(registration invitations note\n)?form \w+ ok$`).MatchString(got) {
		t.Errorf("the check says\n%s", got)
	}
	checkViolations(t, tab)

	// Not in the page, and not in what it may load.
	tab.ExpectProblem("Content Security Policy")
	tab.Eval(`void document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.inline = true' }))`, nil)
	tab.Wait(`violations.some((v) => v.startsWith('script-src'))`)
	tab.Eval(`void document.body.append(Object.assign(document.createElement('script'), { src: 'https://elsewhere.test/x.js' }))`, nil)
	tab.Wait(`violations.some((v) => v.includes('elsewhere.test'))`)
	var ran bool
	if tab.Eval(`globalThis.inline === true`, &ran); ran {
		t.Error("an inline script runs")
	}
}

// register makes an account, from an address of loopback.
func (h *hosting) register(t *testing.T, username, from string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "wss://"+h.domain+"/xmpp-websocket", &websocket.DialOptions{
		Subprotocols: []string{"xmpp"}, HTTPClient: &http.Client{Transport: h.client(t, from).Transport},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	send := func(stanza, until string) string {
		if err := conn.Write(ctx, websocket.MessageText, []byte(stanza)); err != nil {
			t.Fatal(err)
		}
		for {
			_, b, err := conn.Read(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(b), until) {
				return string(b)
			}
		}
	}
	send(fmt.Sprintf(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='%s' version='1.0'/>`, h.domain), "features")
	return send(fmt.Sprintf(`<iq xmlns='jabber:client' type='set' id='r1'><query xmlns='jabber:iq:register'>`+
		`<username>%s</username><password>correct horse</password></query></iq>`, username), "r1")
}

var policyOf = regexp.MustCompile(`Content-Security-Policy"?(?: content=| )"([^"]+)"`)

func policyIn(t *testing.T, text string) string {
	t.Helper()
	m := policyOf.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("there is no policy in\n%s", text)
	}
	return m[1]
}

func TestConfigurationsOfTheDocumentationWork(t *testing.T) {
	doc := readHostingDoc(t, "example.test")
	t.Run("in front of Prosody", func(t *testing.T) {
		xmpp := debianProsody(t, doc.block(t, "The XMPP server", "/etc/prosody/conf.d/example.test.cfg.lua"), prosody.Options{})
		for _, c := range []struct {
			name, file string
			start      func(t *testing.T, conf, www string) (port int)
			allow      *regexp.Regexp // what lets other pages use the files, in the documentation
		}{
			{"nginx", "/etc/nginx/conf.d/signup.conf", func(t *testing.T, conf, www string) int {
				return nginx(t, conf, "example.test", www, xmpp.HTTPPort)
			}, regexp.MustCompile("in nginx next to the other headers with\n`([^`]*)`")},
			{"Caddy", "/etc/caddy/Caddyfile", func(t *testing.T, conf, www string) int {
				return caddy(t, conf, www, xmpp.HTTPPort)
			}, regexp.MustCompile("in Caddy with `([^`]*)` among them")},
		} {
			t.Run(c.name, func(t *testing.T) {
				www := doc.publish(t)
				conf := doc.block(t, c.name, c.file)
				h := &hosting{domain: "example.test", page: "https://signup.test", www: www, port: c.start(t, conf, www),
					header: policyIn(t, conf), encodings: []string{"br", "gzip"}, caching: true, mime: true}
				h.checkFiles(t)
				h.checkHostMeta(t)
				username := strings.ToLower(c.name)
				h.checkPages(t, username)
				if got := h.register(t, username+"2", "127.0.0.2"); !strings.Contains(got, "result") {
					t.Errorf("a visitor from 127.0.0.2 got %s", got)
				}
				servertest.Eventually(t, "the server does not know where visitors come from", func() bool {
					return strings.Contains(xmpp.Log(), username+"2 registered from 127.0.0.2")
				})
			})
			t.Run(c.name+" for pages of other origins", func(t *testing.T) {
				www := doc.publish(t)
				conf := doc.block(t, c.name, c.file)
				allow := c.allow.FindStringSubmatch(doc.text)
				at := regexp.MustCompile(`(?m)^.*X-Content-Type-Options.*$`).FindStringIndex(conf)
				if allow == nil || at == nil {
					t.Fatal("the documentation does not say how")
				}
				conf = conf[:at[1]] + "\n" + allow[1] + conf[at[1]:]
				h := &hosting{domain: "example.test", page: "https://signup.test", www: www, port: c.start(t, conf, www)}
				for _, name := range []string{"xmpp-signup.js", built(t, "xmppreg-*.wasm"), built(t, "wasm_exec-*.js")} {
					header, _ := h.fetch(t, h.page+"/"+name, "br")
					if header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Content-Encoding") != "br" || header.Get("Cache-Control") == "" {
						t.Errorf("%s: %v", name, header)
					}
				}
			})
		}
	})

	t.Run("Prosody alone", func(t *testing.T) {
		const name = "Prosody alone"
		www := doc.publish(t)
		meta := doc.block(t, name, "html")
		for _, page := range []string{"index.html", "account.html", "check.html"} {
			file := filepath.Join(www, page)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			const before = `<meta charset="utf-8">`
			if err := os.WriteFile(file, []byte(strings.Replace(string(b), before, before+"\n"+meta, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		const known = "/var/www/signup/.well-known/"
		if err := os.Mkdir(filepath.Join(www, ".well-known"), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{"host-meta.json", "host-meta"} {
			write(t, filepath.Join(www, ".well-known"), map[string]string{file: doc.block(t, name, known+file)})
		}
		// Where the files are and which port is free is the test's to know.
		conf := doc.block(t, name, "/etc/prosody/conf.d/example.test.cfg.lua")
		for line, instead := range map[string]string{
			// Prosody 13 serves host-meta itself, and would announce the test's port.
			"https_ports = { 443 }\n":                      "http_external_url = \"https://example.test/\"\n",
			`https_certificate = "certs/example.test.crt"`: `https_certificate = "certs/test.crt"`,
			"  http_files_dir = \"/var/www/signup\"\n":     "",
		} {
			if !strings.Contains(conf, line) {
				t.Fatalf("there is no %q in\n%s", line, conf)
			}
			conf = strings.Replace(conf, line, instead, 1)
		}
		xmpp := debianProsody(t, conf, prosody.Options{WWW: os.DirFS(www)})
		h := &hosting{domain: "example.test", page: "https://example.test", www: www, port: xmpp.HTTPSPort,
			mime: !xmpp.InContainer(), gzByScript: true}
		h.checkFiles(t)
		h.checkHostMeta(t)
		h.checkPages(t, "prosody")
		if got := h.register(t, "prosody2", "127.0.0.2"); !strings.Contains(got, "result") {
			t.Errorf("a visitor from 127.0.0.2 got %s", got)
		}
	})
}

func TestConfigurationsOfTheDocumentationWorkInFrontOfEjabberd(t *testing.T) {
	const domain = "open.test"
	doc := readHostingDoc(t, domain)
	port, err := process.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	// Its sections, the last of which every host here has already.
	sections := regexp.MustCompile(`(?s)^listen:\n(.*port: )5285\n(.*\n)(trusted_proxies:\n.*)modules:\n  mod_register: \{\}\n$`).
		FindStringSubmatch(doc.block(t, "The XMPP server", "/etc/ejabberd/ejabberd.yml"))
	if sections == nil {
		t.Fatal("docs/hosting.md has another ejabberd.yml than this test")
	}
	startEjabberd(t, ejabberd.Options{
		Listen:              fmt.Sprintf("%s%d\n%s", sections[1], port, sections[2]),
		Global:              sections[3],
		RegistrationTimeout: time.Hour,
	})
	www := doc.publish(t)
	conf := doc.block(t, "nginx", "/etc/nginx/conf.d/signup.conf")
	h := &hosting{domain: domain, page: "https://signup.test", www: www, port: nginx(t, conf, domain, www, port)}
	h.checkPages(t, "nina")
	// ejabberd lets an address register once in a while.
	for _, c := range []struct{ username, from, want string }{
		{"nick", "127.0.0.2", "result"},
		{"noah", "127.0.0.2", "resource-constraint"},
		{"nora", "127.0.0.3", "result"},
	} {
		if got := h.register(t, c.username, c.from); !strings.Contains(got, c.want) {
			t.Errorf("%s from %s: %s, want %s", c.username, c.from, got, c.want)
		}
	}
}
