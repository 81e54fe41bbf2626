/* Runs a fuzz target without libFuzzer: every file of some folders, and mutations of each. */
#include <dirent.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/random.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX	   65536
#define MUTATIONS_PER_FILE 300
#define CHANGES_MAX	   4

/* Pieces that parsers look at more closely than at others. */
static const char *const pieces[] = {"\n", ":", "- ", "[", "]", "{", "}", "\"", "'", "&a ", "*a",
	"!!str ", "---\n", "%", "\t", "\xff", "\xef\xbb\xbf", "0x", "1e999", "-1",
	"18446744073709551616", "~", "|\n", ">", "# ", ",", "=", "\\"};

struct input {
	uint8_t bytes[INPUT_MAX];
	size_t size;
};

static void replace(struct input *input, size_t at, size_t old, const void *bytes, size_t n)
{
	if (input->size - old + n > sizeof(input->bytes))
		return;
	memmove(input->bytes + at + n, input->bytes + at + old, input->size - at - old);
	memcpy(input->bytes + at, bytes, n);
	input->size = input->size - old + n;
}

static void change(struct input *input, struct random *random)
{
	size_t at = random_below(random, input->size + 1);
	size_t n = random_below(random, MIN_OF(input->size - at, 16u) + 1);
	const char *piece = pieces[random_below(random, ARRAY_SIZE(pieces))];
	uint8_t byte = (uint8_t)random_below(random, 256);

	switch (random_below(random, 4)) {
	case 0:
		replace(input, at, MIN_OF(input->size - at, 1u), &byte, 1);
		break;
	case 1:
		replace(input, at, 0, piece, strlen(piece));
		break;
	case 2:
		replace(input, at, n, "", 0);
		break;
	default:
		replace(input, at, 0, memcpy(&(uint8_t[16]){0}, input->bytes + at, n), n);
	}
}

static void run_mutations(const struct input *original, struct random *random)
{
	static struct input input;

	for (unsigned i = 0; i < MUTATIONS_PER_FILE; i++) {
		uint64_t n_changes = 1 + random_below(random, CHANGES_MAX);

		input = *original;
		while (n_changes-- > 0)
			change(&input, random);
		(void)LLVMFuzzerTestOneInput(input.bytes, input.size);
	}
}

static int run_file(const char *folder, const char *name, struct random *random)
{
	static struct input input;
	CLEANUP_FREE char *path = NULL, *text = NULL;
	int r;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -1;
	r = file_read(path, INPUT_MAX, &text, &input.size, NULL);
	if (r < 0)
		return 0;

	memcpy(input.bytes, text, input.size);
	(void)LLVMFuzzerTestOneInput(input.bytes, input.size);
	run_mutations(&input, random);
	return 1;
}

/* The order of names makes the mutations the same every time. */
static int run_folder(const char *folder, struct random *random)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, alphasort);
	int n_files = 0;

	for (int i = 0; i < n; i++) {
		n_files += run_file(folder, names[i]->d_name, random) > 0;
		free(names[i]);
	}
	free(names);
	return n_files;
}

int main(int argc, char **argv)
{
	struct random random = random_make(1, 1);
	int n_files = 0;

	for (int i = 1; i < argc; i++)
		n_files += run_folder(argv[i], &random);
	(void)printf("1..1\n%s 1 - %d files, %d mutations of each\n", n_files > 0 ? "ok" : "not ok",
		n_files, MUTATIONS_PER_FILE);
	return n_files > 0 ? 0 : 1;
}
