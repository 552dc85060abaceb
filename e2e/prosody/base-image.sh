#!/bin/sh
# Gets the image that e2e/prosody/Dockerfile is built on: Debian's own where a
# registry answers, else one that it makes from Debian's packages, with debootstrap
# and as root. That one has a name of its own, which the tests know.
set -eu

if docker image inspect xmppreg-base:bookworm >/dev/null 2>&1 ||
	docker image inspect debian:bookworm-slim >/dev/null 2>&1 ||
	timeout 120 docker pull -q debian:bookworm-slim 2>/dev/null; then
	exit 0
fi

if ! command -v debootstrap >/dev/null; then
	echo "base-image.sh: no registry answers; install debootstrap and try again" >&2
	exit 1
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
echo "base-image.sh: no registry answers, making the image with debootstrap"
debootstrap --variant=minbase bookworm "$dir" >"$dir.log" 2>&1 || {
	tail -n 20 "$dir.log" >&2
	exit 1
}
rm -f "$dir.log"
tar -C "$dir" -c . | docker import - xmppreg-base:bookworm
