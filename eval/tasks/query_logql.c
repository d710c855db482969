/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a question in plain words becomes the LogQL that a person writes for it.
 *
 * Loki is not run: two queries count as the same where they are the same but for white space, the
 * order of matchers and labels, and how texts and stretches of time are spelled. So a right answer
 * compiles as far as the person's query does, and one that says the same in another way is wrong.
 */
#include "eval/suite/phrases.h"

#include "base/arena.h"
#include "base/buf.h"

#include <ctype.h>
#include <stdlib.h>

#define ANYTHING "{service=~\".+\"}"
#define PARTS_MAX 64

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* "90s", "1m30s": in seconds. Anything else as it is. */
static void put_word(struct buf *out, struct str word)
{
    long long seconds = 0, number = 0;
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.ptr[i];
        if (isdigit((unsigned char)c) && number < 1000000) {
            number = number * 10 + (c - '0');
            continue;
        }
        const int unit = c == 's' ? 1 : c == 'm' ? 60 : c == 'h' ? 3600 : 0;
        if (unit == 0 || !isdigit((unsigned char)word.ptr[0])) {
            buf_add(out, word);
            return;
        }
        seconds += number * unit;
        number = 0;
    }
    if (number > 0 || seconds == 0)
        buf_add(out, word);
    else
        buf_printf(out, "%llds", seconds);
}

/* The next token, in one spelling; how many bytes it takes. */
static size_t put_token(struct buf *out, struct str rest)
{
    const char c = rest.ptr[0];
    size_t end = 1;
    if (c == '"' || c == '`') {
        buf_add_char(out, '"');
        for (; end < rest.len && rest.ptr[end] != c; end++) {
            if (c == '"' && rest.ptr[end] == '\\' && end + 1 < rest.len &&
                rest.ptr[end + 1] != '\\')
                end++;
            else if (c == '"' && rest.ptr[end] == '\\')
                end++;
            buf_add_char(out, rest.ptr[end]);
        }
        buf_add_char(out, '"');
        return end + 1;
    }
    while (isalnum((unsigned char)c) && end < rest.len &&
           (isalnum((unsigned char)rest.ptr[end]) || rest.ptr[end] == '_' || rest.ptr[end] == '.'))
        end++;
    put_word(out, str_slice(rest, 0, end));
    return end;
}

/* What stands between brackets, sorted at its commas; how many bytes, the closing one included. */
static size_t put_list(struct buf *out, struct arena *arena, struct str rest, char close)
{
    struct str parts[PARTS_MAX];
    uint32_t count = 0;
    size_t at = 1;
    struct buf part = buf_new(arena);
    buf_add_char(out, rest.ptr[0]);
    while (at < rest.len) {
        const char c = rest.ptr[at];
        if ((c == ',' || c == close) && count < PARTS_MAX) {
            parts[count++] = buf_str(&part);
            part = buf_new(arena);
        }
        if (c == close)
            break;
        at += isspace((unsigned char)c) || c == ','
                  ? 1
                  : put_token(&part, str_slice(rest, at, rest.len));
    }
    qsort(parts, count, sizeof *parts, by_text);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(out, "%.*s,", STR_ARG(parts[i]));
    buf_add_char(out, close);
    return at + 1;
}

static struct str canonical(struct arena *arena, struct str query)
{
    struct buf out = buf_new(arena);
    for (size_t at = 0; at < query.len;) {
        const struct str rest = str_slice(query, at, query.len);
        const bool is_by = out.len >= 2 && str_ends(buf_str(&out), STR("by"));
        if (isspace((unsigned char)rest.ptr[0]))
            at++;
        else if (rest.ptr[0] == '{')
            at += put_list(&out, arena, rest, '}');
        else if (rest.ptr[0] == '(' && is_by)
            at += put_list(&out, arena, rest, ')');
        else
            at += put_token(&out, rest);
    }
    return buf_str(&out);
}

static bool is_same(struct arena *arena, struct str ours, struct str theirs)
{
    return str_eq(canonical(arena, ours), canonical(arena, theirs));
}

static bool run(struct task_run *run, struct err *err)
{
    struct phrases phrases;
    if (!phrases_read(run, "logql", &phrases, err))
        return false;
    for (uint32_t i = 0; i < phrases.count; i++) {
        const struct phrase *phrase = &phrases.items[i];
        struct str ours;
        if (!phrase_ask(run, "logql", phrase, &ours, err))
            return false;
        phrase_add(run, TASK_US, phrase, is_same(run->arena, ours, str_of(phrase->query)));
        phrase_add(run, ANYTHING, phrase,
                   is_same(run->arena, STR(ANYTHING), str_of(phrase->query)));
    }
    return true;
}

const struct task task_query_logql = {
    .name = "query_logql",
    .category = CATEGORY_QUERIES,
    .summary = "which LogQL answers a question in plain words?",
    .measure = "the same query, spelling aside; not run",
    .source = "100 questions over a shipped incident; Loki is not at hand",
    .minds = MIND(NONE),
    .run = run,
};
