#!/bin/sh
# Usage: jslint.sh [format]
# Looks at the JavaScript: its format, ESLint's recommended rules, its types,
# and which browsers have what it uses. With "format" it only brings it into its format. What it runs is of e2e/npm.
set -eu
bin=e2e/npm/node_modules/.bin
formatted='{web,examples,scripts,e2e}/**/*.{js,mjs,ts}'

if [ "${1:-}" = format ]; then
	exec $bin/prettier --log-level=warn --write "$formatted"
fi

$bin/prettier --cache --cache-location=build/prettier-cache --log-level=warn --check "$formatted" || {
	echo 'Format them with: make format' >&2
	exit 1
}
$bin/eslint --cache --cache-location=build/eslint-cache --config e2e/npm/eslint.config.js web examples scripts e2e

$bin/tsc --project .
node e2e/npm/browsers.mjs
node e2e/npm/declared.mjs xmppreg xmpp-signup xmpp-account xmpp-check
