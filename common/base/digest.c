/* SHA-256 as text, by libmd. */
#include "common/base/digest.h"

#include <errno.h>
#include <sha2.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/macro.h"

static char *to_text(SHA2_CTX *context, char ret[static DIGEST_TEXT_MAX])
{
	uint8_t raw[SHA256_DIGEST_LENGTH];
	int n;

	SHA256Final(raw, context);
	n = snprintf(ret, DIGEST_TEXT_MAX, "sha256:");
	for (size_t i = 0; i < sizeof(raw); i++)
		n += snprintf(ret + n, DIGEST_TEXT_MAX - (size_t)n, "%02x", raw[i]);
	return ret;
}

struct digest {
	SHA2_CTX context;
};

int digest_new(struct digest **ret)
{
	struct digest *d = malloc(sizeof(*d));

	if (!d)
		return -ENOMEM;

	SHA256Init(&d->context);
	*ret = d;
	return 0;
}

void digest_add(struct digest *d, const void *data, size_t size)
{
	SHA256Update(&d->context, data, size);
}

char *digest_end(struct digest *d, char ret[static DIGEST_TEXT_MAX])
{
	char *text = to_text(&d->context, ret);

	free(d);
	return text;
}

char *digest_sha256(const void *data, size_t size, char ret[static DIGEST_TEXT_MAX])
{
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, data, size);
	return to_text(&context, ret);
}

int digest_sha256_fd(int fd, char ret[static DIGEST_TEXT_MAX])
{
	uint8_t buffer[8192];
	SHA2_CTX context;
	off_t offset = 0;

	SHA256Init(&context);
	for (;;) {
		ssize_t n = pread(fd, buffer, sizeof(buffer), offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		SHA256Update(&context, buffer, (size_t)n);
		offset += n;
	}
	(void)to_text(&context, ret);
	return 0;
}
