#!/bin/sh
# Checks the syntax of the pages' scripts, which are modules: node tells by a
# file's name.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
for file in $(find web examples -name '*.js' ! -path '*/node_modules/*' ! -name wasm_exec.js); do
	cp "$file" "$dir/module.mjs"
	node --check "$dir/module.mjs" 2>"$dir/err" || {
		sed "s|file://||; s|$dir/module.mjs|$file|" "$dir/err"
		bad=1
	}
done
exit $bad
