// Program does what the runtime needs its tables of functions for, and prints how it
// went. With an argument it panics at its end.
package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

type point struct{ x, y int }

func (p point) Sum() int { return p.x + p.y }

// nothing is a variable of the package, so that the call goes through an interface.
var nothing interface{ Sum() int } = (*point)(nil)

// caught returns what a function panics with.
func caught(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return "nothing"
}

// deep needs a stack that grows, with pointers on it that move.
func deep(n int, at *int) int {
	var local [16]int
	local[n%16] = n
	if n == 0 {
		*at++
		runtime.GC()
		return *at
	}
	return deep(n-1, at) + local[n%16] - n
}

func list(n int) (head *node) {
	for i := range n {
		head = &node{value: fmt.Sprint(i), next: head}
	}
	return head
}

type node struct {
	value string
	next  *node
}

func main() {
	debug.SetGCPercent(5)
	local := 41
	fmt.Println("deep:", deep(20_000, &local), local)

	before := runtime.NumGoroutine()
	var group sync.WaitGroup
	results := make(chan int, 100)
	for i := range 100 {
		group.Go(func() {
			kept := list(100)
			x := i
			results <- deep(200+i, &x)
			runtime.KeepAlive(kept)
		})
	}
	group.Wait()
	sum := 0
	for range 100 {
		sum += <-results
	}
	fmt.Println("goroutines:", before, runtime.NumGoroutine(), sum)

	// A function of reflect has its arguments on its stack during a collection.
	add := reflect.MakeFunc(reflect.TypeFor[func(*point, string) string](), func(args []reflect.Value) []reflect.Value {
		runtime.GC()
		deep(100, new(int))
		return []reflect.Value{reflect.ValueOf(fmt.Sprint(args[0].Elem().Field(0).Int(), args[1]))}
	}).Interface().(func(*point, string) string)
	fmt.Println("reflect:", add(&point{x: 7}, strings.Repeat("a", 3)))
	method := reflect.ValueOf(&point{1, 2}).MethodByName("Sum").Interface().(func() int)
	runtime.GC()
	fmt.Println("method:", method())

	zero := 0
	var none *point
	fmt.Println("caught:", caught(func() { fmt.Println(1 / zero) }))
	fmt.Println("caught:", caught(func() { fmt.Println([]int{1}[1+zero]) }))
	fmt.Println("caught:", caught(func() { none.x++ }))
	fmt.Println("caught:", caught(func() { panic(errors.New("an error")) }))
	fmt.Println("caught:", caught(func() { fmt.Println(any(none).(fmt.Stringer)) }))
	// The text has the method's name, which is not kept.
	fmt.Println("a nil receiver is caught:", strings.HasPrefix(caught(func() { nothing.Sum() }), "value method "))

	freed := make(chan bool, 1)
	func() { runtime.AddCleanup(&point{3, 4}, func(int) { freed <- true }, 0) }()
	for done := false; !done; {
		runtime.GC()
		select {
		case done = <-freed:
		case <-time.After(time.Millisecond):
		}
	}
	fmt.Println("a cleanup ran")
	if len(os.Args) > 1 {
		panic("what went wrong: " + os.Args[1])
	}
}
