/* SPDX-License-Identifier: Apache-2.0 */
/* What a script's process sends us, which may have been taken over; and what we send it, in its
 * hands. */
#include "fuzz.h"

#include "base/arena.h"
#include "tool/script_wire.h"

#include <unistd.h>

#define MESSAGES_MAX 64
#define PIPE_BYTES 60000 /* a pipe takes so much without a reader */

static void *room(void *state, size_t size)
{
    return size <= PIPE_BYTES ? arena_alloc(state, size) : NULL;
}

static void read_messages(struct arena *arena, struct str bytes)
{
    int ends[2];
    struct wire_message message;
    size_t told = 0;
    if (pipe(ends) != 0)
        return;
    const ssize_t put = write(ends[1], bytes.ptr, bytes.len);
    close(ends[1]);
    for (int i = 0; put >= 0 && i < MESSAGES_MAX && wire_read(ends[0], room, arena, &message);
         i++) {
        told += 16 + message.body.len;
        fuzz_expect(told <= bytes.len, "no message is longer than what was sent");
        fuzz_expect(message.body.ptr[message.body.len] == '\0', "a message ends");
    }
    close(ends[0]);
}

static void take_rows(struct str bytes)
{
    struct wire_cursor cursor = {.at = bytes.ptr, .end = bytes.ptr + bytes.len};
    for (size_t i = 0; i < bytes.len && cursor.at < cursor.end; i++) {
        const char *before = cursor.at;
        fuzz_expect(fuzz_is_inside(bytes, wire_take_text(&cursor)), "a text lies within");
        wire_take_number(&cursor);
        fuzz_expect(cursor.at >= before && cursor.at <= cursor.end, "nothing outside is read");
        if (cursor.at == before)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str bytes = fuzz_text(data, size < PIPE_BYTES ? size : PIPE_BYTES);
    struct arena *arena = arena_new("fuzz");
    if (bytes.len > 0)
        read_messages(arena, bytes);
    take_rows(bytes);
    arena_free(arena);
    return 0;
}
