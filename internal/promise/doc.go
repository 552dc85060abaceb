// Package promise waits for the Promises of a browser. It is empty in native Go.
package promise
