#!/bin/sh
# Input of the workload "compress": some megabytes of made-up words.
set -eu
. ./need.sh
need awk mawk
need xz xz-utils
awk -v n=400000 -f numbers.awk | awk -f text.awk >"$STEADY_SCRATCH/text"
