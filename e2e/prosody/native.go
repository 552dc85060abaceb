package prosody

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"

	"github.com/xmppreg/xmppreg/e2e/process"
)

// native runs an installed Prosody as a child process.
type native struct {
	s          *Server
	executable string
}

func newNative(s *Server) (*native, error) {
	executable := "/usr/bin/prosody"
	root, err := s.opts.Debian.Root()
	if err != nil {
		return nil, err
	}
	if root == "" {
		if executable, err = exec.LookPath("prosody"); err != nil {
			return nil, errors.New("it is not installed and no Docker daemon answers; `make test` installs it")
		}
	}
	// Prosody refuses to run as root; Debian's package creates a user for it.
	if s.place, err = process.PlaceOf(root, "prosody"); err != nil {
		return nil, err
	}
	return &native{s, executable}, nil
}

func (n *native) paths() (conf, data, iface string) {
	dir := n.s.place.Inside(n.s.dir)
	return filepath.Join(dir, "conf"), filepath.Join(dir, "data"), "127.0.0.1"
}

func (n *native) prepare() error { return n.s.place.Own(n.s.dir) }

func (n *native) command() *exec.Cmd {
	return n.s.place.In(n.s.dir, exec.Command(n.executable, "-F", "--config", n.s.ConfigPath()))
}

func (n *native) ctl(ctx context.Context, args []string) *exec.Cmd {
	return n.s.place.In(n.s.dir, exec.CommandContext(ctx, args[0], args[1:]...))
}

func (n *native) stop(p *process.Process) { p.Terminate() }
func (n *native) kill(p *process.Process) { p.Kill(); p.CloseStdin() }
func (n *native) clean()                  {}
