/* Any text as a YAML double-quoted scalar. */
#include "common/config/yaml-scalar.h"

#include <string.h>

#include "common/base/utf8.h"

bool yaml_scalar_fits(const char *text)
{
	size_t size = strlen(text);
	uint32_t code;

	while (size > 0) {
		size_t n = utf8_read(text, size, &code);
		if (n == 0)
			return false;
		text += n;
		size -= n;
	}
	return true;
}

/* What our own reader takes as it is, too. 0x85, 0x2028 and 0x2029 are line breaks to YAML 1.1;
 * 0xfeff is a byte order mark. */
static bool is_plain(uint32_t code)
{
	return utf8_is_printable(code) &&
		((code >= 0x20 && code <= 0x7e) ||
			(code >= 0xa0 && code <= 0xfffd && code != 0x2028 && code != 0x2029 &&
				code != 0xfeff) ||
			code >= 0x10000);
}

void yaml_scalar_print(FILE *f, const char *text)
{
	size_t size = strlen(text);
	uint32_t code;

	(void)fputc('"', f);
	for (size_t n; size > 0; text += n, size -= n) {
		n = utf8_read(text, size, &code);
		if (n == 0)
			break;
		if (code == '"' || code == '\\')
			(void)fprintf(f, "\\%c", (char)code);
		else if (is_plain(code))
			(void)fwrite(text, 1, n, f);
		else if (code == '\n')
			(void)fputs("\\n", f);
		else
			(void)fprintf(f,
				code < 0x100		 ? "\\x%02x"
					: code < 0x10000 ? "\\u%04x"
							 : "\\U%08x",
				code);
	}
	(void)fputc('"', f);
}
