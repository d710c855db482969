/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question about an incident, and behind lines `%%` what a model answers to it, turn for turn.
 * Without a model the templates answer alone.
 */
#include "fuzz.h"

#include "ask/ask.h"
#include "base/utf8.h"
#include "data/json.h"
#include "expert/expert_for_tests.h"
#include "report/fixture_for_tests.h"

#define SEPARATOR "\n%%\n"
#define REPLIES_MAX 8

/* Once for all inputs; it is only read. */
static const struct report *whole_report(void)
{
    static struct report report;
    if (!report.casefile)
        report = report_write(fixture_whole_case());
    return &report;
}

/* Takes the first part off `rest`. */
static struct str next_part(struct str *rest)
{
    const size_t end = str_find(*rest, STR(SEPARATOR));
    const struct str part = str_slice(*rest, 0, end);
    *rest = end == STR_NPOS ? STR("") : str_slice(*rest, end + strlen(SEPARATOR), rest->len);
    return part;
}

/* What a server sends where that is what the model wrote. */
static const char *reply_with(struct arena *arena, struct str content)
{
    struct buf out = buf_new(arena);
    buf_add(&out, STR("HTTP 200\n\n{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{"
                      "\"role\":\"assistant\",\"content\":"));
    json_put_text(&out, content);
    buf_add(&out, STR("}}]}"));
    return buf_str(&out).ptr;
}

static struct panel *panel_with(struct arena *arena, struct str rest)
{
    const char **replies = arena_push_many(arena, const char *, REPLIES_MAX);
    uint32_t count = 0;
    while (rest.len > 0 && count < REPLIES_MAX)
        replies[count++] = reply_with(arena, next_part(&rest));
    return desk_with("openai", "", tape_of(arena, replies, count), arena)->panel;
}

static void expect_answer(struct arena *arena, struct str question, const struct ask_answer *answer)
{
    uint32_t count = 0;
    for (const struct said *it = answer->said; it; it = it->next) {
        fuzz_expect(it->text.len > 0, "a sentence says something");
        fuzz_expect(utf8_is_valid(it->text), "it is UTF-8");
        count++;
    }
    fuzz_expect(count == answer->said_count && count <= SAID_MAX, "sentences are counted");
    fuzz_expect(count > 0, "a question has an answer");
    fuzz_expect(answer->tools_count <= TOOLS_MAX, "tools are bounded");
    struct buf out = buf_new(arena);
    ask_put_json(&out, question, answer);
    json_t *json = json_loadb(out.ptr, out.len, JSON_ALLOW_NUL, NULL);
    fuzz_expect(json_is_object(json), "as JSON it is an object");
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct str rest = fuzz_text(data, size);
    const struct str question = next_part(&rest);
    struct ask_answer answer;
    struct err err = {0};
    const struct ask_matter matter = {.report = whole_report(),
                                      .clock = clock_fixed(&fixture_now_ns),
                                      .panel = rest.len > 0 ? panel_with(arena, rest) : NULL};
    const bool ok = ask(arena, &matter, question, &answer, &err);
    fuzz_expect_reason(ok, &err);
    if (ok)
        expect_answer(arena, question, &answer);
    arena_free(arena);
    return 0;
}
