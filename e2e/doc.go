// Package e2e tests the whole of it: the built pages in real browsers, against
// a real Prosody. What it stands on is in its subfolders; `make test` installs
// what they need.
package e2e
