// Package prosody starts a Prosody for a test, with a configuration and data of its
// own, on free ports of loopback. It leaves nothing behind.
//
// Prosody runs in a container where a Docker daemon answers, else as a process of the
// installed package. XMPPREG_PROSODY=container or XMPPREG_PROSODY=process decides it. That
// of another Debian release is a process in any case.
package prosody

import (
	"bytes"
	"context"
	"crypto/tls"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/xmppreg/xmppreg/e2e/certs"
	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/process"
)

//go:embed prosody.cfg.lua.tmpl
var configText string

var configTemplate = template.Must(template.New("prosody.cfg.lua").Parse(configText))

// debianConfig is what Debian 12's package prosody (0.12.3-1+deb12u1) installs as
// /etc/prosody/prosody.cfg.lua, to the letter.
//
//go:embed debian/prosody.cfg.lua
var debianConfig string

// plugins are modules that every server has. A comment in each says what it does.
//
//go:embed plugins/mod_*.lua
var plugins embed.FS

const (
	wsPath       = "/xmpp-websocket"
	startTimeout = 30 * time.Second
	stopTimeout  = 10 * time.Second
)

// Options describe a server. The zero value is one with the hosts example.test,
// where anybody may register, and closed.test, where nobody may.
type Options struct {
	Debian     debian.Release
	Hosts      []Host
	Global     string            // Lua for the global section
	C2STimeout time.Duration     // how long a stream may stay not logged in, in whole seconds
	Plugins    map[string]string // Lua modules of the test's own beside those of plugins/: name without mod_, source
	WWW        fs.FS             // what a host serves that enables http_files

	// ConfD is a file of the folder conf.d. With it the server has Debian's own
	// configuration, changed as to paths, ports, logs and certificates, with Global
	// and with Plugins enabled. The file then brings the Hosts, whose Lua is not used.
	ConfD string
}

// A Host is a virtual host. The same URL leads to all of them. It may enable the
// modules of the folder plugins.
type Host struct {
	Name string
	Lua  string // its settings
}

// DefaultHosts are the hosts of a server whose Options name none.
func DefaultHosts() []Host {
	return []Host{
		{Name: "example.test", Lua: `allow_registration = true`},
		{Name: "closed.test", Lua: `allow_registration = false`},
	}
}

// A Server is a Prosody, running or stopped. Its methods are not for several
// goroutines at once, except Log.
type Server struct {
	HTTPPort, HTTPSPort int
	Certificate         *certs.Certificate // what the https port presents

	opts  Options
	place process.Place // this machine itself for a container
	dir   string
	logs  string
	kind  runner
	run   *process.Process // nil while stopped
}

// A runner is one of the two ways to run a Prosody.
type runner interface {
	// paths gives the folders of configuration and data and the interface
	// to listen on, as the server sees them.
	paths() (conf, data, iface string)
	// prepare is called once the files are written.
	prepare() error
	command() *exec.Cmd
	ctl(ctx context.Context, args []string) *exec.Cmd
	// stop asks the process that command started to end.
	stop(p *process.Process)
	// kill ends what stop has not.
	kill(p *process.Process)
	// clean removes what is not in the server's folder.
	clean()
}

// Start starts a server and returns when it answers. The caller must call Stop, whatever
// happens.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if len(opts.Hosts) == 0 {
		opts.Hosts = DefaultHosts()
	}
	cert, err := certs.Default()
	if err != nil {
		return nil, err
	}
	inContainer := false
	if opts.Debian == debian.Installed {
		if inContainer, err = chooseContainer(ctx); err != nil {
			return nil, err
		}
	}
	// Another program may take a port between the moment it is found free and the
	// moment the server listens there. Then it tries again with others.
	for try := 1; ; try++ {
		s := &Server{Certificate: cert, opts: opts}
		err := s.start(ctx, inContainer)
		if err == nil {
			return s, nil
		}
		s.Stop()
		if !errors.Is(err, errPortTaken) || try == 3 {
			return nil, err
		}
	}
}

var errPortTaken = errors.New("a port was taken by somebody else")

