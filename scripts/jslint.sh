#!/bin/sh
# Usage: jslint.sh [format]
# Looks at the JavaScript: its format, ESLint's recommended rules, its types. With
# "format" it only brings it into its format. What it runs is of e2e/npm.
set -eu
bin=e2e/npm/node_modules/.bin
formatted='{web,examples,scripts,e2e}/**/*.{js,mjs,ts}'

if [ "${1:-}" = format ]; then
	exec $bin/prettier --log-level=warn --write "$formatted"
fi

$bin/prettier --log-level=warn --check "$formatted" || {
	echo 'Format them with: make format' >&2
	exit 1
}
$bin/eslint --config e2e/npm/eslint.config.js web examples scripts e2e

# Files whose types are not complete yet.
untyped='web/(check/\w+|controls|dom|field|form|language|loader|media|memory|module|pane|password|problem|remote|request|rules|shell|worker|xmpp-account|xmpp-check|xmpp-signup|xmppreg)\.js'
errors=$($bin/tsc --project . | grep -Ev "^($untyped\(|  )" || true)
[ -z "$errors" ] || {
	echo "$errors" >&2
	exit 1
}
