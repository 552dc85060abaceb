#!/bin/sh
# Makes a folder with Debian 13 ("trixie") and its Prosody and ejabberd, from Debian's
# packages, and prints its name. The tests run these servers from there, as processes,
# and need not care what the machine itself has. It takes a minute, once for a machine:
# the folder lies outside the clone. It needs root, and debootstrap.
set -eu

# The hash makes a change of this file count. e2e/debian/debian.go knows the name too.
dir=/var/cache/xmppreg/trixie-$(sha256sum "$0" | cut -c 1-12)
if [ ! -d "$dir" ]; then
	if [ "$(id -u)" != 0 ]; then
		echo "trixie.sh: $dir is to be made, which needs root: sudo $0" >&2
		exit 1
	fi
	mkdir -p "${dir%/*}"
	exec 9>"${dir%/*}/lock"
	flock 9 # only one of several is to make it
fi
if [ ! -d "$dir" ]; then
	echo "Making $dir" >&2
	new=$(mktemp -d "$dir.XXXXXX")
	log=$(mktemp)
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	# The mirror that this machine's Debian comes from, else debootstrap's own.
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
	{
		debootstrap --variant=minbase --include=ca-certificates trixie "$new" $mirror &&
			# No service of the folder's is to start on this machine.
			printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d" &&
			chmod 755 "$new/usr/sbin/policy-rc.d" &&
			DEBIAN_FRONTEND=noninteractive LC_ALL=C chroot "$new" \
				apt-get install -q -y --no-install-recommends prosody prosody-modules ejabberd media-types &&
			rm -rf "$new"/var/cache/apt/archives/*.deb "$new"/var/lib/apt/lists/*
	} >"$log" 2>&1 </dev/null || {
		tail -n 30 "$log" >&2
		echo "trixie.sh: Debian 13 can't be had; the output of its installation is in $log" >&2
		exit 1
	}
	rm -f "$log"
	chmod 755 "$new"
	mv "$new" "$dir"
fi
echo "$dir"
