/* SPDX-License-Identifier: Apache-2.0 */
/* uri_read(): path and query of a request as it came. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "serve/uri.h"

static bool is_sound(struct str text)
{
    return utf8_is_valid(text) && str_find(text, (struct str){"", 1}) == STR_NPOS;
}

static bool has_way_up(struct str path)
{
    const struct str whole = str_slice(path, path.len > 3 ? path.len - 3 : 0, path.len);
    return str_contains(path, STR("/../")) || str_eq(whole, STR("/.."));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct http_request request = {.arena = arena};
    const bool ok = uri_read(&request, (struct str){(const char *)data, size});
    fuzz_expect(request.query_count <= HTTP_QUERY_MAX, "parameters have room");
    fuzz_expect(!ok || str_starts(request.path, STR("/")), "a path begins at the root");
    fuzz_expect(!ok || is_sound(request.path), "a path is UTF-8 without NUL");
    fuzz_expect(!ok || !has_way_up(request.path), "a path leads nowhere else");
    for (uint32_t i = 0; ok && i < request.query_count; i++)
        fuzz_expect(is_sound(request.query[i].name) && is_sound(request.query[i].value),
                    "a parameter is UTF-8 without NUL");
    arena_free(arena);
    return 0;
}
