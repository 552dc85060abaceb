//go:build unix && !linux

package process

import "syscall"

// dieWithParent can do nothing on this system. A child that watches its standard
// input ends all the same, because that is closed.
func dieWithParent(*syscall.SysProcAttr) {}
