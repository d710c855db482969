/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of such a message those sentences are kept that say what was wrong; those that name the culprit,
 * quote it or tell what was done about it are not known when an alert fires, and go.
 */
#include "train/mine.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdlib.h>

#define CANDIDATES 1000
#define WORDS_MIN 4
#define SENTENCES_MAX 4
#define PREFIX_BYTES 7

static bool says_any(struct str text, const char *const *words)
{
    for (const char *const *word = words; *word; word++)
        if (str_find_no_case(text, str_of(*word)) != STR_NPOS)
            return true;
    return false;
}

static bool starts_with_any(struct str text, const char *const *words)
{
    for (const char *const *word = words; *word; word++)
        if (str_find_no_case(str_slice(text, 0, str_of(*word).len), str_of(*word)) == 0)
            return true;
    return false;
}

/* A sentence that tells of trouble, and not of the remedy. */
static bool tells_trouble(struct str sentence)
{
    static const char *const troubles[] = {
        "fail",      "crash",     "broke",      "break",    "error",    "wrong",   "regress",
        "leak",      "hang",      "stall",      "stuck",    "slow",     "missing", "invalid",
        "warning",   "undefined", "assert",     "panic",    "segfault", "timeout", "deadlock",
        "loop",      "corrupt",   "incorrect",  "unable",   "cannot",   "can't",   "doesn't",
        "no longer", "fatal",     "exception",  "not work", "issue",    "problem", "outage",
        "overload",  "spam",      "unexpected", "bug",      NULL};
    static const char *const remedies[] = {"fix",
                                           "use ",
                                           "add ",
                                           "remove",
                                           "let's",
                                           "so ",
                                           "instead",
                                           "this patch",
                                           "this fix",
                                           "this commit",
                                           "to fix",
                                           "now ",
                                           "by ",
                                           "change ",
                                           "make ",
                                           "move ",
                                           "avoid",
                                           "ensure",
                                           "backport",
                                           "it must be backported",
                                           "this should be backported",
                                           "must be backported",
                                           "signed-off",
                                           "reviewed",
                                           "acked",
                                           "tested",
                                           "cc:",
                                           "bug:",
                                           "change-id",
                                           "fixes",
                                           "closes",
                                           "follow-up",
                                           "original",
                                           ">",
                                           "reverts",
                                           "this reverts",
                                           "test plan",
                                           "differential",
                                           NULL};
    return says_any(sentence, troubles) && !starts_with_any(sentence, remedies);
}

static bool has_reference(struct str text)
{
    struct str id;
    return change_next_reference(&text, &id);
}

static struct str take_sentence(struct str *rest)
{
    size_t at = 0;
    while (at < rest->len) {
        const bool ends_line =
            rest->ptr[at] == '\n' && (at + 1 == rest->len || rest->ptr[at + 1] == '\n' ||
                                      rest->ptr[at + 1] == '-' || rest->ptr[at + 1] == '*');
        const bool ends = rest->ptr[at] == '.' && at + 1 < rest->len &&
                          (rest->ptr[at + 1] == ' ' || rest->ptr[at + 1] == '\n');
        if (ends_line || ends)
            break;
        at++;
    }
    const struct str sentence = str_trim(str_slice(*rest, 0, at));
    *rest = str_slice(*rest, at + 1, rest->len);
    return sentence;
}

static uint32_t words_in(struct str text)
{
    uint32_t count = 0;
    struct str part;
    while (str_split(&text, ' ', &part))
        count += part.len > 1;
    return count;
}

static struct str symptom_of(struct arena *arena, const struct change *change,
                             struct str culprit_subject)
{
    struct buf out = buf_new(arena);
    struct str rest = change_body(change);
    for (int kept = 0; kept < SENTENCES_MAX && rest.len > 0;) {
        const struct str sentence = take_sentence(&rest);
        if (!tells_trouble(sentence) || has_reference(sentence) ||
            (culprit_subject.len > 0 && str_contains(sentence, culprit_subject)))
            continue;
        buf_add(&out, sentence);
        buf_add_char(&out, '\n');
        kept++;
    }
    const struct str text = str_trim(buf_str(&out));
    return words_in(text) >= WORDS_MIN ? text : (struct str){0};
}

/* The changes that its message names, if they are among the candidates. */
static void find_culprits(const struct history *history, uint32_t number,
                          struct culprit_query *query)
{
    const struct change *change = &history->items[number].change;
    struct str rest = change->message, id;
    while (query->truths_count < 4 && change_next_reference(&rest, &id))
        for (uint32_t i = number; i-- > query->from;) {
            const struct str known = history->items[i].change.id;
            if (!str_starts(id, str_slice(known, 0, id.len)))
                continue;
            bool there = false;
            for (uint32_t j = 0; j < query->truths_count; j++)
                there |= query->truths[j] == i;
            if (!there)
                query->truths[query->truths_count++] = i;
            break;
        }
    const struct str subject = change_reverted_subject(change);
    for (uint32_t i = number; query->truths_count == 0 && subject.len > 0 && i-- > query->from;)
        if (str_eq(change_subject(&history->items[i].change), subject))
            query->truths[query->truths_count++] = i;
}

struct culprit_query *mine_queries(struct arena *arena, const struct history *history, uint32_t max,
                                   uint32_t *count)
{
    struct culprit_query *all = arena_push_many(arena, struct culprit_query, history->count);
    uint32_t found = 0;
    for (uint32_t i = CANDIDATES; i < history->count; i++) {
        const struct change *change = &history->items[i].change;
        struct culprit_query query = {
            .id = change->id, .time_ns = change->time_ns, .from = i - CANDIDATES, .to = i};
        find_culprits(history, i, &query);
        if (query.truths_count == 0)
            continue;
        query.symptom =
            symptom_of(arena, change, change_subject(&history->items[query.truths[0]].change));
        if (query.symptom.len == 0)
            continue;
        query.hard = true;
        for (uint32_t j = 0; j < query.truths_count; j++)
            query.hard &= query.to - query.truths[j] > 20;
        all[found++] = query;
    }
    *count = found < max ? found : max;
    for (uint32_t i = 0; i < *count; i++)
        all[i] = all[(uint64_t)i * found / *count];
    return all;
}
