#!/bin/sh
# Input of the workload "sort": numbers in no order.
set -eu
. ./need.sh
need awk mawk
need sort coreutils
awk -v n=500000 -f numbers.awk >"$STEADY_SCRATCH/numbers"
