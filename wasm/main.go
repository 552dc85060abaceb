//go:build js

// Command wasm is the module that web/xmppreg.js loads. It wires the JavaScript
// API to registration and registration to WebSockets, and stays alive.
package main

import (
	"fmt"
	"os"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/jsapi"
	"github.com/xmppreg/xmppreg/transport/ws"
)

// build names the sources that the module was built from. The linker sets it;
// the page's scripts know the same name and refuse a module of another.
var build = "development"

func main() {
	err := jsapi.Serve(build, func(url string, log func(level, message string)) ibr.Dialer {
		return &ws.Dialer{URL: url, Log: log}
	})
	fmt.Fprintln(os.Stderr, "xmppreg:", err)
	os.Exit(1)
}
