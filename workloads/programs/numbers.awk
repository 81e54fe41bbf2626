# Prints n numbers below 2^31, the same on every machine: the generator of Park and Miller
# (Communications of the ACM 31, 1988), exact in the double precision awk calculates with.
BEGIN {
	x = 20261122
	for (i = 0; i < n; i++) {
		x = x * 16807 % 2147483647
		printf "%d\n", x
	}
}
