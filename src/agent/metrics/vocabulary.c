/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations people name metrics with a small set of words. The first row of the table that shares
 * a word with the name decides: bounds before what they bound, success before error ("error_ok"),
 * resources before requests ("cpu_seconds_total").
 */
#include "agent/metrics/vocabulary.h"

#include <ctype.h>
#include <string.h>

#define WORDS_MAX 24

static const struct {
    enum metric_kind kind;
    const char *name;
    enum finding finding;
    const char *words[WORDS_MAX];
} vocabulary[] = {
    {METRIC_LIMIT,
     "limit",
     FINDING_NONE,
     {"limit", "limits", "quota", "capacity", "max", "maximum", "allocatable"}},
    {METRIC_SUCCESS,
     "success",
     FINDING_ERRORS,
     {"success", "availability", "available", "ok", "healthy"}},
    {METRIC_ERRORS,
     "errors",
     FINDING_ERRORS,
     {"error", "errors", "err", "fail", "failed", "failure", "failures", "fault", "faults", "5xx",
      "4xx", "500", "exception", "exceptions"}},
    {METRIC_CPU,
     "cpu",
     FINDING_CPU,
     {"cpu", "vcpu", "cpus", "throttled", "throttling", "processor"}},
    {METRIC_MEMORY,
     "memory",
     FINDING_MEMORY,
     {"mem", "memory", "rss", "heap", "ram", "swap", "oom"}},
    {METRIC_COLLECTION, "collection", FINDING_MEMORY, {"gc", "garbage"}},
    {METRIC_DISK,
     "disk",
     FINDING_DISK,
     {"disk", "fs", "filesystem", "io", "iops", "diskio", "inode", "volume", "storage"}},
    {METRIC_NETWORK,
     "network",
     FINDING_NETWORK,
     {"net", "network", "socket", "sockets", "packet", "packets", "receive", "transmit", "tcp",
      "bandwidth", "rx", "tx", "retransmits", "conntrack"}},
    {METRIC_LATENCY,
     "latency",
     FINDING_LATENCY,
     {"lat", "latency", "duration", "response", "rt", "p50", "p90", "p95", "p99", "delay", "time",
      "elapsed", "rtt"}},
    {METRIC_CONNECTIONS,
     "connections",
     FINDING_CONNECTIONS,
     {"connection", "connections", "conn", "pool", "threads", "waiting", "waiters", "locks",
      "clients", "hikaricp", "fds", "filefd", "descriptor", "descriptors"}},
    {METRIC_REPLICAS,
     "replicas",
     FINDING_RESTART,
     {"replica", "replicas", "pods", "restarts", "restart"}},
    {METRIC_TRAFFIC,
     "traffic",
     FINDING_TRAFFIC,
     {"request", "requests", "qps", "rps", "tps", "throughput", "traffic", "count", "calls", "ops",
      "workload", "load", "hits"}},
};
#define ROWS_COUNT (sizeof vocabulary / sizeof *vocabulary)

static const char *const server_words[] = {"server", "destination", "inbound", NULL};
/* What is left of something: less of it is worse. */
static const char *const room_words[] = {"free",      "freeable",  "avail",    "available",
                                         "remaining", "remainder", "headroom", NULL};
static const char *const host_words[] = {"node", "host", NULL};
static const char *const maximum_words[] = {"max", "maximum", NULL};
static const char *const bound_words[] = {"limit", "quota", "lifetime", "age", "timeout", NULL};

#define PIECE_MAX 32

/* A capital after a small letter, or one that small letters follow: CPUUtilization, not CPUs. */
static bool starts_piece(char before, struct str rest)
{
    if (!isupper((unsigned char)rest.ptr[0]))
        return false;
    return islower((unsigned char)before) || (rest.len > 2 && islower((unsigned char)rest.ptr[1]) &&
                                              islower((unsigned char)rest.ptr[2]));
}

