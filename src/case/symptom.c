/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of words, the first row that matches wins: what is special stands before what is general,
 * for "slow queries" is about the database and "error rate of the queue" about errors. The alert's
 * name decides if it can, because people name alerts by what they complain about; then its metric,
 * its summary, and last the labels that say what it is about.
 *
 * The name of the alert's own service is no word of a complaint ("queue-front answers late"), but
 * for what it tells about being a database.
 */
#include "case/symptom.h"

#include "base/str.h"

#define TEXT_LEN_MAX 4096 /* who has not said it by then does not say it */

/* Lower case. A blank is one character of no word, or none; `*` lets the word go on. */
static const struct {
    const char *word;
    enum symptom symptom;
} words[] = {
    {"replication", SYMPTOM_DATABASE},
    {"deadlock*", SYMPTOM_DATABASE},
    {"slow quer*", SYMPTOM_DATABASE},
    {"slow statement*", SYMPTOM_DATABASE},
    {"lock wait*", SYMPTOM_DATABASE},
    {"database*", SYMPTOM_DATABASE},
    {"postgres*", SYMPTOM_DATABASE},
    {"mysql*", SYMPTOM_DATABASE},
    {"mariadb*", SYMPTOM_DATABASE},
    {"mongo*", SYMPTOM_DATABASE},

    {"crash*", SYMPTOM_CRASH},
    {"restart*", SYMPTOM_CRASH},
    {"reboot*", SYMPTOM_CRASH},
    {"oom*", SYMPTOM_CRASH},
    {"evict*", SYMPTOM_CRASH},
    {"segfault*", SYMPTOM_CRASH},

    {"error rate*", SYMPTOM_ERRORS},
    {"error ratio*", SYMPTOM_ERRORS},
    {"error budget*", SYMPTOM_ERRORS},
    {"success rate*", SYMPTOM_ERRORS},
    {"success ratio*", SYMPTOM_ERRORS},
    {"5xx", SYMPTOM_ERRORS},
    {"4xx", SYMPTOM_ERRORS},

    {"loop lag", SYMPTOM_LATENCY}, /* an event loop answers late; nothing is queued for long */
    {"backlog*", SYMPTOM_BACKLOG},
    {"queue*", SYMPTOM_BACKLOG},
    {"lag", SYMPTOM_BACKLOG},
    {"lagging", SYMPTOM_BACKLOG},
    {"behind", SYMPTOM_BACKLOG},
    {"unacked*", SYMPTOM_BACKLOG},
    {"pending message*", SYMPTOM_BACKLOG},
    {"too many messages", SYMPTOM_BACKLOG},

    {"scheduler down", SYMPTOM_MISSING}, /* not what it schedules */
    {"unschedul*", SYMPTOM_SCHEDULING},
    {"schedul*", SYMPTOM_SCHEDULING},
    {"pending", SYMPTOM_SCHEDULING},
    {"not ready", SYMPTOM_SCHEDULING},
    {"imagepull*", SYMPTOM_SCHEDULING},
    {"errimage*", SYMPTOM_SCHEDULING},
    {"container waiting", SYMPTOM_SCHEDULING},
    {"replicas mismatch", SYMPTOM_SCHEDULING},
    {"replicas unavailable", SYMPTOM_SCHEDULING},
    {"unavailable replicas", SYMPTOM_SCHEDULING},
    {"missing replica*", SYMPTOM_SCHEDULING},
    {"rollout stuck", SYMPTOM_SCHEDULING},

    {"absent", SYMPTOM_MISSING},
    {"missing", SYMPTOM_MISSING},
    {"no data", SYMPTOM_MISSING},
    {"stale", SYMPTOM_MISSING},
    {"silent", SYMPTOM_MISSING},
    {"heartbeat*", SYMPTOM_MISSING},
    {"no traffic", SYMPTOM_MISSING},

    {"conntrack*", SYMPTOM_SATURATION}, /* a table that runs full, of the network or not */
    {"packet*", SYMPTOM_NETWORK},
    {"retransmi*", SYMPTOM_NETWORK},
    {"network*", SYMPTOM_NETWORK},
    {"dns", SYMPTOM_NETWORK},
    {"unreachab*", SYMPTOM_NETWORK},
    {"connection refused", SYMPTOM_NETWORK},
    {"connection reset*", SYMPTOM_NETWORK},
    {"connections reset", SYMPTOM_NETWORK},

    {"latency", SYMPTOM_LATENCY},
    {"latencies", SYMPTOM_LATENCY},
    {"duration*", SYMPTOM_LATENCY},
    {"response time*", SYMPTOM_LATENCY},
    {"answer time*", SYMPTOM_LATENCY},
    {"slow*", SYMPTOM_LATENCY},
    {"late", SYMPTOM_LATENCY},
    {"percentile", SYMPTOM_LATENCY},
    {"p50", SYMPTOM_LATENCY},
    {"p90", SYMPTOM_LATENCY},
    {"p95", SYMPTOM_LATENCY},
    {"p99", SYMPTOM_LATENCY},
    {"timeout*", SYMPTOM_LATENCY},
    {"timed out", SYMPTOM_LATENCY},

    /* a bare 500 is as likely a bound in milliseconds */
    {"http 50*", SYMPTOM_ERRORS},
    {"status 50*", SYMPTOM_ERRORS},
    {"502", SYMPTOM_ERRORS},
    {"503", SYMPTOM_ERRORS},
    {"504", SYMPTOM_ERRORS},
    {"error*", SYMPTOM_ERRORS},
    {"errs", SYMPTOM_ERRORS},
    {"fail*", SYMPTOM_ERRORS},
    {"exception*", SYMPTOM_ERRORS},
    {"availability", SYMPTOM_ERRORS},
    {"unavailab*", SYMPTOM_ERRORS},
    {"success*", SYMPTOM_ERRORS},

    {"cpu", SYMPTOM_SATURATION},
    {"memory", SYMPTOM_SATURATION},
    {"heap", SYMPTOM_SATURATION},
    {"swap", SYMPTOM_SATURATION},
    {"disk*", SYMPTOM_SATURATION},
    {"filesystem*", SYMPTOM_SATURATION},
    {"inode*", SYMPTOM_SATURATION},
    {"out of space", SYMPTOM_SATURATION},
    {"filling*", SYMPTOM_SATURATION},
    {"file descriptor*", SYMPTOM_SATURATION},
    {"connections", SYMPTOM_SATURATION},
    {"pool*", SYMPTOM_SATURATION},
    {"throttl*", SYMPTOM_SATURATION},
    {"saturat*", SYMPTOM_SATURATION},
    {"exhaust*", SYMPTOM_SATURATION},
    {"quota*", SYMPTOM_SATURATION},
    {"maxed out", SYMPTOM_SATURATION},
    {"overload*", SYMPTOM_SATURATION},
    {"full", SYMPTOM_SATURATION},

    {"down", SYMPTOM_MISSING}, /* what is scraped answers no more */

    /* last: whoever complains of anything else as well means that */
    {"traffic", SYMPTOM_TRAFFIC},
    {"throughput", SYMPTOM_TRAFFIC},
    {"request rate*", SYMPTOM_TRAFFIC},
    {"request volume*", SYMPTOM_TRAFFIC},
    {"request count*", SYMPTOM_TRAFFIC},
    {"requests per *", SYMPTOM_TRAFFIC},
    {"more requests", SYMPTOM_TRAFFIC},
    {"many requests", SYMPTOM_TRAFFIC},
    {"requests many", SYMPTOM_TRAFFIC},
    {"requests high", SYMPTOM_TRAFFIC},
    {"high requests", SYMPTOM_TRAFFIC},
    {"rps", SYMPTOM_TRAFFIC},
    {"qps", SYMPTOM_TRAFFIC},
};

