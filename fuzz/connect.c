/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A conversation with a source: what a server may answer. The first line names the connector; what
 * follows are its answers in their order, with lines `%%` between them.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "connect/connector.h"

#define SEPARATOR "\n%%\n"

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

/* Takes the next answer off `rest`. */
static struct str next_answer(struct str *rest)
{
    const size_t end = str_find(*rest, STR(SEPARATOR));
    const struct str answer = str_slice(*rest, 0, end);
    *rest = end == STR_NPOS ? STR("") : str_slice(*rest, end + strlen(SEPARATOR), rest->len);
    return answer;
}

static void converse(struct arena *arena, const struct source *source, struct str answers,
                     struct gathered *gathered)
{
    const struct connector *connector = source->connector;
    for (uint32_t i = 0; i < gathered->questions_count && answers.len > 0; i++) {
        struct request request;
        struct err err = {0};
        const struct question question = gathered->questions[i];
        source_request(source, &request);
        if (!connector->encode(arena, source, &question, &request, &err))
            continue;
        fuzz_expect(request.url.len > 0, "a request has a URL");
        const bool ok =
            connector->decode(arena, source, &question, next_answer(&answers), gathered, &err);
        fuzz_expect_reason(ok, &err);
        fuzz_expect(gathered->questions_count <= QUESTIONS_MAX, "questions are bounded");
        expect_rows(&gathered->rows);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str answers = fuzz_text(data, size), kind;
    if (!str_split(&answers, '\n', &kind) || !connector_find(kind))
        return 0;
    struct arena *arena = arena_new("fuzz");
    const struct connector *connector = connector_find(kind);
    const struct source *source = open_source(arena, connector);
    struct gathered gathered = {.arena = arena, .rows = rows_new(arena, true)};
    for (uint32_t i = 0; source && connector->decode && i < connector->first_count; i++)
        gathered_ask(&gathered, &(struct question){
                                    .wanted = connector->first[i].wanted,
                                    .window = {alert.starts_ns - 3600 * NS_PER_S, alert.starts_ns},
                                    .alert = &alert,
                                    .rows_max = 1000});
    fuzz_expect(source || !connector->decode, "a source can be made of a word");
    if (source)
        converse(arena, source, answers, &gathered);
    arena_free(arena);
    return 0;
}
