/* SPDX-License-Identifier: Apache-2.0 */
#include "query/words.h"

#include "base/arena.h"

/* What people write, and what the rest of this folder reads; "" is said for nothing. */
/* What people write, and what the rest of this folder reads. */
static const struct {
    const char *words;
    const char *plain;
} spellings[] = {
    {"don't|doesn't|didn't|isn't|aren't|wasn't|weren't|hasn't|haven't|won't|cannot|can't", "not"},
    {"excluding|ignoring|excludes|exclude|ignore|omitting|skipping|besides", "without"},
    {"counted|tally|quantity", "count"},
    {"err|errs", "errors"},
    {"req|reqs", "requests"},
    {"msg|msgs", "messages"},
    {"svc|svcs", "services"},
    {"conn|conns", "connections"},
    {"op|ops", "operations"},
    {"entry|record", "line"},
    {"entries|records", "lines"},
    {"averaged|averages|averaging", "average"},
    {"maximal|topmost", "maximum"},
    {"minimal", "minimum"},
    {"peaked|peaks", "peak"},
    {"pct|percent|%", "percentage"},
    {"pls|plz|currently", "please"},
    {"≥", ">="},
    {"≤", "<="},
    {"ninetieth", "90th"},
    {"ninety-fifth", "95th"},
    {"ninety-ninth", "99th"},
    {"fiftieth", "50th"},
    {"zero", "0"},
    {"two", "2"},
    {"three", "3"},
    {"four", "4"},
    {"five", "5"},
    {"six", "6"},
    {"seven", "7"},
    {"eight", "8"},
    {"nine", "9"},
    {"ten", "10"},
    {"eleven", "11"},
    {"twelve|dozen", "12"},
    {"fifteen", "15"},
    {"twenty", "20"},
    {"thirty", "30"},
    {"forty", "40"},
    {"forty-five", "45"},
    {"fifty", "50"},
    {"sixty", "60"},
    {"ninety", "90"},
    {"hundred", "100"},
    {"thousand", "1000"},
};

#define MORE "more|greater|higher|larger|bigger|longer|slower|above|over"
#define LESS "less|fewer|lower|smaller|shorter|faster|quicker|below|under"

/* Several words that say what one does: "|" between choices; # is a number and @ a unit of time,
 * which stay. The first that fits is taken. */
struct phrase {
    const char *words;
    const char *plain;
};

static const struct phrase numbers[] = {
    {"half a|an hour", "30 minutes"},
    {"half hour", "30 minutes"},
    {"half a minute", "30 seconds"},
    {"half minute", "30 seconds"},
    {"half a second", "500 ms"},
    {"half second", "500 ms"},
    {"a|1|one quarter of an hour", "15 minutes"},
    {"quarter of an hour", "15 minutes"},
    {"couple of @", "2 @"},
    {"one @", "1 @"},
};

