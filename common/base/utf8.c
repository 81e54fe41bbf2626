/* UTF-8, read strictly. */
#include "common/base/utf8.h"

#include "common/base/macro.h"

#define UTF8_SURROGATE_FIRST 0xd800
#define UTF8_SURROGATE_LAST  0xdfff
#define UTF8_CODE_MAX	     0x10ffff

size_t utf8_read(const char *text, size_t size, uint32_t *ret)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = (unsigned char)text[0];
	size_t n = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t code = n == 1 ? first : first & (0x7fu >> n);

	if (n == 0 || n > size || first > 0xf4)
		return 0;

	for (size_t i = 1; i < n; i++) {
		unsigned char next = (unsigned char)text[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (next & 0x3fu);
	}
	if (code < smallest[n] || code > UTF8_CODE_MAX)
		return 0;
	if (code >= UTF8_SURROGATE_FIRST && code <= UTF8_SURROGATE_LAST)
		return 0;
	*ret = code;
	return n;
}

bool utf8_is_printable(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	if (code == 0x2028 || code == 0x2029 || code == 0x061c)
		return false;
	if (code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e))
		return false;
	return (code < 0x2066 || code > 0x2069) && code != 0xfeff && (code & 0xfffe) != 0xfffe;
}

unsigned utf8_columns(uint32_t code)
{
	/* The blocks of UAX #11 that matter in practice. */
	static const struct {
		uint32_t first, last;
		unsigned columns;
	} blocks[] = {
		{0x0300, 0x036f, 0},
		{0x1100, 0x115f, 2},
		{0x200b, 0x200d, 0},
		{0x20d0, 0x20ff, 0},
		{0x2e80, 0xa4cf, 2},
		{0xac00, 0xd7a3, 2},
		{0xf900, 0xfaff, 2},
		{0xfe00, 0xfe0f, 0},
		{0xfe30, 0xfe6f, 2},
		{0xff00, 0xff60, 2},
		{0xffe0, 0xffe6, 2},
		{0x1f300, 0x1faff, 2},
		{0x20000, 0x3fffd, 2},
	};

	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++)
		if (code >= blocks[i].first && code <= blocks[i].last)
			return blocks[i].columns;
	return 1;
}
