package debian_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/debian"
)

func TestScriptMakesTheFolderOfTheRelease(t *testing.T) {
	root, err := debian.Trixie.Root()
	if errors.Is(err, debian.ErrNotRoot) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	made, err := exec.CommandContext(t.Context(), "./trixie.sh").Output()
	if err != nil || strings.TrimSpace(string(made)) != root {
		t.Errorf("the script makes %s (%v), and the tests look for %s", made, err, root)
	}
}
