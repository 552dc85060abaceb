package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// makeRun returns the commands that `make run` would run, with these arguments
// and variables of the environment.
func makeRun(t *testing.T, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "make", append([]string{"-C", "../../..", "--dry-run", "run"}, args...)...)
	for _, v := range os.Environ() {
		// The variables of a make that runs this test are not those of a user's shell.
		if name, _, _ := strings.Cut(v, "="); name != "PORT" && !strings.HasPrefix(name, "MAKE") && name != "MFLAGS" {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("make: %v\n%s", err, out)
	}
	return string(out)
}

func TestPortOfMakeRunIsAnArgumentOrAVariableOfTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  []string
		args []string
		want string
	}{
		{nil, nil, "-port 8080"},
		{nil, []string{"PORT=9000"}, "-port 9000"},
		{[]string{"PORT=9000"}, nil, "-port 9000"},
		{[]string{"PORT=9000"}, []string{"PORT=9001"}, "-port 9001"},
	} {
		if got := makeRun(t, c.env, c.args...); !strings.Contains(got, "build/serve "+c.want+"\n") {
			t.Errorf("%v make run %v does not serve with %s:\n%s", c.env, c.args, c.want, got)
		}
	}
}
