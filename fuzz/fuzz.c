/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "base/arena.h"
#include "source/table.h"
#include "store/telemetry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_expect(bool holds, const char *sentence)
{
    if (holds)
        return;
    fprintf(stderr, "must hold, and does not: %s\n", sentence);
    abort();
}

struct str fuzz_text(const uint8_t *data, size_t size)
{
    return (struct str){.ptr = (const char *)data, .len = size};
}

bool fuzz_is_inside(struct str whole, struct str part)
{
    return part.len == 0 || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

/* Lengths and marks only: enough to see a character that was cut in two. */
bool fuzz_is_utf8(struct str text)
{
    for (size_t i = 0; i < text.len;) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const size_t len = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
        if (len == 0 || i + len > text.len)
            return false;
        for (size_t next = 1; next < len; next++)
            if (((unsigned char)text.ptr[i + next] & 0xc0) != 0x80)
                return false;
        i += len;
    }
    return true;
}

void fuzz_expect_reason(bool ok, const struct err *err)
{
    const void *end = memchr(err->text, '\0', sizeof err->text);
    fuzz_expect(end != NULL, "the text of an error ends");
    fuzz_expect(ok || err->kind != ERR_NONE, "a failure has a kind");
    fuzz_expect(ok || err->text[0] != '\0', "a failure says why");
}

struct telemetry *fuzz_store(void)
{
    static struct telemetry *telemetry;
    static struct arena *arena; /* reachable, so not lost */
    struct err err = {0};
    if (telemetry)
        return telemetry;
    arena = arena_new("store");
    if (!telemetry_open(arena, &(struct telemetry_limits){128, 1}, &telemetry, &err) ||
        !table_create_all(telemetry, &err)) {
        fprintf(stderr, "no store: %s\n", err.text);
        abort();
    }
    return telemetry;
}
