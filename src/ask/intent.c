/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each intent has words, each of them a weight: how surely somebody who says it is after that. They
 * are added, and the most wins; of equals, the first of the table. Words are beginnings of words,
 * so that "rolled" and "rollback" are both found by "roll".
 */
#include "ask/intent.h"

#include "base/arena.h"
#include "base/map.h"

#include <string.h>

#define NAMES_MAX 512 /* of a case that are looked for in a question */

static const char *const names[] = {
#define X(id, name, text) #name,
    INTENTS(X)
#undef X
};

static const char *const examples[] = {
#define X(id, name, text) text,
    INTENTS(X)
#undef X
};

const char *intent_name(enum intent intent)
{
    return names[intent];
}

const char *intent_example(enum intent intent)
{
    return examples[intent];
}

static const struct {
    enum intent intent;
    int weight;
    const char *words; /* "a b" stand beside each other; * ends a beginning, as all do */
} table[] = {
    {INTENT_CAUSE, 4, "root cause"},
    {INTENT_CAUSE, 3, "cause"},
    {INTENT_CAUSE, 3, "culprit"},
    {INTENT_CAUSE, 3, "at fault"},
    {INTENT_CAUSE, 3, "to blame"},
    {INTENT_CAUSE, 3, "what happened"},
    {INTENT_CAUSE, 3, "what is wrong"},
    {INTENT_CAUSE, 3, "what s wrong"},
    {INTENT_CAUSE, 3, "what went wrong"},
    {INTENT_CAUSE, 3, "what is going on"},
    {INTENT_CAUSE, 3, "where is the"},
    {INTENT_CAUSE, 3, "kind of fault"},
    {INTENT_CAUSE, 2, "fault"},
    {INTENT_CAUSE, 2, "broke"},
    {INTENT_CAUSE, 2, "responsible"},
    {INTENT_CAUSE, 2, "summar"},
    {INTENT_CAUSE, 2, "verdict"},
    {INTENT_CAUSE, 2, "diagnos"},
    {INTENT_CAUSE, 2, "problem"},
    {INTENT_WHEN, 4, "when"},
    {INTENT_WHEN, 4, "since when"},
    {INTENT_WHEN, 3, "how long"},
    {INTENT_WHEN, 3, "what time"},
    {INTENT_WHEN, 2, "onset"},
    {INTENT_WHY, 3, "why"},
    {INTENT_WHY, 3, "how come"},
    {INTENT_WHY, 4, "evidence"},
    {INTENT_WHY, 4, "proof"},
    {INTENT_WHY, 3, "speaks for"},
    {INTENT_WHY, 3, "what makes you"},
    {INTENT_CHANGE, 5, "chang"},
    {INTENT_CHANGE, 5, "deploy"},
    {INTENT_CHANGE, 5, "commit"},
    {INTENT_CHANGE, 5, "rollout"},
    {INTENT_CHANGE, 5, "release"},
    {INTENT_CHANGE, 4, "setting"},
    {INTENT_CHANGE, 4, "configur"},
    {INTENT_CHANGE, 4, "feature flag"},
    {INTENT_CHANGE, 3, "author"},
    {INTENT_CHANGE, 3, "push"},
    {INTENT_CHANGE, 3, "version"},
    {INTENT_CHANGE, 3, "upgrade"},
    {INTENT_CHANGE, 3, "merged"},
    {INTENT_CHANGE, 3, "diff"},
    {INTENT_AFFECTED, 4, "affect"},
    {INTENT_AFFECTED, 4, "impact"},
    {INTENT_AFFECTED, 4, "how bad"},
    {INTENT_AFFECTED, 4, "suffer"},
    {INTENT_AFFECTED, 4, "blast radius"},
    {INTENT_AFFECTED, 3, "severe"},
    {INTENT_AFFECTED, 3, "severity"},
    {INTENT_AFFECTED, 3, "customer"},
    {INTENT_AFFECTED, 3, "users"},
    {INTENT_NOISE, 5, "false alarm"},
    {INTENT_NOISE, 5, "false positive"},
    {INTENT_NOISE, 5, "noise"},
    {INTENT_NOISE, 4, "noisy"},
    {INTENT_NOISE, 4, "ignore this alert"},
    {INTENT_NOISE, 4, "really broken"},
    {INTENT_ACT, 5, "what to do"},
    {INTENT_ACT, 5, "should i do"},
    {INTENT_ACT, 5, "should be done"},
    {INTENT_ACT, 5, "can i do"},
    {INTENT_ACT, 5, "do now"},
    {INTENT_ACT, 5, "next step"},
    {INTENT_ACT, 6, "roll back"},
    {INTENT_ACT, 6, "rollback"},
    {INTENT_ACT, 6, "revert"},
    {INTENT_ACT, 5, "mitigat"},
    {INTENT_ACT, 4, "fix"},
    {INTENT_ACT, 4, "repair"},
    {INTENT_ACT, 4, "resolve"},
    {INTENT_ACT, 4, "command"},
    {INTENT_ACT, 3, "stop it"},
    {INTENT_PREVENT, 7, "prevent"},
    {INTENT_PREVENT, 7, "never again"},
    {INTENT_PREVENT, 6, "not happen again"},
    {INTENT_PREVENT, 6, "come back"},
    {INTENT_PREVENT, 5, "avoid"},
    {INTENT_PREVENT, 5, "in the future"},
    {INTENT_ERRORS, 5, "error"},
    {INTENT_ERRORS, 5, "exception"},
    {INTENT_ERRORS, 5, "stack trace"},
    {INTENT_ERRORS, 4, "log"},
    {INTENT_ERRORS, 3, "throw"},
    {INTENT_MEASURES, 5, "latency"},
    {INTENT_MEASURES, 5, "how slow"},
    {INTENT_MEASURES, 5, "how many requests"},
    {INTENT_MEASURES, 4, "slow"},
    {INTENT_MEASURES, 4, "requests"},
    {INTENT_MEASURES, 4, "cpu"},
    {INTENT_MEASURES, 4, "processor"},
    {INTENT_MEASURES, 4, "memory"},
    {INTENT_MEASURES, 4, "disk"},
    {INTENT_MEASURES, 4, "traffic"},
    {INTENT_MEASURES, 4, "connections"},
    {INTENT_MEASURES, 4, "metric"},
    {INTENT_MEASURES, 4, "pool"},
    {INTENT_MEASURES, 3, "response time"},
    {INTENT_SEEN, 3, "before"},
    {INTENT_SEEN, 4, "happened before"},
    {INTENT_SEEN, 5, "seen"},
    {INTENT_SEEN, 6, "last time"},
    {INTENT_SEEN, 5, "again"},
    {INTENT_SEEN, 5, "similar"},
    {INTENT_SEEN, 5, "past incident"},
    {INTENT_SEEN, 5, "recurr"},
    {INTENT_SURE, 6, "how sure"},
    {INTENT_SURE, 6, "how certain"},
    {INTENT_SURE, 6, "confiden"},
    {INTENT_SURE, 5, "probab"},
    {INTENT_SURE, 4, "certain"},
    {INTENT_AGAINST, 7, "against"},
    {INTENT_AGAINST, 6, "contradict"},
    {INTENT_AGAINST, 5, "counter"},
    {INTENT_WHY_NOT, 8, "why not"},
    {INTENT_WHY_NOT, 8, "why isn"},
    {INTENT_WHY_NOT, 8, "why is it not"},
    {INTENT_WHY_NOT, 7, "could it be"},
    {INTENT_WHY_NOT, 7, "is it the"},
    {INTENT_WHY_NOT, 5, "is it"},
    {INTENT_WHY_NOT, 5, "was it"},
    {INTENT_WHY_NOT, 5, "to blame"},
    {INTENT_WHY_NOT, 5, "innocent"},
    {INTENT_RULED_OUT, 8, "ruled out"},
    {INTENT_RULED_OUT, 8, "rule out"},
    {INTENT_RULED_OUT, 7, "excluded"},
    {INTENT_RULED_OUT, 7, "given up"},
    {INTENT_RULED_OUT, 7, "dead end"},
    {INTENT_RULED_OUT, 6, "hypothes"},
    {INTENT_RULED_OUT, 6, "alternativ"},
    {INTENT_UNKNOWN, 6, "not know"},
    {INTENT_UNKNOWN, 6, "unknown"},
    {INTENT_UNKNOWN, 6, "unclear"},
    {INTENT_UNKNOWN, 5, "missing"},
    {INTENT_UNKNOWN, 5, "gap"},
    {INTENT_UNKNOWN, 5, "would settle"},
    {INTENT_UNKNOWN, 4, "blind"},
    {INTENT_STEPS, 6, "find out"},
    {INTENT_STEPS, 6, "found out"},
    {INTENT_STEPS, 6, "which steps"},
    {INTENT_STEPS, 6, "how did you"},
    {INTENT_STEPS, 6, "what did you check"},
    {INTENT_STEPS, 5, "investigated"},
    {INTENT_STEPS, 5, "runbook"},
    {INTENT_STEPS, 5, "what was checked"},
    {INTENT_ALERT, 5, "alert"},
    {INTENT_ALERT, 4, "page"},
    {INTENT_CALLS, 7, "who calls"},
    {INTENT_CALLS, 7, "depend"},
    {INTENT_CALLS, 6, "upstream"},
    {INTENT_CALLS, 6, "downstream"},
    {INTENT_CALLS, 6, "callers"},
    {INTENT_CALLS, 6, "topology"},
    {INTENT_CALLS, 4, "call"},
    {INTENT_TIMELINE, 8, "timeline"},
    {INTENT_TIMELINE, 7, "chronolog"},
    {INTENT_TIMELINE, 5, "sequence"},
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

static enum intent likeliest(const int *scores)
{
    enum intent best = INTENT_NONE;
    for (int i = 0; i < INTENT_NONE; i++)
        if (scores[i] > (best == INTENT_NONE ? 0 : scores[best]))
            best = (enum intent)i;
    return best;
}

struct asked_for intent_of(struct arena *arena, struct str question,
                           const struct casefile *casefile)
{
    struct asked_for out = {.intent = INTENT_NONE};
    struct naming naming = {.arena = arena,
                            .text = normalised(arena, str_slice(question, 0, QUESTION_BYTES_MAX)),
                            .names = map_new(arena),
                            .out = &out};
    int scores[INTENTS_COUNT] = {0};
    find_named(&naming, casefile);
    out.evidence_id = cited(naming.text, casefile);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (has(arena, naming.text, table[i].words))
            scores[table[i].intent] += table[i].weight;
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (has(arena, naming.text, measures[i].words))
            out.findings |= measures[i].findings;
    if (out.named_count == 0) { /* "why not" wants somebody, and so does "who calls" */
        scores[INTENT_WHY_NOT] = 0;
        scores[INTENT_CALLS] = 0;
    }
    out.intent = out.evidence_id > 0 ? INTENT_EVIDENCE : likeliest(scores);
    if (out.intent == INTENT_NONE && out.named_count > 0)
        out.intent = INTENT_ABOUT;
    return out;
}
