/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who did what to whom, and who came first.
 *
 * Who caused it is for the verdict to say: a sentence that blames, blames whom the verdict names,
 * and nobody where it names none. Of two that stand to each other in a claim (one complains of the
 * other, one explains what the other suffers) the sentence must not turn round which is which.
 */
#include "guard/said_parts.h"

#include <math.h>

#define SAME_S 0.5 /* closer than that, neither is first */

/* ---- who is named ---- */

#define NAMED_MAX 16

struct named {
    struct str entities[NAMED_MAX];
    uint32_t at[NAMED_MAX];
    uint32_t count;
};

static struct named named_between(const struct saying *saying, uint32_t begin, uint32_t end)
{
    struct named named = {.count = 0};
    for (uint32_t i = begin; i < end && named.count < NAMED_MAX; i++) {
        const struct str entity = said_entity(saying, i);
        if (entity.len == 0)
            continue;
        named.entities[named.count] = entity;
        named.at[named.count++] = i;
    }
    return named;
}

static uint32_t stop_before(const struct saying *saying, uint32_t at, const char *stops)
{
    while (at > 0 && !said_is_stop(saying, at - 1, stops))
        at--;
    return at;
}

static uint32_t stop_behind(const struct saying *saying, uint32_t at, const char *stops)
{
    while (at < saying->words.count && !said_is_stop(saying, at, stops))
        at++;
    return at;
}

/* ---- causes ---- */

static bool explains(const struct saying *saying, struct str entity)
{
    for (uint32_t i = 0; i < saying->cited_count; i++)
        if (saying->cited[i].relation == RELATION_EXPLAINS &&
            str_find_no_case(entity, saying->cited[i].other) == 0)
            return true;
    return false;
}

static bool may_be_blamed(const struct saying *saying, struct str entity)
{
    return (saying->best && str_eq(entity, saying->best->subject)) || explains(saying, entity);
}

/* All that are named as the cause must be whom the verdict names. */
static void blame_all(struct saying *saying, const struct named *named, struct str word)
{
    for (uint32_t i = 0; i < named->count; i++)
        said_count(saying, may_be_blamed(saying, named->entities[i]), word,
                   "blames another than the verdict");
}

static bool is_passive(const struct saying *saying, uint32_t at)
{
    return said_is(saying, at + 1, " by ") || said_is(saying, at + 2, " by ") ||
           (at > 0 && said_is(saying, at - 1, " been was were is are "));
}

/* Behind "caused by", "due to", "because": up to the next stop. */
static void check_caused(struct saying *saying, uint32_t at)
{
    struct named named = named_between(saying, at + 1, stop_behind(saying, at + 1, ",;:."));
    if (named.count > 1 && !said_is(saying, at, " because "))
        named.count = 1; /* "due to catalog, which storefront calls": the nearest */
    if (said_is(saying, at, " because ") && named.count > 1)
        named.count = 1; /* its subject */
    blame_all(saying, &named, said_plain(saying, at));
}

/* Before "caused", "led to": its subject, across "which" and "that". */
static void check_causes(struct saying *saying, uint32_t at)
{
    const uint32_t begin = stop_before(saying, at, ";:.");
    struct named named = named_between(saying, begin, at);
    if (named.count == 0) {
        said_count(saying, saying->best != NULL, said_plain(saying, at),
                   "tells a cause, and none is known");
        return;
    }
    named.entities[0] = named.entities[named.count - 1]; /* the nearest */
    named.count = 1;
    blame_all(saying, &named, said_plain(saying, at));
}

/* "led to" and "resulted in" cause; "led" does not. */
static bool is_causing(const struct saying *saying, uint32_t at)
{
    if (said_is(saying, at, " did does do "))
        return said_is(saying, at + 1, " it this that ") &&
               !(at > 0 && said_is(saying, at - 1, " so "));
    if (said_is(saying, at, " led lead leads leading "))
        return said_is(saying, at + 1, " to ");
    if (said_is(saying, at, " result results resulted resulting "))
        return said_is(saying, at + 1, " in ");
    if (said_is(saying, at, " start starts started starting origin originate originated "))
        return false;
    if (said_is(saying, at, " cause causes ")) /* a noun? then it is blame */
        return at > 0 && !said_is(saying, at - 1, " the a most likely root this its probable ");
    if (said_is(saying, at, " broken broke break kill killed "))
        return named_between(saying, stop_before(saying, at, ",;:."), at).count > 0;
    return said_has(saying, at, SENSE_CAUSES);
}

static bool is_caused(const struct saying *saying, uint32_t at)
{
    if (said_is(saying, at, " due owing thanks "))
        return said_is(saying, at + 1, " to ");
    if (said_is(saying, at, " result results resulted resulting "))
        return said_is(saying, at + 1, " from of ");
    if (said_is(saying, at, " come comes came coming "))
        return said_is(saying, at + 1, " from ");
    return said_has(saying, at, SENSE_CAUSED);
}

