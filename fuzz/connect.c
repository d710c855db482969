/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode() of a connector: what a server may answer. The first byte picks the connector, the second
 * what was asked, the rest is the answer. What follows is asked as well, and answered by the same.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "connect/connector.h"

#define ROUNDS_MAX 4

static const struct alert alert = {
    .name = {"Slow", 4}, .service = {"cart", 4}, .starts_ns = INT64_C(1795312800) * NS_PER_S};

static struct source *open_source(struct arena *arena, const struct connector *connector)
{
    struct source *source = arena_push(arena, struct source);
    struct err err = {0};
    const struct str word =
        str_printf(arena, "%s=%s", connector->name, connector->wants_path ? "/x" : "http://h");
    return source_of_word(arena, word, source, &err) ? source : NULL;
}

static void expect_rows(struct rows *rows)
{
    for (int file = 0; file < ROW_FILES_COUNT; file++) {
        struct buf text = rows->text[file];
        const struct str whole = buf_str(&text);
        fuzz_expect((rows->counts[file] == 0) == (whole.len == 0), "rows are counted");
        fuzz_expect(whole.len == 0 || file >= ROWS_OWNERS || str_ends(whole, STR("\n")),
                    "a row ends its line");
        fuzz_expect(file >= ROWS_OWNERS || file == ROWS_METRICS || fuzz_is_utf8(whole),
                    "JSON is UTF-8");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count = 0;
    while (connectors[count])
        count++;
    if (size < 2)
        return 0;
    struct arena *arena = arena_new("fuzz");
    const struct connector *connector = connectors[data[0] % count];
    const struct source *source = open_source(arena, connector);
    const struct str name = STR("name");
    const struct question first = {.wanted = (enum wanted)(data[1] % WANTED_COUNT),
                                   .window = {alert.starts_ns - NS_PER_DAY, alert.starts_ns},
                                   .alert = &alert,
                                   .names = &name,
                                   .names_count = data[1] / WANTED_COUNT % 2,
                                   .rows_max = 1000};
    struct gathered gathered = {.arena = arena, .rows = rows_new(arena, true)};
    fuzz_expect(source != NULL || connector->gather, "a source can be made of a word");
    if (source && connector->decode)
        gathered_ask(&gathered, &first);
    for (uint32_t i = 0; i < gathered.questions_count && i < ROUNDS_MAX; i++) {
        struct request request = {0};
        struct err err = {0};
        const struct question question = gathered.questions[i];
        if (!connector->encode(arena, source, &question, &request, &err))
            break;
        fuzz_expect(request.url.len > 0, "a request has a URL");
        const bool ok = connector->decode(arena, source, &question, fuzz_text(data + 2, size - 2),
                                          &gathered, &err);
        fuzz_expect_reason(ok, &err);
        fuzz_expect(gathered.questions_count <= QUESTIONS_MAX, "questions are bounded");
        expect_rows(&gathered.rows);
    }
    arena_free(arena);
    return 0;
}
