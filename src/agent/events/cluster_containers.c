/* SPDX-License-Identifier: Apache-2.0 */
/* Containers of pods and of templates, and pairs such as labels, from descriptions. */
#include "agent/events/cluster_parts.h"
#include "agent/events/words.h"
#include "base/arena.h"

#include <string.h>

#define PAIRS_MAX 512
#define CONTAINERS_MAX 32
#define PORTS_MAX 64

struct pairs pairs_parse(struct arena *arena, struct str text)
{
    uint32_t count = 1;
    for (size_t i = 0; i < text.len && count < PAIRS_MAX; i++)
        count += text.ptr[i] == ',' || text.ptr[i] == '\n';
    struct pairs pairs = {.items = arena_push_many(arena, struct pair, count)};
    struct str line, part;
    while (str_split(&text, '\n', &line))
        while (str_split(&line, ',', &part)) {
            const size_t equals = str_find(part, STR("="));
            if (equals == STR_NPOS || pairs.count == count)
                continue;
            pairs.items[pairs.count++] =
                (struct pair){.name = str_trim(str_slice(part, 0, equals)),
                              .value = str_trim(str_slice(part, equals + 1, part.len))};
        }
    return pairs;
}

/* ---- containers ---- */

/* "9555/TCP, 8080/UDP" */
static void read_ports(struct arena *arena, struct str text, struct container *out)
{
    struct str part;
    while (str_split(&text, ',', &part) && out->ports_count < PORTS_MAX) {
        part = str_trim(part);
        const size_t slash = str_find(part, STR("/"));
        if (slash == STR_NPOS || !words_is_number(str_slice(part, 0, slash)))
            continue;
        if (!out->ports)
            out->ports = arena_push_many(arena, struct port, PORTS_MAX);
        out->ports[out->ports_count++] = (struct port){
            .number = str_slice(part, 0, slash), .protocol = str_slice(part, slash + 1, part.len)};
    }
}

static bool is_port_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

/* The port of "http-get http://host:PORT/path ...", "grpc <pod>:PORT ...", "tcp-socket :PORT". */
static struct str probe_port(struct str type, struct str text)
{
    struct str rest = str_slice(text, type.len, text.len), target;
    if (!words_next(&rest, &target))
        return STR("");
    const size_t scheme = str_find(target, STR("://"));
    if (scheme != STR_NPOS)
        target = str_slice(target, scheme + 3, target.len);
    const size_t colon = str_find(target, STR(":"));
    if (colon == STR_NPOS)
        return STR("");
    size_t end = colon + 1;
    while (end < target.len && is_port_char(target.ptr[end]))
        end++;
    return str_slice(target, colon + 1, end);
}

static struct probe read_probe(struct str text)
{
    struct probe probe = {.text = text, .failures = 3};
    struct str rest = text;
    (void)words_next(&rest, &probe.type);
    if (!str_eq(probe.type, STR("exec"))) /* its words are a command's */
        probe.port = probe_port(probe.type, text);
    (void)words_number_after(text, "delay=", &probe.delay_s);
    (void)words_number_after(text, "period=", &probe.period_s);
    (void)words_number_after(text, "#failure=", &probe.failures);
    return probe;
}

static void add_env(struct arena *arena, struct container *out, struct str name, struct str value)
{
    struct pairs *env = &out->env;
    if (env->count == PAIRS_MAX)
        return;
    if ((env->count & (env->count - 1)) == 0) /* full: it has doubled so far */
        env->items = arena_grow(arena, env->items, env->count * sizeof(struct pair),
                                (env->count * 2 + 1) * sizeof(struct pair));
    env->items[env->count++] = (struct pair){.name = name, .value = value};
}

static void read_container_entry(struct arena *arena, struct container *out, struct str key,
                                 struct str value)
{
    const struct {
        const char *key;
        struct str *to;
    } texts[] = {
        {"Image", &out->image},
        {"State/Reason", &out->reason_now},
        {"Last State/Reason", &out->reason_before},
        {"State/Exit Code", &out->exit_now},
        {"Last State/Exit Code", &out->exit_before},
    };
    static const struct {
        const char *key;
        enum probe_kind kind;
    } probes[] = {
        {"Liveness", PROBE_LIVENESS}, {"Startup", PROBE_STARTUP}, {"Readiness", PROBE_READINESS}};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_eq(key, str_of(texts[i].key)))
            *texts[i].to = value;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        if (str_eq(key, str_of(probes[i].key)))
            out->probes[probes[i].kind] = read_probe(value);
    if (str_eq(key, STR("Port")) || str_eq(key, STR("Ports")))
        read_ports(arena, value, out);
    if (str_eq(key, STR("Restart Count")))
        (void)words_number(value, &out->restarts);
    if (str_starts(key, STR("Environment/")))
        add_env(arena, out, str_slice(key, strlen("Environment/"), key.len), value);
}

struct containers containers_parse(struct arena *arena, const struct entries *entries,
                                   const char *prefix)
{
    struct containers out = {.count = 0};
    const struct str before = str_printf(arena, "%sContainers/", prefix);
    for (uint32_t i = 0; i < entries->count; i++) {
        struct str key = entries->items[i].path, name;
        if (!str_starts(key, before))
            continue;
        key = str_slice(key, before.len, key.len);
        if (!str_split(&key, '/', &name) || name.len == 0)
            continue;
        if (out.count == 0 || !str_eq(out.items[out.count - 1].name, name)) {
            if (out.count == CONTAINERS_MAX)
                break;
            if ((out.count & (out.count - 1)) == 0)
                out.items = arena_grow(arena, out.items, out.count * sizeof(struct container),
                                       (out.count * 2 + 1) * sizeof(struct container));
            out.items[out.count++] = (struct container){.name = name};
        }
        if (key.len > 0)
            read_container_entry(arena, &out.items[out.count - 1], key, entries->items[i].value);
    }
    return out;
}
