/* A command for the benchmarks of steady itself: N rounds of arithmetic, or none. */
#include <stdlib.h>

int main(int argc, char **argv)
{
	volatile unsigned long x = 1;

	for (long n = argc > 1 ? atol(argv[1]) : 0; n > 0; n--)
		x = x * 6364136223846793005ul + 1442695040888963407ul;
	return 0;
}
