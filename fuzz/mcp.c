/* SPDX-License-Identifier: Apache-2.0 */
/* mcp_answer(), with no incident to ask about: an answer is one line of JSON, or there is none. */
#include "fuzz.h"

#include "base/arena.h"
#include "mcp/mcp.h"

#include <jansson.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct mcp mcp = {.clock = clock_system()};
    struct arena *arena = arena_new("fuzz");
    const struct str answer = mcp_answer(&mcp, arena, fuzz_text(data, size), STR(""));
    if (answer.len > 0) {
        fuzz_expect(memchr(answer.ptr, '\n', answer.len) == NULL, "an answer is one line");
        json_t *root = json_loadb(answer.ptr, answer.len, 0, NULL);
        fuzz_expect(json_object_get(root, "result") || json_object_get(root, "error"),
                    "an answer is a result or an error, in JSON");
        json_decref(root);
    }
    arena_free(arena);
    return 0;
}
