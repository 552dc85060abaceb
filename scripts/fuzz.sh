#!/bin/sh
# Usage: fuzz.sh GO TIME
# Runs each fuzz test in turn, for that long. What fails is kept in testdata/ beside the
# test, and runs with it from then on; what is new to a test is kept in Go's cache.
set -eu
go=$1 time=$2

grep -rl --include='*_test.go' '^func Fuzz' ibr internal jsapi transport | xargs -n 1 dirname | sort -u | while read -r dir; do
	for name in $("$go" test -list '^Fuzz' "./$dir" | grep '^Fuzz'); do
		echo "== $dir $name"
		"$go" test -run '^$' -fuzz "^$name\$" -fuzztime "$time" "./$dir"
	done
done