func (s *Server) start(ctx context.Context, inContainer bool) (err error) {
	if s.HTTPPort, err = process.FreePort(); err != nil {
		return fmt.Errorf("prosody: %w", err)
	}
	if s.HTTPSPort, err = process.FreePort(); err != nil {
		return fmt.Errorf("prosody: %w", err)
	}
	if inContainer {
		s.kind = newContainer(s)
	} else if s.kind, err = newNative(s); err != nil {
		return fmt.Errorf("prosody: %w", err)
	}
	if s.dir, err = s.place.Folder("xmppreg-prosody-"); err != nil {
		return fmt.Errorf("prosody: %w", err)
	}
	s.logs = filepath.Join(s.dir, "log")
	if err := s.write(); err != nil {
		return fmt.Errorf("prosody: %w", err)
	}
	if err := s.kind.prepare(); err != nil {
		return fmt.Errorf("prosody: %w", err)
	}
	return s.Restart(ctx)
}

// write puts configuration, certificate and plugins into the server's folder.
func (s *Server) write() error {
	conf, data, iface := s.kind.paths()
	values := struct {
		Options
		Conf, Data, Interface string
		HTTPPort, HTTPSPort   int
		C2STimeout            int
	}{s.opts, conf, data, iface, s.HTTPPort, s.HTTPSPort, int(s.opts.C2STimeout.Seconds())}
	var text bytes.Buffer
	var err error
	if s.opts.ConfD == "" {
		err = configTemplate.Execute(&text, values)
	} else if err = configTemplate.ExecuteTemplate(&text, "own", values); err == nil {
		err = s.intoDebian(&text)
	}
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"conf/prosody.cfg.lua": text.Bytes(),
		"conf/certs/test.crt":  s.Certificate.CertPEM,
		"conf/certs/test.key":  s.Certificate.KeyPEM,
		"log":                  nil,
	}
	for name, source := range s.opts.Plugins {
		files["conf/plugins/mod_"+name+".lua"] = []byte(source)
	}
	if s.opts.ConfD != "" {
		files["conf/conf.d/test.cfg.lua"] = []byte(s.opts.ConfD)
	}
	for _, folder := range []string{"conf/certs", "conf/conf.d", "conf/plugins", "data"} {
		if err := os.MkdirAll(filepath.Join(s.dir, folder), 0o755); err != nil {
			return err
		}
	}
	if err := os.CopyFS(filepath.Join(s.dir, "conf"), plugins); err != nil {
		return err
	}
	if s.opts.WWW != nil {
		if err := os.CopyFS(filepath.Join(s.dir, "conf/www"), s.opts.WWW); err != nil {
			return err
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(s.dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// intoDebian puts a text into Debian's configuration, after its last global setting:
// of two settings the later one counts.
func (s *Server) intoDebian(text *bytes.Buffer) error {
	const modules, host = "\nmodules_enabled = {\n", "\nVirtualHost \"localhost\"\n"
	config := debianConfig
	if s.place.Root != "" {
		b, err := os.ReadFile(filepath.Join(s.place.Root, "etc/prosody/prosody.cfg.lua"))
		if err != nil {
			return err
		}
		config = string(b)
	}
	if strings.Count(config, modules) != 1 || strings.Count(config, host) != 1 {
		return errors.New("the configuration of the package prosody is another one")
	}
	enabled := modules
	for name := range s.opts.Plugins {
		enabled += fmt.Sprintf("%q;\n", name)
	}
	own := text.String() + s.opts.Global
	text.Reset()
	_, err := strings.NewReplacer(modules, enabled, host, "\n"+own+host).WriteString(text, config)
	return err
}

// Restart stops the server if it runs and starts it again, with the accounts
// and at the ports that it had.
func (s *Server) Restart(ctx context.Context) error {
	s.Down()
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	before := len(s.Log())
	log, err := os.OpenFile(s.logs, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("prosody: %w", err)
	}
	defer log.Close()
	p, err := process.Launch(s.kind.command(), log)
	if err != nil {
		return fmt.Errorf("prosody: starting it: %w", err)
	}
	s.run = p
	if err := s.waitReady(ctx, p, before); err != nil {
		return fmt.Errorf("prosody: %w\n%s", err, process.Tail(s.Log()[before:], 60))
	}
	return nil
}

// listening matches what Prosody logs when it listens on a port.
var listening = regexp.MustCompile(`Added listening service https? to \[.*\]:(\d+)`)

// waitReady returns once both WebSocket addresses answer. It also looks into the log,
// because another program that has taken the port would answer too.
func (s *Server) waitReady(ctx context.Context, p *process.Process, before int) error {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: s.Certificate.Pool},
	}}
	answers := func(url string) bool {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return false
		}
		req.Host = s.opts.Hosts[0].Name
		resp, err := client.Do(req)
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}
	return p.WaitReady(ctx, func() (bool, error) {
		log := s.Log()[before:]
		if strings.Contains(log, "Failed to open server port") || strings.Contains(log, "port is already allocated") ||
			strings.Contains(log, "address already in use") {
			return false, errPortTaken
		}
		ports := make(map[string]bool)
		for _, m := range listening.FindAllStringSubmatch(log, -1) {
			ports[m[1]] = true
		}
		return ports[strconv.Itoa(s.HTTPPort)] && ports[strconv.Itoa(s.HTTPSPort)] &&
			answers(fmt.Sprintf("http://127.0.0.1:%d%s", s.HTTPPort, wsPath)) &&
			answers(fmt.Sprintf("https://127.0.0.1:%d%s", s.HTTPSPort, wsPath)), nil
	})
}

