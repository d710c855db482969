/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/manual.h"

#include "base/arena.h"
#include "base/buf.h"
#include "cli/command.h"

#include <stdlib.h>

#define WORDS_MAX 64 /* of verbs, flags, options, paragraphs: three times what the longest has */

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* ---- verbs: the small words with which each alternative of the usage begins ---- */

static void add_verbs(struct str words, struct manual *out)
{
    struct str word;
    while (str_split(&words, '|', &word)) {
        word = str_trim(word);
        for (size_t i = 0; i < word.len; i++)
            if (!is_lower(word.ptr[i]))
                return;
        if (word.len > 0 && out->verbs_count < WORDS_MAX)
            out->verbs[out->verbs_count++] = word;
    }
}

static void read_verbs(struct str usage, struct manual *out)
{
    int depth = 0;
    size_t start = 0;
    for (size_t i = 0; i <= usage.len; i++) {
        const char c = i < usage.len ? usage.ptr[i] : '\0';
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        if (c != '\0' && (c != '|' || depth > 0 || i == 0 || usage.ptr[i - 1] != ' '))
            continue;
        struct str part = str_trim(str_slice(usage, start, i));
        struct str first;
        if (str_split(&part, ' ', &first))
            add_verbs(first, out);
        start = i + 1;
    }
}

/* ---- flags: whatever has the form of one ---- */

static int compare_words(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void read_flags(struct str text, struct manual *out)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        const bool begins = (i == 0 || !(is_lower(text.ptr[i - 1]) || text.ptr[i - 1] == '-')) &&
                            text.ptr[i] == '-' && text.ptr[i + 1] == '-' &&
                            is_lower(text.ptr[i + 2]);
        if (!begins)
            continue;
        size_t end = i + 2;
        while (end < text.len && (is_lower(text.ptr[end]) || text.ptr[end] == '-'))
            end++;
        const struct str flag = str_slice(text, i, end);
        bool known = false;
        for (uint32_t k = 0; k < out->flags_count; k++)
            known = known || str_eq(out->flags[k], flag);
        if (!known && out->flags_count < WORDS_MAX)
            out->flags[out->flags_count++] = flag;
        i = end - 1;
    }
}

/* ---- options and prose ---- */

enum line_kind { LINE_BLANK, LINE_OPTION, LINE_MORE, LINE_PROSE };

static enum line_kind kind_of_line(struct str line, bool in_option)
{
    if (str_trim(line).len == 0)
        return LINE_BLANK;
    if (str_starts(line, STR("  --")))
        return LINE_OPTION;
    return in_option && str_starts(line, STR("    ")) ? LINE_MORE : LINE_PROSE;
}

/* Where the form of an option ends: two spaces, or the line. */
static size_t form_ends(struct str line)
{
    const size_t at = str_find(line, STR("  "));
    return at == STR_NPOS ? line.len : at;
}

static void join(struct arena *arena, struct str *text, struct str line, char with)
{
    struct buf all = buf_new(arena);
    buf_add(&all, *text);
    if (text->len > 0 && line.len > 0)
        buf_add_char(&all, with);
    buf_add(&all, line);
    *text = buf_str(&all);
}

static void read_help(struct arena *arena, struct str help, struct manual *out)
{
    struct str line;
    bool in_option = false;
    bool in_prose = false;
    while (str_split(&help, '\n', &line)) {
        const enum line_kind kind = kind_of_line(line, in_option);
        in_option = kind == LINE_OPTION || kind == LINE_MORE;
        if (kind == LINE_OPTION && out->options_count < WORDS_MAX) {
            line = str_slice(line, 2, line.len);
            const size_t end = form_ends(line);
            out->options[out->options_count++] = (struct manual_option){
                .form = str_slice(line, 0, end), .text = str_trim(str_slice(line, end, line.len))};
        } else if (kind == LINE_MORE) {
            join(arena, &out->options[out->options_count - 1].text, str_trim(line), ' ');
        } else if (kind == LINE_PROSE) {
            if (!in_prose && out->prose_count < WORDS_MAX)
                out->prose[out->prose_count++] = (struct str){0};
            join(arena, &out->prose[out->prose_count - 1], str_trim(line), '\n');
        }
        in_prose = kind == LINE_PROSE;
    }
}

struct manual manual_read(struct arena *arena, const struct command *command)
{
    struct manual out = {.verbs = arena_push_many(arena, struct str, WORDS_MAX),
                         .flags = arena_push_many(arena, struct str, WORDS_MAX),
                         .options = arena_push_many(arena, struct manual_option, WORDS_MAX),
                         .prose = arena_push_many(arena, struct str, WORDS_MAX)};
    read_verbs(str_of(command->usage), &out);
    read_flags(str_of(command->usage), &out);
    read_flags(str_of(command->help), &out);
    qsort(out.flags, out.flags_count, sizeof *out.flags, compare_words);
    read_help(arena, str_of(command->help), &out);
    return out;
}
