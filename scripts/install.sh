#!/bin/sh
# Usage: install.sh NAME...
# Installs the named programs that are missing, from Debian's packages. It knows
# brotli, caddy, chromium, debootstrap, docker, ejabberd, firefox, gcc, nginx, node,
# npm, prosody and webkit. It starts no service, now or at the next boot.
set -eu

has() { command -v "$1" >/dev/null 2>&1; }

# missing NAME: succeeds if the program is missing
missing() {
	case $1 in
	chromium)
		! { [ -n "${CHROME:-}" ] || has chromium || has chromium-browser || has google-chrome; } ;;
	docker) ! has dockerd ;;
	ejabberd) ! [ -x /usr/sbin/ejabberdctl ] ;; # only root has it in the PATH
	nginx)      # nor this one
		! { [ -x /usr/sbin/nginx ] && [ -e /usr/share/nginx/modules-available/mod-http-brotli-static.conf ]; } ;;
	firefox) ! { [ -n "${FIREFOX:-}" ] || has firefox-esr || has firefox; } ;;
	prosody)
		# Without root, Prosody in a container will do.
		! { has prosody && [ -d /usr/lib/prosody/modules/mod_invites_page ]; } && { [ "$(id -u)" = 0 ] || ! docker info >/dev/null 2>&1; } ;;
	webkit) ! { { [ -n "${WEBKIT:-}" ] || has WebKitWebDriver; } && has Xvfb; } ;;
	brotli | caddy | debootstrap | gcc | node | npm) ! has "$1" ;;
	*)
		echo "install.sh: $1 is not a name that it knows" >&2
		exit 2
		;;
	esac
}

packages=
units=
for name; do
	missing "$name" || continue
	case $name in
	caddy)
		packages="$packages caddy"
		units="$units caddy.service caddy-api.service"
		;;
	debootstrap) packages="$packages debootstrap debian-archive-keyring" ;;
	docker)
		packages="$packages docker.io"
		units="$units docker.service docker.socket containerd.service"
		;;
	ejabberd)
		packages="$packages ejabberd"
		units="$units ejabberd.service"
		# Erlang brings a name server, epmd, which would be open to the world too.
		# If it is installed already, other programs may need it.
		has epmd || units="$units epmd.service epmd.socket"
		;;
	firefox) packages="$packages firefox-esr" ;;
	gcc) packages="$packages gcc libc6-dev" ;;
	nginx)
		packages="$packages nginx libnginx-mod-http-brotli-static"
		units="$units nginx.service"
		;;
	node) packages="$packages nodejs" ;;
	prosody)
		packages="$packages prosody prosody-modules"
		units="$units prosody.service"
		;;
	# What it plays sounds with comes along: GStreamer's base and good plugins.
	webkit) packages="$packages webkit2gtk-driver xvfb" ;;
	*) packages="$packages $name" ;;
	esac
done
[ -n "$packages" ] || exit 0

if [ "$(id -u)" != 0 ]; then
	echo "Something is missing. Install it with: sudo $0 $*   (Debian's packages:$packages)" >&2
	exit 1
fi
if ! has apt-get; then
	echo "Something is missing, and there is no apt-get to install it:$packages" >&2
	exit 1
fi

# Debian starts a service as soon as it is installed, and an XMPP server would be
# open to the world. This policy forbids it meanwhile, unless the machine has a
# policy already.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap 'rm -f $policy' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
fi

export DEBIAN_FRONTEND=noninteractive
echo "Installing:$packages"
log=$(mktemp)
# shellcheck disable=SC2086 # these are lists
{ apt-get -q update && apt-get -q install -y --no-install-recommends $packages; } >"$log" 2>&1 </dev/null || {
	tail -n 30 "$log" >&2
	echo "install.sh: apt-get failed; its output is in $log" >&2
	exit 1
}
rm -f "$log"

# They must not start at the next boot either.
for unit in $units; do
	if has systemctl; then
		systemctl disable "$unit" >/dev/null 2>&1 || true
	fi
	case $unit in
	*.service) has update-rc.d && update-rc.d "${unit%.service}" disable >/dev/null 2>&1 || true ;;
	esac
done
