// Package e2e tests everything together: the built pages in real browsers, against
// a real Prosody. Its subfolders start the servers and drive the browsers; `make
// test` installs what they need.
package e2e
