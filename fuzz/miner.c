/* SPDX-License-Identifier: Apache-2.0 */
/* The miner: each line of the input is a message; mined whole, and in two shards the other way
 * round. */
#include "fuzz.h"

#include "base/arena.h"
#include "text/miner.h"
#include "text/template.h"

#define MESSAGES_MAX 64
#define LIMITS ((struct miner_limits){16, 8})

/* LIKE as SQL has it, with '\\' before a character that stands for itself. */
static bool is_like(struct str text, struct str pattern)
{
    size_t at = 0, in = 0, at_wild = STR_NPOS, in_wild = 0;
    while (at < text.len) {
        const char c = in < pattern.len ? pattern.ptr[in] : '\0';
        const bool escaped = c == '\\' && in + 1 < pattern.len;
        if (in < pattern.len && c == '%') {
            at_wild = at;
            in_wild = ++in;
        } else if (in < pattern.len && pattern.ptr[in + escaped] == text.ptr[at]) {
            in += 1u + escaped;
            at++;
        } else if (at_wild != STR_NPOS) {
            at = ++at_wild;
            in = in_wild;
        } else {
            return false;
        }
    }
    while (in < pattern.len && pattern.ptr[in] == '%')
        in++;
    return in == pattern.len;
}

static void expect_message(struct arena *arena, const struct miner *miner, struct str message,
                           uint64_t shape)
{
    struct parameter parameters[8];
    const uint32_t number = miner_template_of(miner, shape);
    if (number == MINER_NONE)
        return;
    const struct mined_template *template = miner_template(miner, number);
    fuzz_expect(is_like(message, template_like(arena, template->wild)),
                "a message matches the pattern of its template");
    const size_t count = miner_parameters(miner, message, parameters, 8);
    for (size_t i = 0; i < count; i++)
        fuzz_expect(fuzz_is_inside(message, parameters[i].value),
                    "what is filled in is a part of the message");
    if (fuzz_is_utf8(message))
        fuzz_expect(fuzz_is_utf8(template->text), "no character is cut in two");
}

static void expect_same(const struct miner *a, const struct miner *b)
{
    fuzz_expect(miner_templates_count(a) == miner_templates_count(b), "shards change nothing");
    for (uint32_t i = 0; i < miner_templates_count(a); i++)
        fuzz_expect(str_eq(miner_template(a, i)->text, miner_template(b, i)->text) &&
                        miner_template(a, i)->count == miner_template(b, i)->count,
                    "shards change no template");
    fuzz_expect(miner_dropped(a) == miner_dropped(b), "shards drop the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = fuzz_text(data, size), messages[MESSAGES_MAX];
    uint64_t shapes[MESSAGES_MAX];
    uint32_t count = 0;
    struct arena *arena = arena_new("fuzz");
    struct miner *whole = miner_new(arena, LIMITS);
    struct miner *shards[2] = {miner_new(arena, LIMITS), miner_new(arena, LIMITS)};
    while (count < MESSAGES_MAX && str_split(&rest, '\n', &messages[count])) {
        shapes[count] = miner_add(whole, messages[count]);
        count++;
    }
    for (uint32_t i = count; i > 0; i--)
        miner_add(shards[i % 2], messages[i - 1]);
    miner_merge(shards[0], shards[1]);
    miner_finish(whole);
    miner_finish(shards[0]);
    expect_same(whole, shards[0]);
    for (uint32_t i = 0; i < count; i++)
        expect_message(arena, whole, messages[i], shapes[i]);
    arena_free(arena);
    return 0;
}
