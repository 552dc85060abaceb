// Package process has what all servers of the tests need: child processes that die
// with their program, free ports, and a user to run as.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A Process is a child that ends when this program does.
type Process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	done  chan struct{}
	err   error // valid once done is closed
	once  sync.Once
}

// Launch starts cmd with its output going to log.
func Launch(cmd *exec.Cmd, log *os.File) (*Process, error) {
	cmd.Stdout, cmd.Stderr = log, log
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	dieWithParent(cmd.SysProcAttr)
	// A Ctrl-C is for this program, which then stops the server itself.
	cmd.SysProcAttr.Setpgid = true
	p := &Process{cmd: cmd, stdin: stdin, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// For the kernel the parent is this thread, so it must not end earlier.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		stdin.Close()
		return nil, err
	}
	return p, nil
}

// Pid is the child's process id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// CloseStdin closes the child's standard input. More than once is fine.
func (p *Process) CloseStdin() { p.once.Do(func() { p.stdin.Close() }) }

// Terminate asks the child to end.
func (p *Process) Terminate() { p.cmd.Process.Signal(syscall.SIGTERM) }

// Kill ends the child.
func (p *Process) Kill() { p.cmd.Process.Kill() }

// End calls stop, which asks the child to end, waits for it as long as patience, and
// then calls kill, which ends whatever is left of it.
func (p *Process) End(patience time.Duration, stop, kill func()) {
	stop()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
	}
	kill()
	<-p.done
}

// WaitReady calls ready until it returns true or an error. A child that ends
// first is an error too.
func (p *Process) WaitReady(ctx context.Context, ready func() (bool, error)) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := ready(); ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-p.done:
			// The error of the last check says more than that the child has ended.
			if ok, err := ready(); !ok && err != nil {
				return err
			}
			return fmt.Errorf("it ended before it answered: %v", p.err)
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w", ctx.Err())
		}
	}
}

// A Place is where a server runs: as which user, and with which folder as its /.
type Place struct {
	Root  string              // "" for this machine's own
	owner *syscall.Credential // nil for the user who runs this program
}

// PlaceOf is the place of the user of that name, whom Debian's package has created. If
// this program does not run as root, the server runs as the same user.
func PlaceOf(root, user string) (Place, error) {
	p := Place{Root: root}
	if os.Getuid() != 0 {
		return p, nil
	}
	users, err := os.ReadFile(filepath.Join(root, "/etc/passwd"))
	if err != nil {
		return p, err
	}
	for line := range strings.Lines(string(users)) {
		if fields := strings.Split(line, ":"); len(fields) > 3 && fields[0] == user {
			uid, err1 := strconv.ParseUint(fields[2], 10, 32)
			gid, err2 := strconv.ParseUint(fields[3], 10, 32)
			p.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
			return p, errors.Join(err1, err2)
		}
	}
	return p, fmt.Errorf("there is no user %s in %s/etc/passwd", user, root)
}

// Folder makes a temporary folder that servers of the place can see.
func (p Place) Folder(pattern string) (string, error) {
	parent := filepath.Join(p.Root, os.TempDir())
	if p.Root != "" {
		// Others have to get through it.
		if err := os.MkdirAll(parent, 0o755); err != nil {
			return "", err
		}
	}
	return os.MkdirTemp(parent, pattern)
}

// Inside is the name that servers of the place have for a file.
func (p Place) Inside(path string) string { return strings.TrimPrefix(path, p.Root) }

// Own gives dir and all that is in it to the place's user.
func (p Place) Own(dir string) error {
	if p.owner == nil {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(p.owner.Uid), int(p.owner.Gid))
	})
}

// In makes cmd run there, with the folder dir as its home. Go changes root and user
// itself and not a program such as su: the child is then the server, and dieWithParent
// takes effect, because the kernel forgets its order when a process changes its user.
func (p Place) In(dir string, cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = p.Inside(dir)
	cmd.Env = append(os.Environ(), "HOME="+cmd.Dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: p.Root, Credential: p.owner}
	return cmd
}

// These ports are below the range from which systems serve programs that ask for any
// port. So no such program can take one before its server has started, or while that
// server is down.
const firstPort, ports = 20_000, 12_000

var lastPort atomic.Uint32

func init() { lastPort.Store(rand.Uint32N(ports)) }

// FreePort finds a port of loopback on which nobody listens, another one each time.
func FreePort() (int, error) {
	var taken error
	for range 100 {
		port := firstPort + int(lastPort.Add(1)%ports)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, l.Close()
		}
		taken = err
	}
	return 0, taken
}

// Tail returns the last n lines of s.
func Tail(s string, n int) string {
	lines := strings.SplitAfter(s, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "")
}
