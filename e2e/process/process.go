// Package process has what all servers of the tests need: child processes that die
// with their program, free ports, and a user to run as.
package process

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
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

// User returns the credentials of the user to run a server as. They are nil if this
// program does not run as root: then the server runs as the same user.
func User(name string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// Own gives dir and all that is in it to the owner, if that is not nil.
func Own(dir string, owner *syscall.Credential) error {
	if owner == nil {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(owner.Uid), int(owner.Gid))
	})
}

// As makes cmd run as a user whose home is dir. Go changes the user itself and not a
// program such as su: the child is then the server, and dieWithParent takes effect,
// because the kernel forgets its order when a process changes its user.
func As(owner *syscall.Credential, dir string, cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if owner != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	}
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