static bool brings_down(const struct saying *saying, uint32_t at)
{
    if (!said_is(saying, at, " brought brings bring took takes "))
        return false;
    for (uint32_t i = at + 1; i <= at + 4; i++)
        if (said_is(saying, i, " down ") && !said_is(saying, i + 1, " to from by "))
            return true;
    return false;
}

/* "the culprit is orders", "orders is to blame", "the fault lies in orders" */
static void check_blame(struct saying *saying, uint32_t at)
{
    if (said_is(saying, at, " root ") && said_is(saying, at + 1, " cause "))
        return; /* the next word counts */
    if (said_is(saying, at, " cause causes ") && is_causing(saying, at))
        return;
    const uint32_t begin = stop_before(saying, at, ";:.");
    const uint32_t end = stop_behind(saying, at, ",;:.");
    struct named named = named_between(saying, at + 1, end);
    const struct named before = named_between(saying, begin, at);
    if (named.count == 0 && before.count > 0) {
        named = before;
        named.entities[0] = before.entities[before.count - 1];
    }
    if (named.count == 0) {
        const uint32_t next = stop_behind(saying, end + 1, ",;:."); /* "the cause is this: ..." */
        named = named_between(saying, end < saying->words.count ? end + 1 : end, next);
    }
    if (named.count > 1)
        named.count = 1;
    bool denied = false;
    for (uint32_t i = begin; i < at; i++)
        denied |= said_has(saying, i, SENSE_NO);
    if (denied)
        return; /* said_acquits() looks at it */
    said_count(saying, named.count > 0, said_plain(saying, at), "blames whom nobody knows");
    blame_all(saying, &named, said_plain(saying, at));
}

/* ---- who was given up ---- */

static bool is_given_up(const struct saying *saying, struct str entity)
{
    for (const struct lead *it = saying->casefile->leads; it; it = it->next)
        if (it->state == LEAD_ABANDONED && str_eq(it->subject, entity))
            return true;
    return false;
}

static bool acquits(const struct saying *saying, uint32_t at)
{
    if (said_is(saying, at, " given "))
        return said_is(saying, at + 1, " up ");
    if (said_is(saying, at, " ruled "))
        return said_is(saying, at + 1, " out ");
    if (said_is(saying, at, " clear "))
        return said_is(saying, at + 1, " of ");
    return said_has(saying, at, SENSE_ACQUIT);
}

static void check_acquittal(struct saying *saying, uint32_t at)
{
    const struct named named = named_between(saying, stop_before(saying, at, ";:."), at);
    if (named.count > 0)
        said_count(saying, is_given_up(saying, named.entities[named.count - 1]),
                   said_plain(saying, at), "acquits whom nobody has acquitted");
}

/* ---- who stands to whom ---- */

static uint32_t place_of(const struct saying *saying, struct str name)
{
    for (uint32_t i = 0; i < saying->words.count; i++)
        if (str_eq(saying->words.items[i].lower, name))
            return i;
    return UINT32_MAX;
}

/* "catalog was refused by gateway" turns it round; "reported by gateway" does not. */
static bool tells_itself(const struct saying *saying, uint32_t one)
{
    if (one == 0 || !said_is(saying, one - 1, " by to in of "))
        return false;
    for (uint32_t back = 1; back <= 5 && back <= one; back++)
        if (said_is(
                saying, one - back,
                " logged reported noted seen complained recorded according log logs told said "))
            return true;
    return false;
}

static void check_complaint(struct saying *saying, const struct facts *facts)
{
    const uint32_t one = place_of(saying, facts->one), other = place_of(saying, facts->other);
    if (one == UINT32_MAX || other == UINT32_MAX || one == other ||
        (other < one && stop_behind(saying, other, ";:.") < one))
        return;
    said_count(saying, one < other || tells_itself(saying, one), facts->other,
               "complains of whom complained of it");
}

/* "what it holds, others wait for" */
static bool others_between(const struct saying *saying, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (said_is(saying, i, " others other sessions processes transactions they everybody "))
            return true;
    return false;
}

/* Whoever holds the lock does not wait for it. */
static void check_holder(struct saying *saying, const struct facts *facts)
{
    for (uint32_t i = 0; i < saying->words.count; i++) {
        if (!said_is(saying, i, " wait waits waited waiting "))
            continue;
        for (uint32_t at = stop_before(saying, i, ",;:."); at < i; at++) {
            const struct word *word = &saying->words.items[at];
            if (word->kind != WORD_STOP && word->lower.len > 3 &&
                str_starts(facts->one, word->lower) && !others_between(saying, at, i))
                said_count(saying, false, word->text, "holds it, and does not wait for it");
        }
    }
}

/* ---- who came first ---- */