// Down stops the server and keeps its accounts and ports: Restart brings it
// back.
func (s *Server) Down() {
	p := s.run
	if p == nil {
		return
	}
	s.run = nil
	p.End(stopTimeout, func() { s.kind.stop(p) }, func() { s.kind.kill(p) })
}

// Stop ends the server and removes all that it had. More than once is fine.
func (s *Server) Stop() {
	if s.dir == "" {
		return
	}
	s.Down()
	if s.kind != nil {
		s.kind.clean()
	}
	os.RemoveAll(s.dir)
	s.dir = ""
}

// WebSocketURL is the address of the server's WebSocket without TLS, the same for all
// its hosts.
func (s *Server) WebSocketURL() string {
	return fmt.Sprintf("ws://127.0.0.1:%d%s", s.HTTPPort, wsPath)
}

// SecureWebSocketURL is the same over TLS, with Certificate.
func (s *Server) SecureWebSocketURL() string {
	return fmt.Sprintf("wss://127.0.0.1:%d%s", s.HTTPSPort, wsPath)
}

// InContainer tells which of the two kinds this server is.
func (s *Server) InContainer() bool {
	_, ok := s.kind.(*container)
	return ok
}

// ConfigPath is the configuration file, as the server itself sees it.
func (s *Server) ConfigPath() string {
	conf, _, _ := s.kind.paths()
	return conf + "/prosody.cfg.lua"
}

// Log is all that the server wrote so far.
func (s *Server) Log() string {
	b, err := os.ReadFile(s.logs)
	if err != nil {
		return ""
	}
	return string(b)
}

// LastWords returns the last lines of Log.
func (s *Server) LastWords() string { return process.Tail(s.Log(), 30) }

// Done is closed when the server that runs now ends, for whatever reason.
func (s *Server) Done() <-chan struct{} { return s.run.Done() }

// Ctl runs prosodyctl with this server's configuration and returns what it
// prints. Arguments of the form NAME=value before the first other one become
// its environment. In a container the server must be running.
func (s *Server) Ctl(ctx context.Context, args ...string) (string, error) {
	n := 0
	for n < len(args) && strings.Contains(args[n], "=") {
		n++
	}
	full := append([]string{"env"}, args[:n]...)
	full = append(full, "prosodyctl", "--config", s.ConfigPath())
	full = append(full, args[n:]...)
	out, err := s.kind.ctl(ctx, full).CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("prosody: prosodyctl %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}
