/* SPDX-License-Identifier: Apache-2.0 */
/* A line for each head of the log expert, material of a question to it, and a file of its numbers.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "expert/log/judge.h"
#include "expert/log/tagger.h"
#include "expert/small.h"

static void ask(struct arena *arena, const char *task, struct str material)
{
    struct err err = {0};
    struct opinion opinion;
    const struct brief brief = {.ability = ABILITY_LABEL, .task = task, .material = material};
    const bool ok = small_infer(small_expert_find(STR("log")), &brief, arena, &opinion, &err);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(!ok || fuzz_is_utf8(opinion.text), "an answer is JSON");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct found found[TOKENS_MAX];
    static struct log_numbers numbers;
    const struct str input = fuzz_text(data, size);
    struct arena *arena = arena_new("fuzz");
    struct err err = {0};
    const struct judgement judgement = judge_line(log_numbers_shipped(), input);
    fuzz_expect(judgement.gravity < GRAVITIES, "a gravity is one of them");
    fuzz_expect(judgement.anomaly >= 0 && judgement.anomaly <= 1, "a probability is one");
    const uint32_t count = tagger_find(log_numbers_shipped(), input, found);
    for (uint32_t i = 0; i < count; i++)
        fuzz_expect(found[i].start < found[i].end && found[i].end <= input.len &&
                        (i == 0 || found[i].start >= found[i - 1].end) &&
                        tag_name(found[i].tag)[0] != '\0',
                    "entities lie in the line, one behind the other");
    ask(arena, "judge_template", input);
    ask(arena, "find_entities", input);
    ask(arena, "next_template", input);
    fuzz_expect_reason(log_numbers_parse(input, &numbers, &err), &err);
    arena_free(arena);
    return 0;
}
