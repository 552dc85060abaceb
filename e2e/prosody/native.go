package prosody

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// native runs the Prosody that is installed, as a child process.
type native struct {
	dir        string
	executable string
	user       *syscall.Credential // nil: as whoever runs the tests
}

func newNative(s *Server) (*native, error) {
	executable, err := exec.LookPath("prosody")
	if err != nil {
		return nil, errors.New("prosody: it is not installed and no Docker daemon answers; `make test` installs it")
	}
	n := &native{dir: s.dir, executable: executable}
	if os.Getuid() != 0 {
		return n, nil
	}
	// Prosody refuses to run as root; the package brings a user for it.
	u, err := user.Lookup("prosody")
	if err != nil {
		return nil, fmt.Errorf("prosody: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("prosody: %w", err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("prosody: %w", err)
	}
	n.user = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return n, nil
}

func (n *native) paths() (conf, data, iface string) {
	return filepath.Join(n.dir, "conf"), filepath.Join(n.dir, "data"), "127.0.0.1"
}

func (n *native) prepare() error {
	if n.user == nil {
		return nil
	}
	return filepath.WalkDir(n.dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(n.user.Uid), int(n.user.Gid))
	})
}

func (n *native) command() *exec.Cmd {
	return n.as(exec.Command(n.executable, "-F", "--config", filepath.Join(n.dir, "conf/prosody.cfg.lua")))
}

func (n *native) ctl(ctx context.Context, args []string) *exec.Cmd {
	return n.as(exec.CommandContext(ctx, args[0], args[1:]...))
}

// as makes cmd run as Prosody's user. Go sets the credentials itself: the
// process is then Prosody and no wrapper, and the order for its death, which a
// change of user wipes out, comes after it.
func (n *native) as(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = n.dir
	cmd.Env = append(os.Environ(), "HOME="+n.dir)
	if n.user != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: n.user}
	}
	return cmd
}

func (n *native) stop(p *process) { p.cmd.Process.Signal(syscall.SIGTERM) }
func (n *native) kill(p *process) { p.cmd.Process.Kill(); p.closeStdin() }
func (n *native) clean()          {}
