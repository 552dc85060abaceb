package prosody

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/xmppreg/xmppreg/e2e/process"
)

// native runs the Prosody that is installed, as a child process.
type native struct {
	dir        string
	executable string
	user       *syscall.Credential // nil for the user who runs the tests
}

func newNative(s *Server) (*native, error) {
	executable, err := exec.LookPath("prosody")
	if err != nil {
		return nil, errors.New("prosody: it is not installed and no Docker daemon answers; `make test` installs it")
	}
	// Prosody refuses to run as root; Debian's package creates a user for it.
	user, err := process.User("prosody")
	if err != nil {
		return nil, fmt.Errorf("prosody: %w", err)
	}
	return &native{dir: s.dir, executable: executable, user: user}, nil
}

func (n *native) paths() (conf, data, iface string) {
	return filepath.Join(n.dir, "conf"), filepath.Join(n.dir, "data"), "127.0.0.1"
}

func (n *native) prepare() error { return process.Own(n.dir, n.user) }

func (n *native) command() *exec.Cmd {
	return process.As(n.user, n.dir, exec.Command(n.executable, "-F", "--config", filepath.Join(n.dir, "conf/prosody.cfg.lua")))
}

func (n *native) ctl(ctx context.Context, args []string) *exec.Cmd {
	return process.As(n.user, n.dir, exec.CommandContext(ctx, args[0], args[1:]...))
}

func (n *native) stop(p *process.Process) { p.Terminate() }
func (n *native) kill(p *process.Process) { p.Kill(); p.CloseStdin() }
func (n *native) clean()                  {}
