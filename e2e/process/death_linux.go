package process

import "syscall"

// dieWithParent has the kernel end the child when the thread that started it
// ends: a test binary that is killed runs no clean-up.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
