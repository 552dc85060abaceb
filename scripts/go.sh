#!/bin/sh
# Usage: go.sh GO
# Fails if GO is not there, or older than go.mod asks for. Since 1.21, Go itself
# downloads a newer toolchain where it needs one.
set -eu

want=$(sed -n 's/^go //p' go.mod)
have=$("$1" version 2>/dev/null | sed -n 's/.*go\([0-9][0-9.]*\).*/\1/p')
[ "$(printf '%s\n' "$want" "$have" | sort -V | head -n 1)" = "$want" ] || {
	echo "This needs Go $want or later, and \`$1\` is ${have:-not there}. Get it from https://go.dev/dl/ and put it into the PATH, or say where it is: make GO=/usr/local/go/bin/go" >&2
	exit 1
}
