/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each aim has words, each of them a weight: how surely somebody who says it is after that. They
 * are added, and the most wins; of equals, the first of the table. Words are beginnings of words,
 * so that "rolled" and "rollback" are both found by "roll".
 */
#include "ask/aim.h"

#include "base/arena.h"
#include "base/map.h"

#include <string.h>

#define NAMES_MAX 512 /* of a case that are looked for in a question */

static const char *const names[] = {
#define X(id, name, text) #name,
    AIMS(X)
#undef X
};

static const char *const examples[] = {
#define X(id, name, text) text,
    AIMS(X)
#undef X
};

const char *aim_name(enum aim aim)
{
    return names[aim];
}

const char *aim_example(enum aim aim)
{
    return examples[aim];
}

static const struct {
    enum aim aim;
    int weight;
    const char *words; /* "a b" stand beside each other; * ends a beginning, as all do */
} table[] = {
    {AIM_CAUSE, 4, "root cause"},
    {AIM_CAUSE, 3, "cause"},
    {AIM_CAUSE, 3, "culprit"},
    {AIM_CAUSE, 3, "at fault"},
    {AIM_CAUSE, 3, "to blame"},
    {AIM_CAUSE, 3, "what happened"},
    {AIM_CAUSE, 3, "what is wrong"},
    {AIM_CAUSE, 3, "what s wrong"},
    {AIM_CAUSE, 3, "what went wrong"},
    {AIM_CAUSE, 3, "what is going on"},
    {AIM_CAUSE, 3, "where is the"},
    {AIM_CAUSE, 3, "kind of fault"},
    {AIM_CAUSE, 2, "fault"},
    {AIM_CAUSE, 2, "broke"},
    {AIM_CAUSE, 2, "responsible"},
    {AIM_CAUSE, 2, "summar"},
    {AIM_CAUSE, 2, "verdict"},
    {AIM_CAUSE, 2, "diagnos"},
    {AIM_CAUSE, 2, "problem"},
    {AIM_WHEN, 4, "when"},
    {AIM_WHEN, 4, "since when"},
    {AIM_WHEN, 3, "how long"},
    {AIM_WHEN, 3, "what time"},
    {AIM_WHEN, 2, "onset"},
    {AIM_WHY, 3, "why"},
    {AIM_WHY, 3, "how come"},
    {AIM_WHY, 4, "evidence"},
    {AIM_WHY, 4, "proof"},
    {AIM_WHY, 3, "speaks for"},
    {AIM_WHY, 3, "what makes you"},
    {AIM_CHANGE, 5, "chang"},
    {AIM_CHANGE, 5, "deploy"},
    {AIM_CHANGE, 5, "commit"},
    {AIM_CHANGE, 5, "rollout"},
    {AIM_CHANGE, 5, "release"},
    {AIM_CHANGE, 4, "setting"},
    {AIM_CHANGE, 4, "configur"},
    {AIM_CHANGE, 4, "feature flag"},
    {AIM_CHANGE, 3, "author"},
    {AIM_CHANGE, 3, "push"},
    {AIM_CHANGE, 3, "version"},
    {AIM_CHANGE, 3, "upgrade"},
    {AIM_CHANGE, 3, "merged"},
    {AIM_CHANGE, 3, "diff"},
    {AIM_AFFECTED, 4, "affect"},
    {AIM_AFFECTED, 4, "impact"},
    {AIM_AFFECTED, 4, "how bad"},
    {AIM_AFFECTED, 4, "suffer"},
    {AIM_AFFECTED, 4, "blast radius"},
    {AIM_AFFECTED, 3, "severe"},
    {AIM_AFFECTED, 3, "severity"},
    {AIM_AFFECTED, 3, "customer"},
    {AIM_AFFECTED, 3, "users"},
    {AIM_NOISE, 5, "false alarm"},
    {AIM_NOISE, 5, "false positive"},
    {AIM_NOISE, 5, "noise"},
    {AIM_NOISE, 4, "noisy"},
    {AIM_NOISE, 4, "ignore this alert"},
    {AIM_NOISE, 4, "really broken"},
    {AIM_ACT, 5, "what to do"},
    {AIM_ACT, 5, "should i do"},
    {AIM_ACT, 5, "should be done"},
    {AIM_ACT, 5, "can i do"},
    {AIM_ACT, 5, "do now"},
    {AIM_ACT, 5, "next step"},
    {AIM_ACT, 6, "roll back"},
    {AIM_ACT, 6, "rollback"},
    {AIM_ACT, 6, "revert"},
    {AIM_ACT, 5, "mitigat"},
    {AIM_ACT, 4, "fix"},
    {AIM_ACT, 4, "repair"},
    {AIM_ACT, 4, "resolve"},
    {AIM_ACT, 4, "command"},
    {AIM_ACT, 3, "stop it"},
    {AIM_PREVENT, 7, "prevent"},
    {AIM_PREVENT, 7, "never again"},
    {AIM_PREVENT, 6, "not happen again"},
    {AIM_PREVENT, 6, "come back"},
    {AIM_PREVENT, 5, "avoid"},
    {AIM_PREVENT, 5, "in the future"},
    {AIM_ERRORS, 5, "error"},
    {AIM_ERRORS, 5, "exception"},
    {AIM_ERRORS, 5, "stack trace"},
    {AIM_ERRORS, 4, "log"},
    {AIM_ERRORS, 3, "throw"},
    {AIM_MEASURES, 5, "latency"},
    {AIM_MEASURES, 5, "how slow"},
    {AIM_MEASURES, 5, "how many requests"},
    {AIM_MEASURES, 4, "slow"},
    {AIM_MEASURES, 4, "requests"},
    {AIM_MEASURES, 4, "cpu"},
    {AIM_MEASURES, 4, "processor"},
    {AIM_MEASURES, 4, "memory"},
    {AIM_MEASURES, 4, "disk"},
    {AIM_MEASURES, 4, "traffic"},
    {AIM_MEASURES, 4, "connections"},
    {AIM_MEASURES, 4, "metric"},
    {AIM_MEASURES, 4, "pool"},
    {AIM_MEASURES, 3, "response time"},
    {AIM_SEEN, 3, "before"},
    {AIM_SEEN, 4, "happened before"},
    {AIM_SEEN, 5, "seen"},
    {AIM_SEEN, 6, "last time"},
    {AIM_SEEN, 5, "again"},
    {AIM_SEEN, 5, "similar"},
    {AIM_SEEN, 5, "past incident"},
    {AIM_SEEN, 5, "recurr"},
    {AIM_SURE, 6, "how sure"},
    {AIM_SURE, 6, "how certain"},
    {AIM_SURE, 6, "confiden"},
    {AIM_SURE, 5, "probab"},
    {AIM_SURE, 4, "certain"},
    {AIM_AGAINST, 7, "against"},
    {AIM_AGAINST, 6, "contradict"},
    {AIM_AGAINST, 5, "counter"},
    {AIM_WHY_NOT, 8, "why not"},
    {AIM_WHY_NOT, 8, "why isn"},
    {AIM_WHY_NOT, 8, "why is it not"},
    {AIM_WHY_NOT, 7, "could it be"},
    {AIM_WHY_NOT, 7, "is it the"},
    {AIM_WHY_NOT, 5, "is it"},
    {AIM_WHY_NOT, 5, "was it"},
    {AIM_WHY_NOT, 5, "to blame"},
    {AIM_WHY_NOT, 5, "innocent"},
    {AIM_RULED_OUT, 8, "ruled out"},
    {AIM_RULED_OUT, 8, "rule out"},
    {AIM_RULED_OUT, 7, "excluded"},
    {AIM_RULED_OUT, 7, "given up"},
    {AIM_RULED_OUT, 7, "dead end"},
    {AIM_RULED_OUT, 6, "hypothes"},
    {AIM_RULED_OUT, 6, "alternativ"},
    {AIM_UNKNOWN, 6, "not know"},
    {AIM_UNKNOWN, 6, "unknown"},
    {AIM_UNKNOWN, 6, "unclear"},
    {AIM_UNKNOWN, 5, "missing"},
    {AIM_UNKNOWN, 5, "gap"},
    {AIM_UNKNOWN, 5, "would settle"},
    {AIM_UNKNOWN, 4, "blind"},
    {AIM_STEPS, 6, "find out"},
    {AIM_STEPS, 6, "found out"},
    {AIM_STEPS, 6, "which steps"},
    {AIM_STEPS, 6, "how did you"},
    {AIM_STEPS, 6, "what did you check"},
    {AIM_STEPS, 5, "investigated"},
    {AIM_STEPS, 5, "runbook"},
    {AIM_STEPS, 5, "what was checked"},
    {AIM_ALERT, 5, "alert"},
    {AIM_ALERT, 4, "page"},
    {AIM_CALLS, 7, "who calls"},
    {AIM_CALLS, 7, "depend"},
    {AIM_CALLS, 6, "upstream"},
    {AIM_CALLS, 6, "downstream"},
    {AIM_CALLS, 6, "callers"},
    {AIM_CALLS, 6, "topology"},
    {AIM_CALLS, 4, "call"},
    {AIM_TIMELINE, 8, "timeline"},
    {AIM_TIMELINE, 7, "chronolog"},
    {AIM_TIMELINE, 5, "sequence"},
};

