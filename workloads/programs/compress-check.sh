#!/bin/sh
# What the compressor wrote must unpack to what it was given.
set -eu
xz --decompress --stdout "$STEADY_SCRATCH/text.xz" | cmp - "$STEADY_SCRATCH/text"
rm "$STEADY_SCRATCH/text.xz"
