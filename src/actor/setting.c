/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A limit is at fault where it was lowered, or where there was none; a time where it is another
 * order of magnitude; a name, an address or a credential where it is another one. What is left are
 * the knobs of a program's own work, of which only the program knows what they do: what comes of
 * those, the kind is told by how the program behaves.
 */
#include "actor/setting.h"

#include <ctype.h>
#include <math.h>

#define NAME_MAX_BYTES ((size_t)128)
#define FAR 0.4 /* of distance: most of an order of magnitude */

/* "500ms" is half a second; "4s" and "4000" cannot be compared. */
static const struct {
    const char *unit;
    char dimension;
    double scale;
} units[] = {
    {"", '1', 1},         {"%", '%', 1},         {"us", 't', 1e-6}, {"ms", 't', 1e-3},
    {"s", 't', 1},        {"m", 't', 60},        {"min", 't', 60},  {"h", 't', 3600},
    {"d", 't', 86400},    {"k", 'b', 1e3},       {"K", 'b', 1e3},   {"kB", 'b', 1e3},
    {"KB", 'b', 1e3},     {"Ki", 'b', 1024},     {"M", 'b', 1e6},   {"MB", 'b', 1e6},
    {"mb", 'b', 1e6},     {"kb", 'b', 1e3},      {"gb", 'b', 1e9},  {"g", 'b', 1e9},
    {"Mi", 'b', 1 << 20}, {"MiB", 'b', 1 << 20}, {"G", 'b', 1e9},   {"GB", 'b', 1e9},
    {"Gi", 'b', 1 << 30}, {"GiB", 'b', 1 << 30},
};

struct quantity {
    double number;
    char dimension; /* 0: it is no number */
};

static struct quantity quantity_of(struct str value)
{
    struct quantity quantity = {0};
    size_t len = 0;
    while (len < value.len && (isdigit((unsigned char)value.ptr[len]) || value.ptr[len] == '.'))
        len++;
    const struct str unit = str_trim(str_slice(value, len, value.len));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq(unit, str_of(units[i].unit)) &&
            str_to_real(str_slice(value, 0, len), &quantity.number)) {
            quantity.number *= units[i].scale;
            quantity.dimension = isfinite(quantity.number) ? units[i].dimension : 0;
        }
    return quantity;
}

bool setting_is_measured(struct str old, struct str now)
{
    const struct quantity before = quantity_of(old), after = quantity_of(now);
    return before.dimension != 0 && before.dimension == after.dimension;
}

bool setting_is_bare_number(struct str value)
{
    return quantity_of(value).dimension == '1';
}

double setting_distance(struct str old, struct str now)
{
    const struct quantity before = quantity_of(old), after = quantity_of(now);
    if (before.dimension != after.dimension)
        return old.len > 0 && now.len > 0 ? 0.75 : 0.25;
    if (before.dimension == 0)
        return 0.25; /* words: nobody knows how far apart they are */
    if (before.number <= 0 || after.number <= 0)
        return before.number == after.number ? 0 : 0.5;
    const double magnitudes = fabs(log10(after.number / before.number));
    return magnitudes / (1 + magnitudes);
}

bool setting_is_address(struct str value)
{
    const size_t colon = str_find(value, STR(":"));
    return str_contains(value, STR("://")) ||
           (colon != STR_NPOS && colon > 0 && colon + 1 < value.len &&
            isdigit((unsigned char)value.ptr[colon + 1]));
}

/* ---- kinds ---- */

enum when { ANYHOW, IF_LESS, IF_FAR };

