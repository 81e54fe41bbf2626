# shellcheck shell=sh
# Sourced by the setup scripts: ends with a sentence where a program is missing.

# need PROGRAM PACKAGE
need() {
	command -v "$1" >/dev/null && return
	echo "$1 is missing; install the Debian package $2" >&2
	exit 1
}