/* When what the claim says of the name began; false: it tells no time of it. */
static bool began(const struct facts *facts, struct str name, double *out)
{
    if (!facts_know(facts, name) || facts->evidence->onset_ns == 0)
        return false;
    const int64_t day_ns = (int64_t)86400 * 1000000000;
    *out = (double)(facts->evidence->onset_ns % day_ns) / 1e9;
    if (facts->relation == RELATION_LEADS && str_eq(facts->other, name))
        *out += facts->lead_s;
    return true;
}

/* Whether `one` can have come before `other`: -1 nothing tells, 0 no, 1 yes. */
static int came_before(const struct saying *saying, struct str one, struct str other)
{
    int out = -1;
    for (uint32_t i = 0; i < saying->cited_count; i++)
        for (uint32_t j = 0; j < saying->cited_count; j++) {
            double first, second;
            if (!began(&saying->cited[i], one, &first) ||
                !began(&saying->cited[j], other, &second) ||
                (i == j && saying->cited[i].relation != RELATION_LEADS) ||
                fabs(first - second) < SAME_S)
                continue;
            if (first < second)
                return 1;
            out = 0;
        }
    return out;
}

static struct str name_at(const struct saying *saying, const struct named *named, uint32_t i)
{
    return saying->words.items[named->at[i]].lower;
}

/* "A, five seconds before B"; "A, and five seconds later B"; "A came; B followed" */
static void check_order(struct saying *saying, uint32_t at, bool later)
{
    if (at + 1 < saying->words.count && (saying->words.items[at + 1].kind == WORD_NUMBER ||
                                         saying->words.items[at + 1].kind == WORD_CLOCK))
        return;
    const struct named left = named_between(saying, 0, at);
    const struct named right = named_between(saying, at + 1, stop_behind(saying, at + 1, ",;:."));
    struct str one, other;
    if (left.count > 0 && right.count > 0 && !said_is(saying, at, " later then ")) {
        one = name_at(saying, &left, left.count - 1);
        other = name_at(saying, &right, 0);
        for (uint32_t i = left.count; i > 0 && str_eq(one, other); i--)
            one = name_at(saying, &left, i - 1);
    } else if (left.count > 1) {
        one = name_at(saying, &left, left.count - 1);
        other = one;
        for (uint32_t i = left.count - 1; i > 0 && str_eq(one, other); i--)
            other = name_at(saying, &left, i - 1);
    } else {
        return;
    }
    if (str_eq(one, other))
        return;
    const int right_way = later ? came_before(saying, other, one) : came_before(saying, one, other);
    said_count(saying, right_way != 0, said_plain(saying, at), "is not the order in which it went");
}

static bool some_say(const struct saying *saying, const char *word)
{
    for (uint32_t i = 0; i < saying->cited_count; i++)
        if (str_contains(saying->cited[i].claim, str_of(word)))
            return true;
    return false;
}

/* "came first": before all others that are named; "last": a claim must say so. */
static void check_place(struct saying *saying, uint32_t at)
{
    if (said_is(saying, at, " last lastly ") && !said_is(saying, at + 1, " week month day "))
        said_count(saying, some_say(saying, "last"), said_plain(saying, at),
                   "is not what the claims it cites say");
    if (!said_is(saying, at, " first ") || some_say(saying, "first"))
        return;
    const struct named left = named_between(saying, 0, at);
    const struct named right = named_between(saying, at + 1, saying->words.count);
    if (left.count == 0)
        return;
    for (uint32_t i = 0; i < right.count; i++)
        said_count(saying,
                   came_before(saying, name_at(saying, &left, left.count - 1),
                               name_at(saying, &right, i)) != 0,
                   said_plain(saying, at), "is not the order in which it went");
}

void said_check_order(struct saying *saying)
{
    for (uint32_t at = 0; at < saying->words.count; at++) {
        if (saying->words.items[at].kind != WORD_PLAIN || said_entity(saying, at).len > 0)
            continue;
        if (said_has(saying, at, SENSE_LATER))
            check_order(saying, at, true);
        else if (said_has(saying, at, SENSE_EARLIER))
            check_order(saying, at, false);
        check_place(saying, at);
    }
}

void said_check_relations(struct saying *saying)
{
    for (uint32_t at = 0; at < saying->words.count; at++) {
        if (saying->words.items[at].kind != WORD_PLAIN || said_entity(saying, at).len > 0)
            continue;
        if (is_caused(saying, at) || (is_causing(saying, at) && is_passive(saying, at)))
            check_caused(saying, at);
        else if (is_causing(saying, at) || brings_down(saying, at))
            check_causes(saying, at);
        if (said_has(saying, at, SENSE_BLAME))
            check_blame(saying, at);
        if (acquits(saying, at))
            check_acquittal(saying, at);
    }
    for (uint32_t i = 0; i < saying->cited_count; i++) {
        if (saying->cited[i].relation == RELATION_COMPLAINS)
            check_complaint(saying, &saying->cited[i]);
        if (saying->cited[i].relation == RELATION_HOLDS)
            check_holder(saying, &saying->cited[i]);
    }
}
