#!/bin/sh
# Usage: go.sh GO
# Fails where that is no Go, or an older one than go.mod asks for. From 1.21 on
# Go gets the one that it needs by itself.
set -eu

want=$(sed -n 's/^go //p' go.mod)
have=$("$1" version 2>/dev/null | sed -n 's/.*go\([0-9][0-9.]*\).*/\1/p')
[ "$(printf '%s\n' "$want" "$have" | sort -V | head -n 1)" = "$want" ] || {
	echo "This needs Go $want or later, and \`$1\` is ${have:-not there}. Get it from https://go.dev/dl/ and put it into the PATH, or say where it is: make GO=/usr/local/go/bin/go" >&2
	exit 1
}
