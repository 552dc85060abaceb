package prosody

import (
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// A process is a child that ends when this program does.
type process struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	done  chan struct{}
	err   error // valid once done is closed
	once  sync.Once
}

func (p *process) closeStdin() { p.once.Do(func() { p.stdin.Close() }) }

// launch starts cmd with its output going to log.
func launch(cmd *exec.Cmd, log *os.File) (*process, error) {
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
	p := &process{cmd: cmd, stdin: stdin, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The parent that it dies with is a thread, so this one has to stay.
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
