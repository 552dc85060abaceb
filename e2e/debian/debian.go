// Package debian knows the releases of Debian that the tests' servers come from, which
// are two generations of Prosody and ejabberd: those that are installed on this machine,
// and those of a newer Debian, which lies in a folder and runs there with chroot.
package debian

import (
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"os"
)

// A Release is where a server comes from.
type Release string

const (
	Installed Release = ""       // this machine: Debian 12, or what its user has
	Trixie    Release = "trixie" // Debian 13: Prosody 13.0 and ejabberd 24.12
)

// String is the release's name, for tests.
func (r Release) String() string {
	if r == Installed {
		return "installed"
	}
	return string(r)
}

//go:embed trixie.sh
var script []byte

// ErrNotRoot says that a release can't be used, because only root may change the root
// folder of a process.
var ErrNotRoot = errors.New("the servers of Debian 13 run in a folder of their own (chroot), which needs root")

// Root is the folder that the release's programs have as /, "" for this machine's own.
func (r Release) Root() (string, error) {
	if r == Installed {
		return "", nil
	}
	if os.Getuid() != 0 {
		return "", ErrNotRoot
	}
	// The name that the script gives it.
	dir := fmt.Sprintf("/var/cache/xmppreg/%s-%x", r, sha256.Sum256(script))[:len("/var/cache/xmppreg/-")+len(r)+12]
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("%w; e2e/debian/trixie.sh makes it, and `make test` calls that", err)
	}
	return dir, nil
}
