/* Strings of the small JSON documents that steadyctl writes itself. */
#include "ctl/json-text.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/macro.h"

void json_text_print(FILE *f, const char *text)
{
	if (!text) {
		(void)fputs("null", f);
		return;
	}
	(void)fputc('"', f);
	for (; *text; text++) {
		unsigned char letter = (unsigned char)*text;

		if (letter == '"' || letter == '\\')
			(void)fprintf(f, "\\%c", letter);
		else if (letter < 0x20 || letter == 0x7f)
			(void)fprintf(f, "\\u%04x", letter);
		else
			(void)fputc(letter, f);
	}
	(void)fputc('"', f);
}

void json_text_field(FILE *f, const char *separator, const char *name, const char *text)
{
	(void)fprintf(f, "%s\"%s\":", separator, name);
	json_text_print(f, text);
}

void json_text_time(FILE *f, const char *name, unsigned long long realtime_us)
{
	char text[CLOCK_RFC3339_MAX];

	json_text_field(f, ",", name,
		realtime_us > 0 ? clock_rfc3339(realtime_us * NSEC_PER_USEC, text) : NULL);
}
