# Prints a C program of n functions with loops and branches, made from numbers on standard input.
NR == 1 { print "#include <stdio.h>" }
NR <= n {
	printf "static unsigned f%d(unsigned x)\n{\n", NR
	printf "\tfor (unsigned i = 0; i < %d; i++) {\n", $1 % 13 + 3
	printf "\t\tif ((x ^ i) %% %d == 0)\n\t\t\tx += %du * i;\n", $1 % 11 + 2, $1 % 65521
	printf "\t\telse\n\t\t\tx = (x << %d) ^ (x >> %d) ^ %du;\n\t}\n", $1 % 7 + 1, $1 % 9 + 1, $1
	printf "\treturn x;\n}\n\n"
}
END {
	print "int main(void)\n{\n\tunsigned x = 1;\n"
	for (i = 1; i <= n; i++)
		printf "\tx = f%d(x);\n", i
	print "\tprintf(\"checksum %u\\n\", x);\n\treturn 0;\n}"
}
