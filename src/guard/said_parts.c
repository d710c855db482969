/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a sentence something stands: in which part of it, of which time, and of whom. */
#include "guard/said_parts.h"

#include <string.h>

#define CLOSE 3 /* words: "from about 40 ms", ", not one" */

void said_count(struct saying *saying, bool ok, struct str what, const char *why)
{
    saying->score.things++;
    saying->score.borne_out += ok;
    if (!ok && !saying->failed) {
        saying->failed = true;
        err_set(saying->err, ERR_DENIED, "`%.*s` %s", (int)(what.len < 60 ? what.len : 60),
                what.ptr, why);
    }
}

struct str said_plain(const struct saying *saying, uint32_t at)
{
    return at < saying->words.count && saying->words.items[at].kind == WORD_PLAIN
               ? saying->words.items[at].lower
               : STR("");
}

bool said_is(const struct saying *saying, uint32_t at, const char *list)
{
    const struct str word = said_plain(saying, at);
    for (const char *from = list; word.len > 0 && (from = strchr(from, word.ptr[0])); from++)
        if (from > list && from[-1] == ' ' && strncmp(from, word.ptr, word.len) == 0 &&
            from[word.len] == ' ')
            return true;
    return false;
}

bool said_has(const struct saying *saying, uint32_t at, enum sense sense)
{
    return lexicon_has(sense, said_plain(saying, at));
}

bool said_is_stop(const struct saying *saying, uint32_t at, const char *stops)
{
    if (at >= saying->words.count)
        return true;
    const struct word *word = &saying->words.items[at];
    return word->kind == WORD_STOP && strchr(stops, word->text.ptr[0]);
}

static bool joins(const struct saying *saying, uint32_t at)
{
    return said_is_stop(saying, at, ",;:.!?()\xe2") ||
           said_is(saying, at,
                   " and but while whereas where after against instead compared versus from having "
                   "although though than ");
}

uint32_t said_part_begin(const struct saying *saying, uint32_t at)
{
    while (at > 0 && !joins(saying, at) && !said_is_stop(saying, at - 1, ",;:.!?()\xe2"))
        at--;
    return at;
}

uint32_t said_part_end(const struct saying *saying, uint32_t at)
{
    at++;
    while (at < saying->words.count && !joins(saying, at))
        at++;
    return at < saying->words.count ? at : saying->words.count;
}

static bool is_clock(const struct saying *saying, uint32_t at)
{
    return at < saying->words.count && saying->words.items[at].kind == WORD_CLOCK;
}

/* What a part of the sentence is about; ROLE_NOW where nothing tells otherwise. */
static enum role part_role(const struct saying *saying, uint32_t begin, uint32_t end, bool *told)
{
    *told = true;
    for (uint32_t i = begin; i < end; i++) {
        if (said_is(saying, i, " since now "))
            return ROLE_NOW;
        if (said_has(saying, i, SENSE_OTHERS))
            return ROLE_OTHERS;
        if ((said_has(saying, i, SENSE_BEFORE) &&
             (i == 0 || !said_is(saying, i - 1, " as than ")) &&
             !str_ends(said_plain(saying, i + 1), STR("ing"))) ||
            (said_is(saying, i, " had ") && said_is(saying, i + 1, " been not only ")) ||
            (said_is(saying, i, " having ") && said_is(saying, i + 1, " been ")))
            return ROLE_BEFORE;
    }
    *told = false;
    return ROLE_NOW;
}

/* "it was 50 ms", where another part says what it is now. */
static bool is_past(const struct saying *saying, uint32_t begin, uint32_t end)
{
    bool was = false, now = false;
    for (uint32_t i = begin; i < end; i++)
        was |= said_is(saying, i, " was were ");
    for (uint32_t i = 0; i < saying->words.count && was; i++)
        now |= (i < begin || i >= end) && said_is(saying, i, " now ");
    return was && now;
}

