package process

import "syscall"

// dieWithParent asks the kernel to end the child when the thread that started it
// ends, because a test binary that is killed cannot clean up.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