/* Takes the next piece of a name, in lower case; false at the end. */
static bool next_piece(struct str *rest, char piece[PIECE_MAX])
{
    size_t len = 0;
    while (rest->len > 0) {
        const unsigned char c = (unsigned char)rest->ptr[0];
        if (!isalnum(c)) {
            *rest = str_slice(*rest, 1, rest->len);
            if (len > 0)
                break;
            continue;
        }
        if (len > 0 && starts_piece(rest->ptr[-1], *rest))
            break;
        if (len < PIECE_MAX - 1)
            piece[len++] = (char)tolower(c);
        *rest = str_slice(*rest, 1, rest->len);
    }
    piece[len] = '\0';
    return len > 0;
}

static bool is_one_of(const char *piece, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(piece, *words) == 0)
            return true;
    return false;
}

static bool has_piece_of(struct str name, const char *const *words)
{
    char piece[PIECE_MAX];
    while (next_piece(&name, piece))
        if (is_one_of(piece, words))
            return true;
    return false;
}

bool metric_has_piece(struct str name, struct str word)
{
    char piece[PIECE_MAX];
    while (next_piece(&name, piece))
        if (str_find_no_case(word, str_of(piece)) == 0 && strlen(piece) == word.len)
            return true;
    return false;
}

static const char *const *words_of(enum metric_kind kind)
{
    size_t row = 0;
    while (vocabulary[row].kind != kind)
        row++;
    return vocabulary[row].words;
}

static enum metric_kind kind_of_base(struct str base)
{
    for (size_t i = 0; i < ROWS_COUNT; i++)
        if (has_piece_of(base, vocabulary[i].words))
            return vocabulary[i].kind;
    return METRIC_OTHER;
}

/*
 * How often something of a latency is counted is not how long it takes, a latency's maximum is a
 * measurement and no bound, and available memory is no success.
 */
static enum metric_kind kind_of(struct str base)
{
    const enum metric_kind kind = kind_of_base(base);
    if (kind == METRIC_LATENCY && str_starts(base, STR("rate(")))
        return METRIC_TRAFFIC;
    if (kind == METRIC_LIMIT && has_piece_of(base, maximum_words) &&
        has_piece_of(base, words_of(METRIC_LATENCY)) && !has_piece_of(base, bound_words))
        return METRIC_LATENCY;
    if (kind == METRIC_SUCCESS && has_piece_of(base, room_words))
        for (enum metric_kind resource = METRIC_CPU; resource <= METRIC_NETWORK; resource++)
            if (has_piece_of(base, words_of(resource)))
                return resource;
    return kind;
}

struct metric_meaning metric_meaning_of(struct str name)
{
    struct metric_meaning meaning = {.base = name};
    const size_t brace = str_find(name, STR("{"));
    const size_t arrow = brace == STR_NPOS ? str_find(name, STR("->")) : STR_NPOS;
    if (brace != STR_NPOS)
        meaning.base = str_slice(name, 0, brace);
    if (arrow != STR_NPOS) {
        size_t colon = arrow;
        while (colon > 0 && name.ptr[colon - 1] != ':')
            colon--;
        meaning.base = str_slice(name, 0, colon > 0 ? colon - 1 : 0);
        meaning.caller = str_slice(name, colon, arrow);
        meaning.callee = str_slice(name, arrow + 2, name.len);
    }
    meaning.kind = kind_of(meaning.base);
    meaning.server_side = has_piece_of(meaning.base, server_words);
    meaning.is_room = meaning.kind != METRIC_SUCCESS && has_piece_of(meaning.base, room_words);
    meaning.of_host = has_piece_of(meaning.base, host_words);
    return meaning;
}

const char *metric_kind_name(enum metric_kind kind)
{
    for (size_t i = 0; i < ROWS_COUNT; i++)
        if (vocabulary[i].kind == kind)
            return vocabulary[i].name;
    return "other";
}

enum metric_kind metric_kind_of(struct str name)
{
    for (size_t i = 0; i < ROWS_COUNT; i++)
        if (str_eq(str_of(vocabulary[i].name), name))
            return vocabulary[i].kind;
    return METRIC_OTHER;
}

enum finding metric_kind_finding(enum metric_kind kind)
{
    for (size_t i = 0; i < ROWS_COUNT; i++)
        if (vocabulary[i].kind == kind)
            return vocabulary[i].finding;
    return FINDING_OTHER_METRIC;
}
