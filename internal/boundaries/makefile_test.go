package boundaries

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestMakefileKnowsWhatTheModuleIsMadeOf shows that a change of any package of the module
// has it built anew, and that each is linted and tested as js/wasm.
func TestMakefileKnowsWhatTheModuleIsMadeOf(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?m)^MODULE = \$\(wildcard (.*)\)$`).FindSubmatch(makefile)
	if list == nil {
		t.Fatal("the Makefile has no list MODULE")
	}
	for name := range imports {
		known := false
		for _, folder := range strings.Fields(string(list[1])) {
			known = known || name == folder || strings.HasPrefix(name, folder+"/")
		}
		if !known {
			t.Errorf("%s is not in MODULE", name)
		}
	}
}
