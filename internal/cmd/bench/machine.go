package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
)

var (
	processor = regexp.MustCompile(`(?m)^model name\s*: (.*)$`)
	memory    = regexp.MustCompile(`(?m)^MemTotal:\s*(\d+) kB$`)
	system    = regexp.MustCompile(`(?m)^PRETTY_NAME="(.*)"$`)
)

// machine describes the machine in words.
func machine() (string, error) {
	var found []string
	for _, source := range []struct {
		file   string
		wanted *regexp.Regexp
	}{{"/proc/cpuinfo", processor}, {"/proc/meminfo", memory}, {"/etc/os-release", system}} {
		text, err := os.ReadFile(source.file)
		if err != nil {
			return "", err
		}
		m := source.wanted.FindSubmatch(text)
		if m == nil {
			return "", fmt.Errorf("%s does not say what was looked for", source.file)
		}
		found = append(found, string(m[1]))
	}
	kB, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d cores of a processor %s, %.0f GiB of memory, %s, %s", runtime.NumCPU(), found[0], kB/(1<<20), found[2], runtime.Version()), nil
}
