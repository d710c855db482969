/* SPDX-License-Identifier: Apache-2.0 */
#include "query/words.h"

#include "base/arena.h"

/* What people write, and what the rest of this folder reads; "" is said for nothing. */
static const struct {
    const char *words;
    const char *plain;
} spellings[] = {
    {"don't|doesn't|didn't|isn't|aren't|wasn't|weren't|hasn't|haven't", "not"},
    {"excluding|ignoring|excludes", "without"},
    {"counted", "count"},
    {"err|errs", "errors"},
    {"req|reqs", "requests"},
    {"msg|msgs", "messages"},
    {"svc|svcs", "services"},
    {"conn|conns", "connections"},
    {"op|ops", "operations"},
    {"averaged|averages|averaging", "average"},
    {"maximal", "maximum"},
    {"minimal", "minimum"},
    {"pct|percent|%", "percentage"},
    {"pls|plz|currently", "please"},
    {"two", "2"},
    {"three", "3"},
    {"four", "4"},
    {"five", "5"},
    {"six", "6"},
    {"seven", "7"},
    {"eight", "8"},
    {"nine", "9"},
    {"ten", "10"},
    {"fifteen", "15"},
    {"twenty", "20"},
    {"thirty", "30"},
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_mark(char c)
{
    return strchr(",;?!.:()", c) && c;
}

static bool is_one_of(struct str word, const char *choice)
{
    struct str rest = str_of(choice), one;
    while (str_split(&rest, '|', &one))
        if (str_eq(one, word))
            return true;
    return false;
}

static struct str plain(struct str low)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (is_one_of(low, spellings[i].words))
            return str_of(spellings[i].plain);
    return low;
}

/* One word of the reading, that stands in the question as `text`. */
static void push(struct reading *reading, struct word word, struct str low)
{
    if (reading->count == WORDS_MAX)
        return;
    word.low = word.is_quoted ? low : plain(low);
    reading->words[reading->count++] = word;
}

/* "req/s" is three words, "per-instance" two, "non-error" two. */
static bool push_parts(struct reading *reading, struct word word, struct str low)
{
    static const char *const before[][2] = {{"per-", "per"}, {"by-", "by"}, {"non-", "not"}};
    const size_t slash = str_find(low, STR("/"));
    if (slash > 0 && slash < low.len &&
        is_one_of(str_slice(low, slash + 1, low.len), "s|sec|second|min|minute|h|hour")) {
        push(reading, word, str_slice(low, 0, slash));
        push(reading, word, STR("per"));
        push(reading, word, str_slice(low, slash + 1, low.len));
        return true;
    }
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (str_starts(low, str_of(before[i][0])) && low.len > strlen(before[i][0])) {
            push(reading, word, str_of(before[i][1]));
            push(reading, word, str_slice(low, strlen(before[i][0]), low.len));
            return true;
        }
    return false;
}

/* "one minute" is 1 minute; "half an hour" and "half a minute" are thirty of the next smaller unit.
 */
static void halve(struct reading *reading)
{
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        const uint32_t unit = i + 1 + words_is(reading, i + 1, "a|an");
        const bool is_hour = words_is(reading, unit, "hour");
        if (words_is(reading, i, "one") && words_is(reading, i + 1, "second|minute|hour|day"))
            reading->words[i].low = STR("1");
        if (!words_is(reading, i, "half") || (!is_hour && !words_is(reading, unit, "minute")))
            continue;
        words_take(reading, i, unit - 1 - i); /* the number stands right before its unit */
        reading->words[unit - 1].low = STR("30");
        reading->words[unit].low = is_hour ? STR("minutes") : STR("seconds");
    }
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
    if (text.len == 0)
        return;
    const struct str low = str_lower(reading->arena, text);
    word.text = text;
    if (is_quoted || !push_parts(reading, word, low))
        push(reading, word, low);
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
    halve(reading);
}

bool words_was(const struct reading *reading, uint32_t at, const char *choice)
{
    return at < reading->count && !reading->words[at].is_quoted &&
           is_one_of(reading->words[at].low, choice);
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