#define BIT(finding) (UINT64_C(1) << FINDING_##finding)

static const struct {
    const char *words;
    uint64_t findings;
} measures[] = {
    {"cpu", BIT(CPU)},
    {"processor", BIT(CPU)},
    {"memory", BIT(MEMORY)},
    {"disk", BIT(DISK)},
    {"network", BIT(NETWORK)},
    {"connection", BIT(CONNECTIONS)},
    {"pool", BIT(CONNECTIONS)},
    {"traffic", BIT(TRAFFIC)},
    {"requests", BIT(TRAFFIC) | BIT(ERRORS) | BIT(SPAN_ERRORS) | BIT(IMPACT)},
    {"latency", BIT(LATENCY) | BIT(SELF_TIME) | BIT(EDGE_GAP) | BIT(IMPACT)},
    {"slow", BIT(LATENCY) | BIT(SELF_TIME) | BIT(EDGE_GAP) | BIT(IMPACT) | BIT(QUERIES)},
    {"response time", BIT(LATENCY) | BIT(SELF_TIME) | BIT(EDGE_GAP) | BIT(IMPACT)},
};

/* " what s wrong with orders db ": so that a beginning of a word is " wro". */
static struct str normalised(struct arena *arena, struct str question)
{
    struct buf out = buf_new(arena);
    buf_add_char(&out, ' ');
    for (size_t i = 0; i < question.len; i++) {
        const char c = question.ptr[i];
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                               (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
        if (is_letter)
            buf_add_char(&out, c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c);
        else if (out.ptr[out.len - 1] != ' ')
            buf_add_char(&out, ' ');
    }
    if (out.ptr[out.len - 1] != ' ')
        buf_add_char(&out, ' ');
    return buf_str(&out);
}

/* ---- who is named ---- */

struct span {
    size_t from, to;
};

struct naming {
    struct arena *arena;
    struct str text;
    struct map names;             /* of the case */
    struct span spans[NAMED_MAX]; /* of each that is named */
    struct asked_for *out;
};

/* As a whole: "order" is not named by "orders". */
static struct span span_of(struct naming *naming, struct str name)
{
    const struct str wanted = normalised(naming->arena, name);
    const size_t at = wanted.len > 2 ? str_find(naming->text, wanted) : STR_NPOS;
    return (struct span){.from = at, .to = at == STR_NPOS ? at : at + wanted.len};
}

static bool lies_in(struct span inner, struct span outer)
{
    return inner.from >= outer.from && inner.to <= outer.to;
}

static void remove_named(struct naming *naming, uint32_t at)
{
    struct asked_for *out = naming->out;
    out->named_count--;
    for (uint32_t i = at; i < out->named_count; i++) {
        naming->spans[i] = naming->spans[i + 1];
        out->named[i] = out->named[i + 1];
    }
}

/* In the order of the question; "orders-db" is one name, and not that of orders. */
static void add_named(struct naming *naming, struct str name)
{
    struct asked_for *out = naming->out;
    const struct span span = span_of(naming, name);
    if (span.from == STR_NPOS)
        return;
    for (uint32_t i = out->named_count; i-- > 0;) {
        if (lies_in(span, naming->spans[i]))
            return;
        if (lies_in(naming->spans[i], span))
            remove_named(naming, i);
    }
    if (out->named_count == NAMED_MAX)
        return;
    uint32_t i = out->named_count++;
    for (; i > 0 && naming->spans[i - 1].from > span.from; i--) {
        naming->spans[i] = naming->spans[i - 1];
        out->named[i] = out->named[i - 1];
    }
    naming->spans[i] = span;
    out->named[i] = name;
}

static void find_named(struct naming *naming, const struct casefile *casefile)
{
    struct map *all = &naming->names;
    for (uint32_t i = 0; i < casefile->topology.nodes.count && all->count < NAMES_MAX; i++)
        map_add(all, casefile->topology.nodes.keys[i]);
    for (const struct evidence *it = casefile->evidence; it && all->count < NAMES_MAX;
         it = it->next)
        if (it->subject.len > 0)
            map_add(all, it->subject);
    for (const struct hypothesis *it = casefile->hypotheses; it && all->count < NAMES_MAX;
         it = it->next)
        map_add(all, it->subject);
    for (uint32_t i = 0; i < all->count; i++)
        add_named(naming, all->keys[i]);
}

/* " e21 ": the number of a piece of evidence that there is. */
static uint32_t cited(struct str text, const struct casefile *casefile)
{
    for (size_t i = 0; i + 2 < text.len; i++) {
        uint32_t id = 0;
        size_t at = i + 2;
        if (text.ptr[i] != ' ' || text.ptr[i + 1] != 'e')
            continue;
        while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9' && at < i + 8)
            id = id * 10 + (uint32_t)(text.ptr[at++] - '0');
        if (at > i + 2 && at < text.len && text.ptr[at] == ' ' && casefile_find(casefile, id))
            return id;
    }
    return 0;
}

/* ---- what it is after ---- */

static bool has(struct arena *arena, struct str text, const char *words)
{
    return str_contains(text, str_printf(arena, " %s", words));
}

static enum aim likeliest(const int *scores)
{
    enum aim best = AIM_NONE;
    for (int i = 0; i < AIM_NONE; i++)
        if (scores[i] > (best == AIM_NONE ? 0 : scores[best]))
            best = (enum aim)i;
    return best;
}

struct asked_for aim_of(struct arena *arena, struct str question, const struct casefile *casefile)
{
    struct asked_for out = {.aim = AIM_NONE};
    struct naming naming = {.arena = arena,
                            .text = normalised(arena, str_slice(question, 0, QUESTION_BYTES_MAX)),
                            .names = map_new(arena),
                            .out = &out};
    int scores[AIMS_COUNT] = {0};
    find_named(&naming, casefile);
    out.evidence_id = cited(naming.text, casefile);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (has(arena, naming.text, table[i].words))
            scores[table[i].aim] += table[i].weight;
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (has(arena, naming.text, measures[i].words))
            out.findings |= measures[i].findings;
    if (out.named_count == 0) { /* "why not" wants somebody, and so does "who calls" */
        scores[AIM_WHY_NOT] = 0;
        scores[AIM_CALLS] = 0;
    }
    out.aim = out.evidence_id > 0 ? AIM_EVIDENCE : likeliest(scores);
    if (out.aim == AIM_NONE && out.named_count > 0)
        out.aim = AIM_ABOUT;
    return out;
}
