// Package ejabberd starts an ejabberd for a test, as a process: the installed
// package's, with a configuration and data of its own, on free ports of loopback.
// It leaves nothing behind.
//
// Its hosts each have their own rule for who may register:
//
//	open.test      anybody
//	captcha.test   anybody who solves a CAPTCHA, see Answer
//	strong.test    anybody whose password has 32 bits of entropy
//	names.test     anybody but "admin" and names that begin with "bad"
//	redirect.test  sends everybody to https://redirect.test/signup
//	ipdeny.test    nobody from loopback
//	noreg.test     nobody: it does not support registration
package ejabberd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"time"

	_ "embed"

	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/process"
)

//go:embed ejabberd.yml.tmpl
var configText string

var configTemplate = template.Must(template.New("ejabberd.yml").Parse(configText))

// inetrc keeps Erlang from asking a DNS server for localhost.
const inetrc = `{lookup,["file","native"]}.
{host,{127,0,0,1},["localhost"]}.
`

const (
	wsPath       = "/ws"
	startTimeout = 60 * time.Second
	stopTimeout  = 10 * time.Second
)

// Options describe a server. The zero value has ejabberd's own limits, except that
// an address may register as often as it likes.
type Options struct {
	Debian debian.Release
	// How long a stream may stay not logged in, at least a second; 30 if zero.
	NegotiationTimeout time.Duration
	// How long an address has to wait before it may register again.
	RegistrationTimeout time.Duration
	// How many CAPTCHAs an address may ask for in a minute; any number if zero.
	CaptchaLimit int
	// The least size of a CAPTCHA's image in bytes, up to nearly 64 KiB, which
	// is all that ejabberd sends; 4,000 if zero.
	CaptchaSize int
	// YAML behind the list of the section listen, and behind all of them.
	Listen, Global string
}

// A Server is an ejabberd, running or stopped. Its methods are not for several
// goroutines at once, except Log.
type Server struct {
	HTTPPort int

	opts     Options
	distPort int // where ejabberdctl reaches it
	place    process.Place
	dir      string
	libs     string           // where Erlang finds ejabberd
	run      *process.Process // nil while stopped
}

// Start starts a server and returns when it answers. The caller must call Stop, whatever
// happens.
func Start(ctx context.Context, opts Options) (*Server, error) {
	// Another program may take a port between the moment it is found free and the
	// moment the server listens there. Then it tries again with others.
	for try := 1; ; try++ {
		s := &Server{opts: opts}
		err := s.start(ctx)
		if err == nil {
			return s, nil
		}
		s.Stop()
		if !errors.Is(err, errPortTaken) || try == 3 {
			return nil, fmt.Errorf("ejabberd: %w", err)
		}
	}
}

var errPortTaken = errors.New("a port was taken by somebody else")

func (s *Server) start(ctx context.Context) (err error) {
	root, err := s.opts.Debian.Root()
	if err != nil {
		return err
	}
	if s.libs, err = installed(root); err != nil {
		return err
	}
	if s.place, err = process.PlaceOf(root, "ejabberd"); err != nil {
		return err
	}
	if s.HTTPPort, err = process.FreePort(); err != nil {
		return err
	}
	if s.distPort, err = process.FreePort(); err != nil {
		return err
	}
	if s.dir, err = s.place.Folder("xmppreg-ejabberd-"); err != nil {
		return err
	}
	if err := s.write(); err != nil {
		return err
	}
	return s.launch(ctx)
}

// installed returns the folder of Debian's Erlang libraries, the name of which
// differs between machines.
func installed(root string) (string, error) {
	found, err := filepath.Glob(root + "/usr/lib/*/ejabberd-*/ebin/ejabberd.beam")
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", errors.New("it is not installed; `make test` installs it")
	}
	return filepath.Join(strings.TrimPrefix(found[0], root), "../../.."), nil
}

// write fills the server's folder.
func (s *Server) write() error {
	size := s.opts.CaptchaSize
	if size == 0 {
		size = 4000
	}
	image, err := captchaImage(size)
	if err != nil {
		return err
	}
	if len(image) > maxCaptchaSize {
		return fmt.Errorf("a CAPTCHA of %d bytes is too large for it", len(image))
	}

	var config bytes.Buffer
	err = configTemplate.Execute(&config, struct {
		Options
		HTTPPort                  int
		Path, WebSocketURL        string
		Negotiation, Registration string
		CaptchaScript             string
	}{
		s.opts, s.HTTPPort, wsPath, s.WebSocketURL(),
		timeout(s.opts.NegotiationTimeout, "30 s"), timeout(s.opts.RegistrationTimeout, "infinity"),
		s.inside("captcha.sh"),
	})
	if err != nil {
		return err
	}
	for _, file := range []struct {
		name    string
		content []byte
		mode    os.FileMode
	}{
		{"ejabberd.yml", config.Bytes(), 0o600},
		{"inetrc", []byte(inetrc), 0o600},
		{"captcha.png", image, 0o600},
		{"captcha.sh", []byte(captchaScript), 0o700},
		{"log", nil, 0o600},
	} {
		if err := os.WriteFile(s.path(file.name), file.content, file.mode); err != nil {
			return err
		}
	}
	if err := os.Mkdir(s.path("data"), 0o700); err != nil {
		return err
	}
	return s.place.Own(s.dir)
}