static const struct phrase phrases[] = {
    {"# @ before now", "# @ ago"},
    {"not using|taking|needing|having|spending " MORE " than #", "<= #"},
    {"not above|over|exceeding|exceed #", "<= #"},
    {"not below|under #", ">= #"},
    {"at least #", ">= #"},
    {"at most #", "<= #"},
    {"no|not|never " LESS " than #", ">= #"},
    {"no|not|never " MORE " than #", "<= #"},
    {MORE " than or equal to #", ">= #"},
    {LESS " than or equal to #", "<= #"},
    {MORE " than #", "> #"},
    {LESS " than #", "< #"},
    {"in excess of #", "> #"},
    {"above|exceeding|exceeds|exceed|exceeded|beyond|surpassing|surpasses|surpassed|topping #",
     "> #"},
    {"below|under|beneath #", "< #"},
    {"reaching|reaches|reached|reach #", ">= #"},
    {"equal|equals|equalled|exactly #", "= #"},
    {"equal to #", "= #"},
    {"# or " MORE, ">= #"},
    {"# or " LESS, "<= #"},
    {"# @ or " MORE, ">= # @"},
    {"# @ or " LESS, "<= # @"},
    {"other|rather|different than|from", "without"},
    {"apart|aside from", "without"},
    {"with the exception of", "without"},
    {"except|save for", "without"},
    {"everything|anything|anyone|everyone|all but|except|besides|without", "without"},
    {"leaving|leave out|aside", "without"},
    {"not counting|including|considering|from|of|in|by|on|for", "without"},
    {"not successful|successfully", "failed"},
    {"did|do|does|that|which not succeed|complete", "failed"},
    {"unsuccessful|unsuccessfully", "failed"},
    {"successful|succeeded|succeeding|succeed|successfully", "not failed"},
    {"standard deviation", "stddev"},
    {"std|stdev dev|deviation", "stddev"},
    {"last known|seen value", "latest"},
    {"most recent|recently", "latest"},
    {"most current", "latest"},
    {"at|around what time", "when"},
    {"what time", "when"},
    {"what is|was the time of", "when"},
    {"time of the", "when the"},
    {"before and|or|vs|versus|against after", "before/after"},
    {"after and|or|vs|versus|against before", "before/after"},
    {"before compared to|with after", "before/after"},
    {"after compared to|with before", "before/after"},
    {"prior to", "before"},
    {"ahead of", "before"},
    {"leading up to", "before"},
    {"in the run-up|runup|lead-up to", "before"},
    {"up until|till", "before"},
    {"up to the|this|that alert|alarm|page|incident", "before the alert"},
    {"subsequent to", "after"},
    {"following the|this|that alert|alarm|page|incident", "after the alert"},
    {"from the|this|that alert|alarm|page|incident on|onwards|onward", "after the alert"},
    {"starting|beginning from|at", "since"},
    {"as of", "since"},
    {"talk|talks|talking|connect|connects to|with", "calls"},
    {"rely|relies|relying|depending on|upon", "depends"},
    {"part in|of", "in"},
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_mark(char c)
{
    return strchr(",;?!.:()", c) && c;
}

static bool is_one_of_str(struct str word, struct str choice)
{
    struct str one;
    while (str_split(&choice, '|', &one))
        if (str_eq(one, word))
            return true;
    return false;
}

static bool is_one_of(struct str word, const char *choice)
{
    return is_one_of_str(word, str_of(choice));
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

/* "10-second" is two words, ">1s" two, "100+" two. */
static bool push_number(struct reading *reading, struct word word, struct str low)
{
    size_t digits = 0, mark = 0;
    while (mark < low.len && mark < 2 && strchr("<>=", low.ptr[mark]))
        mark++;
    while (mark + digits < low.len && low.ptr[mark + digits] >= '0' &&
           low.ptr[mark + digits] <= '9')
        digits++;
    if (digits == 0)
        return false;
    const struct str number = str_slice(low, mark, mark + digits);
    const struct str rest = str_slice(low, mark + digits, low.len);
    if (mark > 0) {
        push(reading, word, str_slice(low, 0, mark));
        push(reading, word, str_slice(low, mark, low.len));
    } else if (str_eq(rest, STR("+"))) {
        push(reading, word, STR(">="));
        push(reading, word, number);
    } else if (rest.len > 1 && rest.ptr[0] == '-' &&
               is_one_of_str(str_slice(rest, 1, rest.len), str_of(WORDS_UNITS))) {
        push(reading, word, number);
        push(reading, word, str_slice(rest, 1, rest.len));
    } else
        return false;
    return true;
}

/* "req/s" is three words, "per-instance" two, "non-error" two. */
static bool push_parts(struct reading *reading, struct word word, struct str low)
{
    static const char *const before[][2] = {{"per-", "per"}, {"by-", "by"}, {"non-", "not"}};
    if (push_number(reading, word, low))
        return true;
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

/* ---- phrases ---- */

#define KEPT_MAX 2 /* numbers and units of a phrase */

static bool is_number(struct str low)
{
    return (low.len > 0 && low.ptr[0] >= '0' && low.ptr[0] <= '9') || is_one_of(low, "a|one");
}

/* How many words from there on are those of the phrase, or 0; `kept` gets its numbers and units. */
static uint32_t phrase_at(const struct reading *reading, uint32_t at, const char *phrase,
                          uint32_t kept[KEPT_MAX])
{
    uint32_t count = 0, kept_count = 0;
    struct str rest = str_of(phrase), one;
    for (; str_split(&rest, ' ', &one); count++) {
        const uint32_t w = at + count;
        if (w >= reading->count || reading->words[w].is_quoted)
            return 0;
        const bool is_hash = str_eq(one, STR("#")), is_unit = str_eq(one, STR("@"));
        const struct str low = reading->words[w].low;
        if (is_hash   ? !is_number(low)
            : is_unit ? !is_one_of(low, WORDS_UNITS)
                      : !is_one_of_str(low, one))
            return 0;
        if ((is_hash || is_unit) && kept_count < KEPT_MAX)
            kept[kept_count++] = w;
    }
    return count;
}

/* Puts what the phrase means at the end of `out`. */
static void put_plain(const struct reading *reading, uint32_t at, const char *means,
                      const uint32_t kept[KEPT_MAX], struct word *out, uint32_t *count)
{
    uint32_t used = 0;
    struct str rest = str_of(means), one;
    while (str_split(&rest, ' ', &one) && *count < WORDS_MAX) {
        const bool is_kept = str_eq(one, STR("#")) || str_eq(one, STR("@"));
        out[*count] = reading->words[is_kept ? kept[used++] : at];
        if (!is_kept)
            out[*count].low = one;
        out[(*count)++].ends = false;
    }
}

/* Each phrase becomes what it means. */
static void read_phrases(struct reading *reading, const struct phrase *table, size_t length)
{
    struct word *out = arena_push_many(reading->arena, struct word, WORDS_MAX);
    uint32_t count = 0;
    for (uint32_t i = 0, taken; i < reading->count && count < WORDS_MAX; i += taken) {
        uint32_t kept[KEPT_MAX] = {0};
        taken = 0;
        for (size_t p = 0; p < length && taken == 0; p++) {
            taken = phrase_at(reading, i, table[p].words, kept);
            if (taken > 0)
                put_plain(reading, i, table[p].plain, kept, out, &count);
        }
        if (taken > 0)
            out[count - 1].ends = reading->words[i + taken - 1].ends;
        else {
            out[count++] = reading->words[i];
            taken = 1;
        }
    }
    memcpy(reading->words, out, count * sizeof *out);
    reading->count = count;
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
    read_phrases(reading, numbers, sizeof numbers / sizeof *numbers);
    read_phrases(reading, phrases, sizeof phrases / sizeof *phrases);
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

enum wish_compare words_compare(const struct reading *reading, uint32_t at)
{
    for (int i = COMPARE_MORE; i <= COMPARE_EQUAL; i++)
        if (words_is(reading, at, wish_compare_mark((enum wish_compare)i)))
            return (enum wish_compare)i;
    return COMPARE_NONE;
}
