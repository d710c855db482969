/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that lines are to have, or not to have: quoted, in bare words, or a status of HTTP. */
#include "query/words.h"

#include "base/arena.h"

static bool is_without(const struct reading *reading, uint32_t at)
{
    return words_was(reading, at, "without|not|no|except|lacking");
}

void wish_add_text(struct reading *reading, struct wish_text text)
{
    struct wish *wish = reading->wish;
    if (wish->texts_count == WISH_NAMES_MAX)
        return;
    text.text = str_copy(reading->arena, text.text);
    text.is_or &= wish->texts_count > 0 && wish->texts[wish->texts_count - 1].kind == text.kind;
    if (text.is_or)
        text.is_not = wish->texts[wish->texts_count - 1].is_not;
    wish->texts[wish->texts_count++] = text;
}

void wish_read_quoted(struct reading *reading)
{
    bool is_not = false;
    for (uint32_t i = 0; i < reading->count; i++) {
        if (!reading->words[i].is_quoted) {
            is_not = is_without(reading, i) ||
                     (is_not && words_was(reading, i,
                                          "with|containing|contain|contains|mention|mentions|"
                                          "have|has|the|in|word|text|phrase"));
            continue;
        }
        if (is_not)
            words_take_any(reading, "without|not|no|except|lacking");
        wish_add_text(reading, (struct wish_text){
                                   .text = reading->words[i].text,
                                   .kind = WISH_QUOTED,
                                   .is_not = is_not,
                                   .is_or = i > 1 && reading->words[i - 2].is_quoted &&
                                            words_was(reading, i - 1, "or"),
                               });
        wish_note_part(reading, PART_TEXTS, i + 1);
        words_take(reading, i, 1);
        is_not = false;
    }
}

/* One text of bare words from there on; returns where it ends. */
static uint32_t read_bare_text(struct reading *reading, uint32_t from, bool is_not, bool is_or)
{
    uint32_t to = from;
    while (to < reading->count && !reading->words[to].is_taken &&
           !words_is(reading, to, WISH_GLUE) && (to == from || !reading->words[to - 1].ends))
        to++;
    if (to == from)
        return from;
    const char *start = reading->words[from].text.ptr;
    const struct str last = reading->words[to - 1].text;
    const struct str text = {.ptr = start, .len = (size_t)(last.ptr + last.len - start)};
    wish_add_text(reading, (struct wish_text){.text = text, .is_not = is_not, .is_or = is_or});
    words_take(reading, from, to - from);
    return to;
}

/* "search all services for X", "grep for X" */
static bool is_sought(const struct reading *reading, uint32_t at)
{
    bool is_search = false;
    for (uint32_t i = 0; i < at; i++)
        is_search |= words_was(reading, i, "search|searching|grep|look|looking");
    return is_search && words_is(reading, at, "for");
}

static bool is_unknown(const struct reading *reading, uint32_t at)
{
    if (at >= reading->count || reading->words[at].is_taken || reading->words[at].is_quoted ||
        words_is(reading, at, WISH_GLUE) || wish_is_level(reading, at) ||
        wish_group_at(reading, at).len > 0)
        return false;
    return !wish_is_signal(reading, at);
}

/* "reconciliation lines", "find sharelock or exclusivelock in the log of postgres": one word each;
 * "did cart log connection refused", "any panics": what was looked for. */
void wish_read_loose_texts(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        const bool is_line = words_was(reading, i + 1, "line|lines|message|messages");
        const bool is_found = i > 0 && words_was(reading, i - 1, "find|grep");
        for (uint32_t at = i; (is_line || is_found) && is_unknown(reading, at); at += 2) {
            wish_note_part(reading, PART_TEXTS, at + 1);
            wish_add_text(reading,
                          (struct wish_text){.text = reading->words[at].text, .is_or = at > i});
            words_take(reading, at, 1);
            if (!words_is(reading, at + 1, "or"))
                break;
        }
    }
    for (uint32_t i = 0; i < reading->count; i++) {
        const bool is_any = i <= 2 && words_was(reading, i, "any|no");
        const uint32_t ever = words_is(reading, i + 1, "ever") ? 1 : 0;
        if ((!is_any && !words_was(reading, i, "log|print|say|complain|see|hit|throw|get")) ||
            !words_was(reading, 0, "did|does|do|has|have|was|were|any|is|are|there") ||
            !is_unknown(reading, i + 1 + ever))
            continue;
        const uint32_t to = read_bare_text(reading, i + 1 + ever, false, false);
        struct str *text = &reading->wish->texts[reading->wish->texts_count - 1].text;
        if (is_any && to == i + 2 + ever && text->len > 4 && text->ptr[text->len - 1] == 's')
            text->len--; /* one of them */
    }
}