enum role said_role(const struct saying *saying, uint32_t at)
{
    if (saying->words.items[at].amount.times && /* "2.1 times its usual requests" */
        said_is(saying, at + 2, " its the what as more "))
        return ROLE_NOW;
    for (uint32_t back = 1; back <= CLOSE && back <= at; back++) {
        const uint32_t i = at - back;
        if (said_is(saying, i, " from "))
            return ROLE_BEFORE;
        if (said_is(saying, i, " to ") && back == 1 && !said_is(saying, i - 1, " compared "))
            return ROLE_NOW;
        if (back == 1 && !is_clock(saying, at) && said_is(saying, i, " after against versus "))
            return ROLE_BEFORE;
        if (said_is(saying, i, " instead compared rather "))
            return ROLE_BEFORE;
        if (!said_is(saying, i,
                     " a an about around well far below under over less more than the "
                     "some roughly nearly almost with to of just only as "))
            break;
    }
    uint32_t begin = said_part_begin(saying, at);
    const uint32_t end = said_part_end(saying, at);
    bool told;
    const enum role role = part_role(saying, begin, end, &told);
    if (!told && is_past(saying, begin, end))
        return ROLE_BEFORE;
    if (told || begin == 0 || !said_has(saying, begin, SENSE_NO) || end - begin > CLOSE ||
        said_is_stop(saying, begin - 1, ";:."))
        return role;
    begin = said_part_begin(saying, begin >= 2 ? begin - 2 : 0); /* ", not one" */
    return part_role(saying, begin, said_part_end(saying, begin), &told);
}

/* ---- who is meant ---- */

static bool is_same(struct str name, struct str lower)
{
    return name.len > 0 && name.len == lower.len && str_find_no_case(name, lower) == 0;
}

struct str said_entity(const struct saying *saying, uint32_t at)
{
    const struct word *word = &saying->words.items[at];
    if (word->kind != WORD_PLAIN && word->kind != WORD_NAME && word->kind != WORD_QUOTE)
        return STR("");
    const struct map *services = &saying->casefile->topology.nodes;
    for (uint32_t i = 0; i < services->count; i++)
        if (is_same(services->keys[i], word->lower))
            return services->keys[i];
    for (const struct evidence *it = saying->casefile->evidence; it; it = it->next)
        if (is_same(it->subject, word->lower) || is_same(it->instance, word->lower))
            return it->subject;
    if (word->kind == WORD_PLAIN)
        return STR("");
    for (uint32_t i = 0; i < saying->cited_count; i++) { /* a change, a release */
        const struct evidence *it = saying->cited[i].evidence;
        if ((it->finding == FINDING_CHANGE || it->finding == FINDING_CULPRIT ||
             it->finding == FINDING_CONFIGURATION) &&
            facts_has_name(saying->cited[i].claim, word->lower))
            return it->subject;
    }
    return STR("");
}

/* A commit or release stands for whom it came to; a replica does not stand for the others. */
static bool is_change(const struct saying *saying, uint32_t at)
{
    const struct word *word = &saying->words.items[at];
    for (const struct evidence *it = saying->casefile->evidence; it; it = it->next)
        if (is_same(it->instance, word->lower) || is_same(it->subject, word->lower))
            return false;
    return word->kind != WORD_PLAIN;
}

/* Whether one of those who are named between the two knows the claim; -1: nobody is named. */
static int known_between(const struct saying *saying, const struct facts *facts, uint32_t begin,
                         uint32_t end)
{
    bool named = false;
    for (uint32_t i = begin; i < end; i++) {
        if (said_entity(saying, i).len == 0)
            continue;
        named = true;
        if (facts_know(facts, saying->words.items[i].lower) ||
            (is_change(saying, i) && str_eq(facts->evidence->subject, said_entity(saying, i))))
            return 1;
    }
    return named ? 0 : -1;
}

bool said_is_of(const struct saying *saying, const struct facts *facts, uint32_t at)
{
    uint32_t begin = said_part_begin(saying, at), end = said_part_end(saying, at);
    for (;;) {
        const int known = known_between(saying, facts, begin, end);
        if (known >= 0)
            return known == 1;
        if (begin == 0)
            return true;
        end = begin;
        begin = said_part_begin(saying, begin - 1);
        if (begin == end)
            begin--;
    }
}