const char *symptom_name(enum symptom symptom)
{
    static const char *const names[] = {
#define X(id, name, text) #name,
        SYMPTOMS(X)
#undef X
    };
    return names[symptom];
}

const char *symptom_text(enum symptom symptom)
{
    static const char *const texts[] = {
#define X(id, name, text) text,
        SYMPTOMS(X)
#undef X
    };
    return texts[symptom];
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c);
}

/* "HTTP5xxRatioHigh" has the words HTTP, 5xx, Ratio and High; "p99" begins one at each end. */
static bool starts_word(struct str text, size_t at)
{
    if (at == 0 || !is_word_char(text.ptr[at - 1]))
        return true;
    const char before = text.ptr[at - 1], c = text.ptr[at];
    if (is_digit(c))
        return !is_digit(before);
    const char after = at + 1 < text.len ? text.ptr[at + 1] : '\0';
    return is_upper(c) && (!is_upper(before) || (is_word_char(after) && !is_upper(after)));
}

static bool ends_word(struct str text, size_t at)
{
    return at >= text.len || !is_word_char(text.ptr[at]) || starts_word(text, at);
}

/* How long the word is in the text there; 0: it does not stand there. */
static size_t match_len(struct str text, size_t at, struct str word)
{
    const size_t from = at;
    const bool goes_on = str_ends(word, STR("*"));
    for (size_t i = 0; i < word.len - goes_on; i++) {
        if (!is_word_char(word.ptr[i])) {
            if (at < text.len && !is_word_char(text.ptr[at]))
                at++;
        } else if (at >= text.len || lower(text.ptr[at++]) != lower(word.ptr[i])) {
            return 0;
        }
    }
    return goes_on || ends_word(text, at) ? at - from : 0;
}

/* Whether this place lies within the name of the service, however that is spelled. */
static bool is_in_name(struct str text, size_t at, struct str service)
{
    for (size_t from = at > service.len ? at - service.len : 0; from <= at && service.len > 0;
         from++)
        if (starts_word(text, from) && from + match_len(text, from, service) > at)
            return true;
    return false;
}

static bool has_word(struct str text, struct str word, struct str service)
{
    for (size_t at = 0; at < text.len; at++)
        if (starts_word(text, at) && match_len(text, at, word) > 0 &&
            !is_in_name(text, at, service))
            return true;
    return false;
}

static enum symptom symptom_of_text(struct str text, struct str service)
{
    text = str_slice(text, 0, TEXT_LEN_MAX);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const enum symptom symptom = words[i].symptom;
        if (has_word(text, str_of(words[i].word), symptom == SYMPTOM_DATABASE ? STR("") : service))
            return symptom;
    }
    return SYMPTOM_UNKNOWN;
}

/* Labels that say what an alert is about. All others say where it comes from, or whom to ask. */
static bool says_what(struct str label)
{
    static const char *const names[] = {"description", "message", "title", "reason",
                                        "category",    "type",    "check", "symptom"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(label, str_of(names[i])))
            return true;
    return false;
}

enum symptom symptom_of_alert(const struct alert *alert)
{
    const struct str said[] = {alert->name, alert_label(alert, "metric"), alert->summary};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const enum symptom symptom = symptom_of_text(said[i], alert->service);
        if (symptom != SYMPTOM_UNKNOWN)
            return symptom;
    }
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        if (!says_what(alert->labels[i].name))
            continue;
        const enum symptom symptom = symptom_of_text(alert->labels[i].value, alert->service);
        if (symptom != SYMPTOM_UNKNOWN)
            return symptom;
    }
    return SYMPTOM_UNKNOWN;
}
