#!/bin/sh
# The same numbers in the right order have one checksum.
set -eu
sum=$(sha256sum <"$STEADY_SCRATCH/sorted")
rm "$STEADY_SCRATCH/sorted"
test "${sum%% *}" = "872f16a57fd363c1de94475a46fea718d4180121ade7da044367700c4ea4a2ab" || {
	echo "sort: the output is not the input in order" >&2
	exit 1
}
