// Package random makes what nobody can guess: nonces, and the ids of requests.
package random
