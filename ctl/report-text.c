/* The report for people. */
#include "ctl/report-text.h"

#include <errno.h>

#include "common/base/utf8.h"
#include "ctl/report-answer.h"
#include "ctl/report-next.h"
#include "ctl/report-trust.h"

#define COLOR_BOLD   "\033[1m"
#define COLOR_RED    "\033[1;31m"
#define COLOR_GREEN  "\033[1;32m"
#define COLOR_YELLOW "\033[1;33m"
#define COLOR_OFF    "\033[0m"

static const struct {
	const char *label, *color;
} label_colors[] = {
	{"DONE", COLOR_GREEN},
	{"FAILED", COLOR_RED},
	{"UNSTABLE", COLOR_YELLOW},
	{"CANCELLED", COLOR_YELLOW},
	{"INTERRUPTED", COLOR_YELLOW},
	{"REGRESSED", COLOR_RED},
	{"INVALID", COLOR_RED},
	{"NOT-COMPARABLE", COLOR_RED},
	{"INCONCLUSIVE", COLOR_YELLOW},
	{"IMPROVED", COLOR_GREEN},
	{"EQUIVALENT", COLOR_GREEN},
};

void report_label(FILE *f, const char *label)
{
	(void)fprintf(f, "%-*s", (int)strlen(REPORT_INDENT), label);
}

int report_text(const struct result *r, bool local, char **ret)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return -ENOMEM;

	report_answer(f, r);
	report_trust(f, r);
	report_next(f, r, local);
	if (fclose(f) != 0) {
		free(text);
		return -ENOMEM;
	}
	*ret = text;
	return 0;
}

static const char *color_of(const char *line, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(label_colors); i++)
		if (strlen(label_colors[i].label) == length &&
			strncmp(label_colors[i].label, line, length) == 0)
			return label_colors[i].color;
	return COLOR_BOLD;
}

static const char *print_label(FILE *f, const char *line)
{
	size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");

	if (length == 0)
		return line;
	(void)fprintf(f, "%s%.*s" COLOR_OFF, color_of(line, length), (int)length, line);
	return line + length;
}

/* Names of programs and what they said come from anywhere. */
static const char *print_character(FILE *f, const char *text)
{
	uint32_t code;
	size_t n = utf8_read(text, strlen(text), &code);

	if (n > 0 && utf8_is_printable(code))
		(void)fwrite(text, 1, n, f);
	else
		(void)fputc('?', f);
	return text + MAX_OF(n, (size_t)1);
}

void report_print(FILE *f, const char *text, bool colored)
{
	while (*text) {
		if (colored)
			text = print_label(f, text);
		while (*text && *text != '\n')
			text = print_character(f, text);
		(void)fputc('\n', f);
		text += *text == '\n';
	}
}
