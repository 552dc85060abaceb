#!/bin/sh
# Usage: audit.sh
# Fails if a database knows of a vulnerability in what the project calls (govulncheck) or in
# npm's packages, or if a Go module is not the one of go.sum. What can't be checked because
# a database can't be reached is said, and fails only if STRICT is set. VULNDB is another
# address of Go's database, such as file:///a/folder.
set -u
vulncheck=${GOVULNCHECK:-$PWD/build/bin/govulncheck}
db=${VULNDB:-https://vuln.go.dev}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
failed=
unchecked=

found() {
	cat "$out" >&2
	echo "audit: $1" >&2
	failed=1
}

not_checked() {
	tail -n 3 "$out" >&2
	echo "audit: NOT CHECKED: $1" >&2
	unchecked=1
}

# vulnerabilities NAME FOLDER PACKAGES [VARIABLE=VALUE...]
vulnerabilities() {
	name=$1 dir=$2 packages=$3
	shift 3
	(cd "$dir" && env "$@" "$vulncheck" -db "$db" "$packages") >"$out" 2>&1
	case $? in
	0) echo "audit: $name: no known vulnerability is called" ;;
	3) found "$name: see the vulnerabilities above" ;;
	*)
		if grep -q -e 'fetching vulnerabilities' -e 'unrecognized vulndb' "$out"; then
			not_checked "$name: $db does not answer"
		else
			found "$name: govulncheck failed"
		fi
		;;
	esac
}

for dir in . internal/cmd/bench internal/tools; do
	(cd $dir && go mod verify) >"$out" 2>&1 || found "$dir: the modules are not those of go.sum"
done
vulnerabilities 'the Go packages' . ./...
vulnerabilities 'the WebAssembly module' . ./wasm GOOS=js GOARCH=wasm
vulnerabilities 'the plots' internal/cmd/bench ./...

# npm says in its report whether it is one.
(cd e2e/npm && npm audit --json) >"$out" 2>&1
status=$?
if ! grep -q '"auditReportVersion"' "$out"; then
	not_checked "npm's packages: the registry does not answer an audit"
elif [ $status != 0 ]; then
	found "npm's packages: see the vulnerabilities above"
else
	echo "audit: npm's packages: no known vulnerability"
fi

[ -z "$failed" ] && { [ -z "$unchecked" ] || [ -z "${STRICT:-}" ]; }
