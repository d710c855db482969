/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of words, the first row that matches wins: what is special stands before what is general,
 * for "slow queries" is about the database and "error rate of the queue" about errors. The alert's
 * name decides if it can, because people name alerts by what they complain about; then its metric,
 * its summary, and last all other labels.
 */
#include "case/symptom.h"

#include <string.h>

static const struct {
    const char *word; /* in lower case; letters and digits around it may not go on, unless `*` */
    enum symptom symptom;
} words[] = {
    {"crashloop*", SYMPTOM_CRASH},
    {"crashing", SYMPTOM_CRASH},
    {"crashed", SYMPTOM_CRASH},
    {"crash*", SYMPTOM_CRASH},
    {"restart*", SYMPTOM_CRASH},
    {"oom*", SYMPTOM_CRASH},
    {"unschedul*", SYMPTOM_SCHEDULING},
    {"failedscheduling", SYMPTOM_SCHEDULING},
    {"schedul*", SYMPTOM_SCHEDULING},
    {"pending", SYMPTOM_SCHEDULING},
    {"imagepull*", SYMPTOM_SCHEDULING},
    {"backlog*", SYMPTOM_BACKLOG},
    {"queue*", SYMPTOM_BACKLOG},
    {"lag", SYMPTOM_BACKLOG},
    {"absent", SYMPTOM_MISSING},
    {"missing", SYMPTOM_MISSING},
    {"no data", SYMPTOM_MISSING},
    {"nodata", SYMPTOM_MISSING},
    {"stale", SYMPTOM_MISSING},
    {"silent", SYMPTOM_MISSING},
    {"heartbeat*", SYMPTOM_MISSING},
    {"target down", SYMPTOM_MISSING},
    {"deadlock*", SYMPTOM_DATABASE},
    {"slow quer*", SYMPTOM_DATABASE},
    {"slow statement*", SYMPTOM_DATABASE},
    {"replication", SYMPTOM_DATABASE},
    {"lock wait*", SYMPTOM_DATABASE},
    {"database*", SYMPTOM_DATABASE},
    {"postgres*", SYMPTOM_DATABASE},
    {"mysql*", SYMPTOM_DATABASE},
    {"mongo*", SYMPTOM_DATABASE},
    {"packet*", SYMPTOM_NETWORK},
    {"retransmi*", SYMPTOM_NETWORK},
    {"network*", SYMPTOM_NETWORK},
    {"dns", SYMPTOM_NETWORK},
    {"unreachable", SYMPTOM_NETWORK},
    {"connection refused", SYMPTOM_NETWORK},
    {"latency", SYMPTOM_LATENCY},
    {"latencies", SYMPTOM_LATENCY},
    {"duration*", SYMPTOM_LATENCY},
    {"response time*", SYMPTOM_LATENCY},
    {"slow*", SYMPTOM_LATENCY},
    {"p99", SYMPTOM_LATENCY},
    {"p95", SYMPTOM_LATENCY},
    {"p90", SYMPTOM_LATENCY},
    {"timeout*", SYMPTOM_LATENCY},
    {"5xx", SYMPTOM_ERRORS},
    {"4xx", SYMPTOM_ERRORS},
    {"500", SYMPTOM_ERRORS},
    {"502", SYMPTOM_ERRORS},
    {"503", SYMPTOM_ERRORS},
    {"504", SYMPTOM_ERRORS},
    {"error*", SYMPTOM_ERRORS},
    {"fail*", SYMPTOM_ERRORS},
    {"exception*", SYMPTOM_ERRORS},
    {"availability", SYMPTOM_ERRORS},
    {"success*", SYMPTOM_ERRORS},
    {"cpu", SYMPTOM_SATURATION},
    {"memory", SYMPTOM_SATURATION},
    {"disk*", SYMPTOM_SATURATION},
    {"filesystem*", SYMPTOM_SATURATION},
    {"inode*", SYMPTOM_SATURATION},
    {"connections", SYMPTOM_SATURATION},
    {"pool*", SYMPTOM_SATURATION},
    {"throttl*", SYMPTOM_SATURATION},
    {"saturat*", SYMPTOM_SATURATION},
    {"exhaust*", SYMPTOM_SATURATION},
    {"quota*", SYMPTOM_SATURATION},
    {"down", SYMPTOM_ERRORS},
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

static bool is_word_char(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* "HighErrorRate" has the words High, Error and Rate; "p99" is one. */
static bool starts_word(struct str text, size_t at)
{
    if (at == 0 || !is_word_char(text.ptr[at - 1]))
        return true;
    if (is_upper(text.ptr[at]))
        return !is_upper(text.ptr[at - 1]) ||
               (at + 1 < text.len && is_word_char(text.ptr[at + 1]) && !is_upper(text.ptr[at + 1]));
    return false;
}

static bool ends_word(struct str text, size_t at)
{
    return at >= text.len || !is_word_char(text.ptr[at]) ||
           (is_upper(text.ptr[at]) && !is_upper(text.ptr[at - 1]));
}

/* A blank in the word stands for any one character that is in no word, or for none: "SlowQuery". */
static bool matches_at(struct str text, size_t at, const char *word)
{
    for (; *word && *word != '*'; word++) {
        if (*word == ' ') {
            if (at < text.len && !is_word_char(text.ptr[at]))
                at++;
        } else if (at >= text.len || lower(text.ptr[at++]) != *word) {
            return false;
        }
    }
    return *word == '*' || ends_word(text, at);
}

static bool has_word(struct str text, const char *word)
{
    for (size_t at = 0; at < text.len; at++)
        if (starts_word(text, at) && matches_at(text, at, word))
            return true;
    return false;
}

static enum symptom symptom_of_text(struct str text)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has_word(text, words[i].word))
            return words[i].symptom;
    return SYMPTOM_UNKNOWN;
}

/* Labels that say where an alert comes from, and not what it is about. */
static bool is_place(struct str label)
{
    static const char *const places[] = {"service", "instance",  "job",      "namespace", "pod",
                                         "node",    "container", "severity", "cluster",   "host"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (str_eq(label, str_of(places[i])))
            return true;
    return false;
}

enum symptom symptom_of_alert(const struct alert *alert)
{
    const struct str said[] = {alert->name, alert_label(alert, "metric"), alert->summary};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const enum symptom symptom = symptom_of_text(said[i]);
        if (symptom != SYMPTOM_UNKNOWN)
            return symptom;
    }
    for (uint32_t i = 0; i < alert->labels_count; i++) {
        if (is_place(alert->labels[i].name))
            continue;
        const enum symptom symptom = symptom_of_text(alert->labels[i].value);
        if (symptom != SYMPTOM_UNKNOWN)
            return symptom;
    }
    return SYMPTOM_UNKNOWN;
}
