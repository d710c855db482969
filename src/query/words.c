/* SPDX-License-Identifier: Apache-2.0 */
#include "query/words.h"

#include "base/arena.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_mark(char c)
{
    return strchr(",;?!.:()", c) && c;
}

static void add(struct reading *reading, struct str text, bool is_quoted)
{
    struct word word = {.is_quoted = is_quoted};
    while (!is_quoted && text.len > 0 && is_mark(text.ptr[text.len - 1])) {
        text.len--;
        word.ends = true;
    }
    while (!is_quoted && text.len > 0 && is_mark(text.ptr[0]))
        text = str_slice(text, 1, text.len);
    if (!is_quoted && str_ends(text, STR("'s")))
        text.len -= 2;
    if (text.len == 0 || reading->count == WORDS_MAX)
        return;
    word.text = text;
    word.low = str_lower(reading->arena, text);
    reading->words[reading->count++] = word;
}

void words_split(struct reading *reading, struct str question)
{
    for (size_t at = 0, end; at < question.len; at = end) {
        const char c = question.ptr[at];
        const bool is_quote = c == '"' || c == '`';
        end = at + 1;
        if (is_blank(c))
            continue;
        while (end < question.len &&
               (is_quote ? question.ptr[end] != c : !is_blank(question.ptr[end])))
            end++;
        if (is_quote && end < question.len)
            add(reading, str_slice(question, at + 1, end++), true);
        else
            add(reading, str_slice(question, at, end), false);
    }
}

bool words_was(const struct reading *reading, uint32_t at, const char *choice)
{
    struct str rest = str_of(choice), one;
    if (at >= reading->count || reading->words[at].is_quoted)
        return false;
    while (str_split(&rest, '|', &one))
        if (str_eq(one, reading->words[at].low))
            return true;
    return false;
}

bool words_is(const struct reading *reading, uint32_t at, const char *choice)
{
    return words_was(reading, at, choice) && !reading->words[at].is_taken;
}

void words_take(struct reading *reading, uint32_t from, uint32_t count)
{
    for (uint32_t i = from; i < from + count && i < reading->count; i++)
        reading->words[i].is_taken = true;
}

bool words_take_any(struct reading *reading, const char *choice)
{
    for (uint32_t i = 0; i < reading->count; i++)
        if (words_is(reading, i, choice)) {
            words_take(reading, i, 1);
            return true;
        }
    return false;
}
