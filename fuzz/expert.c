/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a model's server sends: the first byte picks the backend, whether odds were asked for, and
 * where a stream is cut.
 * The same bytes as a configuration, and as a text on its way out.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "expert/expert.h"
#include "expert/experts.h"
#include "guard/fence.h"
#include "net/sse.h"

#include <math.h>

static const char *const labels[] = {"A", "B", "C"};

static void check_reply(struct arena *arena, const struct expert_type *type, bool wants_odds,
                        struct str reply)
{
    const struct brief brief = {
        .task = "fuzz", .labels = wants_odds ? labels : NULL, .labels_count = wants_odds ? 3 : 0};
    struct opinion opinion;
    struct err err = {0};
    const bool ok = type->decode(&brief, reply, arena, &opinion, &err);
    fuzz_expect(ok || err.kind != ERR_NONE, "who fails says why");
    for (uint32_t i = 0; ok && i < brief.labels_count; i++)
        fuzz_expect(opinion.odds[i] <= 3.0, "no more than twenty tokens that are certain");
}

/* A stream that is read as it comes has the events of the whole, wherever it is cut. */
static void check_events(struct arena *arena, struct str text, size_t cut)
{
    struct str whole = text, so_far = str_slice(text, 0, cut), a, b;
    while (sse_next(arena, &so_far, &b))
        fuzz_expect(sse_next(arena, &whole, &a) && str_eq(a, b), "an event is one before its end");
    so_far.len = (size_t)(text.ptr + text.len - so_far.ptr);
    while (sse_next(arena, &whole, &a))
        fuzz_expect(sse_next(arena, &so_far, &b) && str_eq(a, b), "the rest comes later");
    fuzz_expect(!sse_next(arena, &so_far, &b), "and nothing besides");
}

static void check_fence(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    fence_put(&out, text, 64, NULL);
    const struct str fenced = buf_str(&out);
    json_t *json = json_loadb(fenced.ptr, fenced.len, JSON_DECODE_ANY, NULL);
    fuzz_expect(json_is_string(json), "a fenced text is one string");
    fuzz_expect(!memchr(fenced.ptr, '<', fenced.len), "no mark of a template begins in it");
    fuzz_expect(utf8_is_valid(fenced), "it is UTF-8");
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new("fuzz");
    const struct str text = fuzz_text(data + 1, size - 1);
    struct experts experts;
    struct err err = {0};
    check_reply(arena, expert_types[data[0] & 1], data[0] & 2, text);
    fuzz_expect(experts_read(arena, text, &experts, &err) || err.kind != ERR_NONE,
                "a configuration is one, or it is said what is wrong");
    check_events(arena, text, (size_t)data[0] * text.len / UINT8_MAX);
    check_fence(arena, text);
    arena_free(arena);
    return 0;
}