/* The first row that fits decides, so what is narrow stands before what is wide. */
static const struct {
    enum kind kind;
    enum when when;
    const char *parts[16]; /* of the name, its words run together; a leading `^` and a trailing `$`
                              hold it to the beginning and the end */
} names[] = {
    {KIND_PROBE,
     ANYHOW,
     {"probe", "healthpath", "healthport", "healthcheck", "healthurl", "healthfailures",
      "healthinterval", "liveness", "readiness", "failurethreshold"}},
    {KIND_MISSING_DATA,
     ANYHOW,
     {"metricspath", "metricsport", "metricsenabled", "scrape", "prometheus", "telemetry$",
      "exporter"}},
    {KIND_CAPACITY, ANYHOW, {"maxmemorypolicy", "eviction"}},
    {KIND_CAPACITY,
     IF_LESS,
     {"replicas$", "replicacount", "^instances$", "instancecount", "desiredcount",
      "desiredcapacity", "^maxmemory$", "maxconnections", "connectionsmax", "maxclients",
      "maxconn$", "workerconnections", "poolsize", "poolmax", "maxpool"}},
    {KIND_CAPACITY,
     IF_LESS,
     {"nofile", "filesmax", "maxfiles", "openfiles", "filedescriptors", "ulimit", "maxthreads",
      "queuesize", "queuelimit", "ratelimit", "requestspersecond", "maxinflight", "maxpods"}},
    {KIND_CPU, IF_LESS, {"cpu", "gomaxprocs", "processors"}},
    {KIND_MEMORY,
     IF_LESS,
     {"memorymax", "memorylimit", "memlimit", "maxheap", "xmx", "heapsize", "^memory$",
      "memoryswap", "oldspacesize"}},
    {KIND_IMAGE,
     ANYHOW,
     {"^image$", "image$", "imagetag$", "imageversion$", "^program$", "entrypoint$", "execstart",
      "executable$", "^binary$", "^command$", "jarfile$"}},
    {KIND_CONFIGURATION,
     ANYHOW,
     {"password", "passwd", "secret", "token", "apikey", "credential", "certificate", "keyfile",
      "privatekey", "signingkey", "truststore", "keystore"}},
    {KIND_CONFIGURATION,
     IF_FAR,
     {"timeout", "deadline", "retries", "retry", "backoff", "pause", "delay", "interval", "expiry",
      "keepalive"}},
    {KIND_ROUTING,
     ANYHOW,
     {"url$", "urls$", "host$", "hosts$", "addr$", "address$", "addresses$", "endpoint$",
      "endpoints$", "targetport$", "containerport$", "upstream$", "selector$"}},
    {KIND_ROUTING, ANYHOW, {"^port$", "backend$", "servicename$", "proxypass$", "externalname$"}},
};

/* Its words run together, in small letters. */
static struct str bare_name(struct str option, char *room)
{
    size_t len = 0;
    for (size_t i = 0; i < option.len && len < NAME_MAX_BYTES; i++)
        if (isalnum((unsigned char)option.ptr[i]))
            room[len++] = (char)tolower((unsigned char)option.ptr[i]);
    return (struct str){.ptr = room, .len = len};
}

static bool has_part(struct str name, const char *written)
{
    struct str part = str_of(written);
    const bool begins = part.ptr[0] == '^';
    part = str_slice(part, begins, part.len);
    const bool ends = str_ends(part, STR("$"));
    part = str_slice(part, 0, part.len - ends);
    return begins && ends ? str_eq(name, part)
           : begins       ? str_starts(name, part)
           : ends         ? str_ends(name, part)
                          : str_contains(name, part);
}

static bool is_less(struct str old, struct str now)
{
    const struct quantity before = quantity_of(old), after = quantity_of(now);
    if (after.dimension == 0)
        return false;
    return old.len == 0 || (before.dimension == after.dimension && after.number < before.number);
}

static bool applies(enum when when, struct str old, struct str now)
{
    switch (when) {
    case IF_LESS:
        return is_less(old, now);
    case IF_FAR:
        return setting_distance(old, now) >= FAR;
    default:
        return true;
    }
}

/* "http" of "http://127.0.0.1:8080" */
static struct str scheme_of(struct str value)
{
    const size_t end = str_find(value, STR("://"));
    return end == STR_NPOS ? STR("") : str_slice(value, 0, end);
}

enum kind setting_kind(struct str option, struct str old, struct str now)
{
    char room[NAME_MAX_BYTES];
    const struct str name = bare_name(option, room);
    /* another protocol is spoken at the same place */
    if (str_contains(old, STR("://")) && str_contains(now, STR("://")) &&
        !str_eq(scheme_of(old), scheme_of(now)))
        return KIND_CONFIGURATION;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t part = 0; part < 16 && names[i].parts[part]; part++)
            if (has_part(name, names[i].parts[part]))
                return applies(names[i].when, old, now) ? names[i].kind : KIND_UNKNOWN;
    return setting_is_address(old) && setting_is_address(now) ? KIND_ROUTING : KIND_UNKNOWN;
}
