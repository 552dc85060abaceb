package prosody

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/xmppreg/xmppreg/e2e/process"
)

//go:embed Dockerfile
var dockerfile []byte

//go:embed open.cfg.lua
var openConfig []byte

const (
	imageName = "xmppreg-prosody"
	baseImage = "xmppreg-base:bookworm" // of base-image.sh
	label     = "xmppreg.creator"
)

// guard ends a container when its standard input is closed, which also happens when
// the test binary dies.
const guard = `exec 3<&0
prosody -F --config "$1" </dev/null & pid=$!
trap 'kill $pid' TERM INT
{ cat <&3 >/dev/null; kill $pid; } &
wait $pid`

// chooseContainer decides how this program runs its servers.
func chooseContainer(ctx context.Context) (bool, error) {
	choice.Lock()
	defer choice.Unlock()
	if choice.made {
		return choice.container, nil
	}
	want := os.Getenv("XMPPREG_PROSODY")
	switch want {
	case "process":
	case "", "container":
		err := dockerReady(ctx)
		if err == nil {
			choice.container = true
			sweep(ctx)
		} else if want == "container" {
			return false, fmt.Errorf("prosody: XMPPREG_PROSODY=container: %w", err)
		} else if err != errNoDocker {
			fmt.Fprintf(os.Stderr, "prosody: running it as a process: %v\n", err)
		}
	default:
		return false, fmt.Errorf("prosody: XMPPREG_PROSODY=%s: say container or process, or leave it out", want)
	}
	choice.made = true
	return choice.container, nil
}

var choice struct {
	sync.Mutex
	made, container bool
}

var errNoDocker = errors.New("no Docker daemon answers")

// image is the image's name. The hash makes a changed Dockerfile count.
var image = sync.OnceValue(func() string {
	sum := sha256.Sum256(append(bytes.Clone(dockerfile), openConfig...))
	return fmt.Sprintf("%s:%x", imageName, sum[:6])
})

// dockerReady returns nil when a daemon answers and has the image, which it
// builds if it must.
func dockerReady(ctx context.Context) error {
	probe, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if exec.CommandContext(probe, "docker", "info").Run() != nil {
		return errNoDocker
	}

	// Test binaries run at the same time; only one of them is to build the image.
	lock, err := os.OpenFile(filepath.Join(os.TempDir(), fmt.Sprintf("xmppreg-image-%d.lock", os.Getuid())), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if _, err := docker(ctx, "image", "inspect", image()); err == nil {
		return nil
	}
	dir, err := os.MkdirTemp("", "xmppreg-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for name, content := range map[string][]byte{"Dockerfile": dockerfile, "open.cfg.lua": openConfig} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	args := []string{"build", "-t", image()}
	if _, err := docker(ctx, "image", "inspect", baseImage); err == nil {
		args = append(args, "--build-arg", "BASE="+baseImage)
	}
	build, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	if _, err := docker(build, append(args, dir)...); err != nil {
		return fmt.Errorf("building its image: %w\nwhere no registry answers, e2e/prosody/base-image.sh makes the base image", err)
	}
	return nil
}

// docker runs the docker client and returns its output.
func docker(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "docker", args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("docker %s: %w\n%s", args[0], err, process.Tail(string(out), 30))
	}
	return string(out), nil
}

// creator identifies a process for good. A process id alone would not do: it is
// valid only in its namespace, and is given to another process later.
func creator(pid int) string {
	ns, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The start time is the 22nd field. The second, the name of the program in
	// parentheses, may contain spaces and parentheses.
	_, rest, _ := strings.Cut(string(stat[bytes.LastIndexByte(stat, ')'):]), " ")
	fields := strings.Fields(rest)
	if len(fields) < 20 {
		return ""
	}
	return fmt.Sprintf("%s/%d/%s", ns, pid, fields[19])
}

// sweep removes containers and volumes of programs that have ended without doing so.
func sweep(ctx context.Context) {
	ns, _ := os.Readlink("/proc/self/ns/pid")
	gone := func(by string) bool {
		parts := strings.Split(by, "/")
		if len(parts) != 3 || parts[0] != ns {
			return false // of another namespace, where nothing is known of the process
		}
		pid, err := strconv.Atoi(parts[1])
		return err == nil && creator(pid) != by
	}
	for _, kind := range []struct {
		list   []string
		remove []string
	}{
		{[]string{"ps", "-a", "--format", `{{.Names}} {{.Label "` + label + `"}}`}, []string{"rm", "-f"}},
		{[]string{"volume", "ls", "--format", `{{.Name}} {{.Label "` + label + `"}}`}, []string{"volume", "rm", "-f"}},
	} {
		out, err := docker(ctx, append(kind.list, "--filter", "label="+label)...)
		if err != nil {
			continue
		}
		for line := range strings.Lines(out) {
			name, by, _ := strings.Cut(strings.TrimSpace(line), " ")
			if gone(by) {
				docker(ctx, append(kind.remove, name)...)
			}
		}
	}
}

// container runs Prosody in a container of its own. The docker client is the
// child process. The server's data is in a volume, where its owner does not matter.
type container struct {
	s      *Server
	volume string
	name   string // another one for each start, because the old container may not be gone yet
}

var names atomic.Int32

func uniqueName() string { return fmt.Sprintf("xmppreg-%d-%d", os.Getpid(), names.Add(1)) }

func newContainer(s *Server) *container {
	return &container{s: s, volume: uniqueName()}
}

func (c *container) paths() (conf, data, iface string) { return "/conf", "/data", "0.0.0.0" }

func (c *container) prepare() error {
	_, err := docker(context.Background(), "volume", "create", "--label", label+"="+creator(os.Getpid()), c.volume)
	return err
}

func (c *container) command() *exec.Cmd {
	c.name = uniqueName()
	return exec.Command("docker", "run", "--rm", "-i", "--name", c.name,
		"--label", label+"="+creator(os.Getpid()),
		"-v", filepath.Join(c.s.dir, "conf")+":/conf:ro", "-v", c.volume+":/data",
		"-p", fmt.Sprintf("127.0.0.1:%d:%d", c.s.HTTPPort, c.s.HTTPPort),
		"-p", fmt.Sprintf("127.0.0.1:%d:%d", c.s.HTTPSPort, c.s.HTTPSPort),
		image(), "sh", "-c", guard, "guard", c.s.ConfigPath())
}

func (c *container) ctl(ctx context.Context, args []string) *exec.Cmd {
	return exec.CommandContext(ctx, "docker", append([]string{"exec", c.name}, args...)...)
}

func (c *container) stop(p *process.Process) { p.CloseStdin() }

func (c *container) kill(p *process.Process) {
	p.CloseStdin()
	// It fails where there is nothing to remove, which is right.
	docker(context.Background(), "rm", "-f", c.name)
	p.Kill()
}

func (c *container) clean() {
	docker(context.Background(), "volume", "rm", "-f", c.volume)
}
