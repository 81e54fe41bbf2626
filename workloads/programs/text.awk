# Turns numbers into lines of made-up words that repeat as words of a language do: the smaller the
# rank of a word, the more often it comes.
{
	rank = int(4096 / (1 + $1 % 4096))
	word = ""
	for (left = rank * 7919 + 11; left > 0; left = int(left / 19))
		word = word substr("bcdfghjklmnprstvwyz", left % 19 + 1, 1) substr("aeiou", left % 5 + 1, 1)
	printf "%s%s", word, NR % 12 ? " " : "\n"
}
