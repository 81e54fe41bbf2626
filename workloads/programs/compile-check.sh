#!/bin/sh
# The compiled program must calculate what its source says on every machine.
set -eu
"$STEADY_SCRATCH/program" | grep -qx 'checksum 1461713578' || {
	echo "compile: the program does not calculate what it should" >&2
	exit 1
}
rm "$STEADY_SCRATCH/program"