#define TALK                                                                                       \
    "with|containing|contain|contains|mention|mentions|mentioned|mentioning|matching|match|"       \
    "saying|"                                                                                      \
    "say|says|said|about|including|include|includes"

static uint32_t skip(const struct reading *reading, uint32_t at)
{
    while (words_is(reading, at, "the|a|an|word|words|text|phrase|string|both|" TALK))
        at++;
    return at;
}

/* "... or refused", "... and UPDATE", "... but not rollback": what follows a text that ends at
 * `to`. */
static void read_further(struct reading *reading, uint32_t to, bool is_not)
{
    while (words_is(reading, to, "or|and|but|nor") && to + 1 < reading->count) {
        const bool is_or = words_is(reading, to, "or|nor");
        const bool is_turned = words_is(reading, to + 1, "not|without");
        const uint32_t from = skip(reading, to + 1 + is_turned);
        if (!is_or && !is_turned && !is_unknown(reading, from))
            return;
        const uint32_t next = read_bare_text(reading, from, is_not || is_turned, is_or);
        if (next == from)
            return;
        words_take(reading, to + 1, is_turned);
        to = next;
    }
}

/* "with timeout", "mentioning connection refused": up to a word that a question is made of. */
void wish_read_bare_texts(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        const bool is_without_it = words_is(reading, i, "without|except|lacking");
        if (!is_without_it && !is_sought(reading, i) && !words_is(reading, i, TALK))
            continue;
        const bool is_not = is_without_it || (i > 0 && words_was(reading, i - 1, "not"));
        uint32_t from = skip(reading, i + 1);
        if (is_without_it && words_is(reading, from, "line|lines|ones|message|messages|those"))
            from = skip(reading, from + 1);
        const uint32_t to = read_bare_text(reading, from, is_not, false);
        if (to == from)
            continue;
        words_take(reading, i, 1);
        wish_note_part(reading, PART_TEXTS, from + 1);
        if (is_not && i > 0 && words_is(reading, i - 1, "not"))
            words_take(reading, i - 1, 1);
        read_further(reading, to, is_not);
    }
}

#define ANSWER                                                                                     \
    "answer|answers|response|responses|reply|replies|status|statuses|code|codes|result|results"

/* Whether a number of three digits there is a status: by what stands beside it. */
static bool is_status(const struct reading *reading, uint32_t at)
{
    if (words_was(reading, at + 1, ANSWER) ||
        (at > 0 &&
         words_was(reading, at - 1, "status|code|http|returned|return|returns|returning")))
        return true;
    bool is_answered = false;
    for (uint32_t k = at, n = 0; k > 0 && n < 3; k--, n++)
        is_answered |= words_was(reading, k - 1, "status|answered|responded|replied|code");
    return is_answered && at > 0 && words_was(reading, at - 1, "with|of|was|or|is");
}

/* "504s", "5xx answers", "status 504": lines that tell of such a status of HTTP. */
void wish_read_statuses(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        struct str low = reading->words[i].low;
        const bool is_plural = low.len == 4 && low.ptr[3] == 's';
        low.len -= is_plural;
        if (reading->words[i].is_taken || reading->words[i].is_quoted || low.len != 3 ||
            low.ptr[0] < '1' || low.ptr[0] > '5' ||
            (!is_plural && !str_eq(str_slice(low, 1, 3), STR("xx")) && !is_status(reading, i)))
            continue;
        if (str_eq(str_slice(low, 1, 3), STR("xx")))
            low = str_printf(reading->arena, "%c[0-9][0-9]", low.ptr[0]);
        else if (low.ptr[1] < '0' || low.ptr[1] > '9' || low.ptr[2] < '0' || low.ptr[2] > '9')
            continue;
        const uint32_t texts = reading->wish->texts_count;
        const bool is_or = i > 1 && words_was(reading, i - 1, "or|and") && texts > 0;
        wish_add_text(reading,
                      (struct wish_text){.text = low, .kind = WISH_STATUS, .is_or = is_or});
        wish_note_part(reading, PART_TEXTS, i + 1);
        words_take(reading, i, 1);
        while (words_is(reading, i + 1, ANSWER))
            words_take(reading, ++i, 1);
        for (uint32_t k = i; k > 0 && words_is(reading, k - 1, "status|code|http|with"); k--)
            words_take(reading, k - 1, 1);
    }
}
