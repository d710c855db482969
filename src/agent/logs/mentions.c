/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether lines speak of something since a time: a name, a value, an address. Only lines that tell
 * of a failure, or whose template was never written before: what is logged every day is no news.
 */
#include "agent/logs/lines.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "text/level.h"
#include "text/template.h"

#include <ctype.h>

#define READ_MAX ((size_t)4096)

static const struct field input[] = {
    {"text", TYPE_TEXT, 0, "what is looked for; letters and digits around it may not go on", NULL},
    {"since", TYPE_TIME, 0, "from when on", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "whose lines alone; default: all", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "who speaks of it", NULL},
    {"lines", TYPE_INT, 0, "how often since", NULL},
    {"failing", TYPE_BOOL, 0, "at least one of the lines tells of a failure", NULL},
    {"first", TYPE_TIME, 0, "when first", NULL},
    {"last", TYPE_TIME, 0, "when last", NULL},
    {"line", TYPE_TEXT, 0, "the last one", NULL},
    {0},
};

static const struct field output[] = {
    {"mentions", TYPE_ROWS, 0, "by service, in the order of first sight", columns},
    {0},
};

static bool is_part(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool speaks_of(struct str line, struct str text)
{
    line = str_slice(line, 0, READ_MAX);
    for (size_t from = 0; from + text.len <= line.len;) {
        const size_t at = str_find(str_slice(line, from, line.len), text);
        if (at == STR_NPOS)
            return false;
        const size_t begin = from + at, end = begin + text.len;
        if ((begin == 0 || !is_part(line.ptr[begin - 1]) || !is_part(text.ptr[0])) &&
            (end == line.len || !is_part(line.ptr[end]) || !is_part(text.ptr[text.len - 1])))
            return true;
        from = begin + 1;
    }
    return false;
}

struct mention {
    int64_t lines;
    bool failing;
    const struct line *first, *last;
};

/* Lines lie by time within the reference and within the case; the reference lies before. */
static void count_mentions(const struct lines *lines, const struct record *in, struct arena *arena,
                           struct mention *mentions)
{
    const struct str text = record_at(in, "text")->text;
    const struct value *service = record_at(in, "service");
    const int64_t since_ns = record_at(in, "since")->integer;
    bool *is_old = arena_push_many(arena, bool, lines->templates.count + 1);
    for (uint32_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        if (line->of_reference || line->time_ns < since_ns) {
            is_old[line->template] = true;
            continue;
        }
        const bool failing =
            lines->of[line->template].failing || level_of_word(line->level) >= LEVEL_ERROR;
        if ((is_old[line->template] && !failing) ||
            (service->known && !str_eq(service->text, lines_service(lines, line->service))) ||
            !speaks_of(line->message, text))
            continue;
        struct mention *mention = &mentions[line->service];
        mention->lines++;
        mention->failing |= failing;
        mention->first = mention->first ? mention->first : line;
        mention->last = line;
    }
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct lines lines;
    if (!lines_load(call, &lines, err))
        return false;
    struct batch *rows = batch_new(call->scratch, columns);
    struct mention *mentions =
        arena_push_many(call->scratch, struct mention, lines.services.count + 1);
    if (record_at(in, "text")->text.len > 0)
        count_mentions(&lines, in, call->scratch, mentions);
    for (uint32_t i = 0; i < lines.services.count; i++) {
        const struct mention *mention = &mentions[i];
        if (mention->lines == 0)
            continue;
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "service", value_text(lines_service(&lines, i)));
        batch_set(rows, row, "lines", value_int(mention->lines));
        batch_set(rows, row, "failing", value_bool(mention->failing));
        batch_set(rows, row, "first", value_time(mention->first->time_ns));
        batch_set(rows, row, "last", value_time(mention->last->time_ns));
        batch_set(rows, row, "line", value_text(mention->last->message));
    }
    *record_at(out, "mentions") = value_rows(rows);
    return true;
}

const struct tool tool_logs_mentions = {
    .sig = {.name = "mentions",
            .summary = "Find whose new or failing lines speak of something",
            .input = input,
            .output = output},
    .run = run,
};
