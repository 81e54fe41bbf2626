#!/bin/sh
# Input of the workload "compile": a C program of a few hundred functions.
set -eu
. ./need.sh
need awk mawk
need cc gcc
awk -v n=300 -f numbers.awk | awk -v n=300 -f c-source.awk >"$STEADY_SCRATCH/program.c"