// path is that of a file in the server's folder.
func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

// inside is the same as the server sees it.
func (s *Server) inside(name string) string { return s.place.Inside(s.path(name)) }

// timeout writes d as ejabberd reads it.
func timeout(d time.Duration, zero string) string {
	if d == 0 {
		return zero
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// node is the server's name among Erlang's nodes.
func (s *Server) node() string { return fmt.Sprintf("xmppreg-%d@localhost", s.distPort) }

// erl runs Erlang as the server's user, under a name, and without Erlang's name
// server, since the port is known. ejabberdctl is not used for this: the server would
// be its child and outlive it, and it runs only as a user of its own.
func (s *Server) erl(ctx context.Context, name string, args ...string) *exec.Cmd {
	full := append([]string{
		"-noinput", "-sname", name,
		"-start_epmd", "false", "-erl_epmd_port", strconv.Itoa(s.distPort),
		"-kernel", "inet_dist_use_interface", "{127,0,0,1}",
	}, args...)
	cmd := s.place.In(s.dir, exec.CommandContext(ctx, "/usr/bin/erl", full...))
	cmd.Env = append(cmd.Env,
		"ERL_LIBS="+s.libs,
		"ERL_INETRC="+s.inside("inetrc"),
		"ERL_DIST_PORT="+strconv.Itoa(s.distPort),
		"ERL_CRASH_DUMP_SECONDS=0",
		"EJABBERD_CONFIG_PATH="+s.inside("ejabberd.yml"),
		"EJABBERD_LOG_PATH="+s.inside("ejabberd.log"),
	)
	return cmd
}

// Restart stops the server if it runs and starts it again, with the accounts
// and at the ports that it had.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.launch(ctx); err != nil {
		return fmt.Errorf("ejabberd: %w", err)
	}
	return nil
}

func (s *Server) launch(ctx context.Context) error {
	s.Down()
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	before := len(s.Log())
	log, err := os.OpenFile(s.path("log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer log.Close()
	dir := strconv.Quote(s.inside("data")) // a term of Erlang's
	// ctx is only for the start of the server, which outlives it.
	cmd := s.erl(context.WithoutCancel(ctx), s.node(), "-mnesia", "dir", dir, "-s", "ejabberd")
	p, err := process.Launch(cmd, log)
	if err != nil {
		return fmt.Errorf("starting it: %w", err)
	}
	s.run = p
	if err := s.waitReady(ctx, p, before); err != nil {
		return fmt.Errorf("%w\n%s", err, process.Tail(s.Log()[before:], 60))
	}
	return nil
}

// waitReady returns once the server answers. It also looks into the log, because
// another program that has taken the port would answer too.
func (s *Server) waitReady(ctx context.Context, p *process.Process, before int) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	address := fmt.Sprintf("127.0.0.1:%d", s.HTTPPort)
	listening := "Start accepting TCP connections at " + address + " for ejabberd_http"
	return p.WaitReady(ctx, func() (bool, error) {
		log := s.Log()[before:]
		if strings.Contains(log, "eaddrinuse") {
			return false, errPortTaken
		}
		if !strings.Contains(log, listening) {
			return false, nil
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/", nil)
		if err != nil {
			return false, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return false, nil
		}
		resp.Body.Close()
		return true, nil
	})
}

// Down stops the server and keeps its accounts and ports: Restart brings it
// back.
func (s *Server) Down() {
	if p := s.run; p != nil {
		s.run = nil
		p.End(stopTimeout, p.Terminate, p.Kill)
	}
}

// Stop ends the server and removes all that it had. More than once is fine.
func (s *Server) Stop() {
	if s.dir == "" {
		return
	}
	if p := s.run; p != nil {
		s.run = nil
		// It need not save its data, which is removed.
		p.Kill()
		<-p.Done()
	}
	os.RemoveAll(s.dir)
	s.dir = ""
}

// BreakCaptchas makes the program fail from now on that makes the images of CAPTCHAs.
// It cannot be broken from the start, because the server tries it then.
func (s *Server) BreakCaptchas() error { return os.Remove(s.path("captcha.png")) }

// WebSocketURL is the address of the server's WebSocket, the same for all its hosts.
func (s *Server) WebSocketURL() string {
	return fmt.Sprintf("ws://127.0.0.1:%d%s", s.HTTPPort, wsPath)
}

// Log is all that the server wrote so far.
func (s *Server) Log() string {
	b, err := os.ReadFile(s.path("log"))
	if err != nil {
		return ""
	}
	return string(b)
}

// Ctl runs a command of ejabberdctl's in the server, which must be running, and
// returns what it prints.
func (s *Server) Ctl(ctx context.Context, args ...string) (string, error) {
	name := fmt.Sprintf("xmppreg-ctl-%d-%d@localhost", os.Getpid(), s.distPort)
	full := append([]string{"-hidden", "-dist_listen", "false", "-s", "ejabberd_ctl", "-extra", s.node()}, args...)
	out, err := s.erl(ctx, name, full...).CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("ejabberd: ejabberdctl %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}
