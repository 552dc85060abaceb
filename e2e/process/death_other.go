//go:build unix && !linux

package process

import "syscall"

// dieWithParent has no means here. What watches its standard input ends all the
// same, as that does.
func dieWithParent(*syscall.SysProcAttr) {}
