/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the names are from: OpenTelemetry semantic conventions (resource, log and exception
 * attributes), the Prometheus operator's target labels, kube-state-metrics' and cAdvisor's labels,
 * Istio's standard metrics, the service graph connector of the OpenTelemetry collector, Grafana
 * Alloy's and Fluent Bit's Kubernetes labels.
 *
 * Names are compared without signs and capitals, so "trace_id" is also "traceID" and "trace.id".
 */
#include "connect/mapping.h"

#include "base/arena.h"

#include <ctype.h>

#define DEFAULTS_MAX 16

static const char *const defaults[MAPPED_COUNT][DEFAULTS_MAX] = {
    [MAPPED_SERVICE] = {"exported_service", "service.name", "service", "app.kubernetes.io/name",
                        "app", "k8s.deployment.name", "deployment", "workload", "application",
                        "compose_service", "container", "k8s.container.name", "job"},
    [MAPPED_INSTANCE] = {"exported_pod", "k8s.pod.name", "pod", "pod_name", "service.instance.id",
                         "exported_instance", "instance", "host.name", "hostname", "host", "node",
                         "container.id"},
    [MAPPED_LEVEL] = {"level", "severity_text", "severity", "detected_level", "log.level", "lvl",
                      "loglevel"},
    [MAPPED_MESSAGE] = {"message", "msg", "body", "log", "event.original"},
    [MAPPED_TIME] = {"@timestamp", "timestamp", "time", "ts"},
    [MAPPED_TRACE_ID] = {"trace_id", "trace.id", "otelTraceID", "dd.trace_id"},
    [MAPPED_SPAN_ID] = {"span_id", "span.id", "otelSpanID", "dd.span_id"},
    [MAPPED_STATUS] = {"otel.status_code", "status.code", "http.response.status_code",
                       "http.status_code", "error"},
    [MAPPED_KIND] = {"span.kind", "kind"},
    [MAPPED_CALLER] = {"client", "source_workload", "source_app", "caller"},
    [MAPPED_CALLEE] = {"server", "destination_workload", "destination_app", "callee"},
    [MAPPED_SEVERITY] = {"severity", "priority", "level"},
};

/* Of what watches pods: whose they are, not who watches. */
static const char *const workload_labels[] = {
    "k8s.deployment.name", "deployment", "statefulset", "daemonset", "created_by_name", NULL};
static const char *const pod_labels[] = {"exported_pod", "pod", "pod_name", "k8s.pod.name", NULL};
/* Jobs and names of metrics that speak of other people's pods. */
static const char *const watchers[] = {"kubelet", "cadvisor", "kube-state-metrics", NULL};
static const char *const watched_prefixes[] = {"container_", "kube_", "k8s_", NULL};

const char *mapped_name(enum mapped what)
{
    static const char *const names[] = {
#define X(id, name, summary) [MAPPED_##id] = name,
        MAPPED(X)
#undef X
    };
    return names[what];
}

bool mapped_of_name(struct str name, enum mapped *out)
{
    for (int what = 0; what < MAPPED_COUNT; what++)
        if (str_eq(name, str_of(mapped_name((enum mapped)what)))) {
            *out = (enum mapped)what;
            return true;
        }
    return false;
}

struct str mapping_candidate(const struct mapping *mapping, enum mapped what, uint32_t number)
{
    const uint32_t own = mapping->own_count[what];
    if (number < own)
        return mapping->own[what][number];
    return number - own < DEFAULTS_MAX ? str_of(defaults[what][number - own]) : STR("");
}

static size_t skip_signs(struct str name, size_t at)
{
    while (at < name.len && !isalnum((unsigned char)name.ptr[at]))
        at++;
    return at;
}

static bool is_same_name(struct str a, struct str b)
{
    size_t i = skip_signs(a, 0), j = skip_signs(b, 0);
    while (i < a.len && j < b.len &&
           tolower((unsigned char)a.ptr[i]) == tolower((unsigned char)b.ptr[j])) {
        i = skip_signs(a, i + 1);
        j = skip_signs(b, j + 1);
    }
    return i == a.len && j == b.len;
}

static const struct label *find(const struct labelled *labelled, struct str name)
{
    for (uint32_t i = 0; i < labelled->count; i++)
        if (labelled->labels[i].value.len > 0 && is_same_name(labelled->labels[i].name, name))
            return &labelled->labels[i];
    return NULL;
}

struct str labelled_value(const struct labelled *labelled, struct str name)
{
    const struct label *label = find(labelled, name);
    return label ? label->value : STR("");
}

struct str mapping_value(const struct mapping *mapping, enum mapped what,
                         const struct labelled *labelled, struct str *used)
{
    struct str name;
    for (uint32_t n = 0; (name = mapping_candidate(mapping, what, n)).len > 0; n++) {
        const struct label *label = find(labelled, name);
        if (label && used)
            *used = label->name;
        if (label)
            return label->value;
    }
    if (used)
        *used = STR("");
    return STR("");
}

/* ---- pods ---- */

/* The letters that Kubernetes makes random names of: no vowels, and nothing that looks like one. */
static bool is_random(struct str part, size_t len_min, size_t len_max)
{
    if (part.len < len_min || part.len > len_max)
        return false;
    for (size_t i = 0; i < part.len; i++)
        if (!part.ptr[i] || !strchr("bcdfghjklmnpqrstvwxz2456789", part.ptr[i]))
            return false;
    return true;
}

static bool is_ordinal(struct str part)
{
    for (size_t i = 0; i < part.len; i++)
        if (!isdigit((unsigned char)part.ptr[i]))
            return false;
    return part.len > 0 && part.len <= 4;
}

static size_t last_dash(struct str text)
{
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] != '-')
        at--;
    return at; /* of what follows it; 0: there is none */
}

struct str mapping_workload_of_pod(struct str pod)
{
    const size_t tail = last_dash(pod);
    if (tail < 2)
        return pod;
    const struct str end = str_slice(pod, tail, pod.len);
    const struct str rest = str_slice(pod, 0, tail - 1);
    if (is_ordinal(end))
        return rest;
    if (!is_random(end, 5, 5))
        return pod;
    const size_t middle = last_dash(rest);
    /* The hash of a pod template: FNV-1a of 32 bits in the same letters. */
    const bool is_hash = middle >= 2 && is_random(str_slice(rest, middle, rest.len), 6, 10);
    return is_hash ? str_slice(rest, 0, middle - 1) : rest;
}

static bool is_one_of(struct str text, const char *const *names)
{
    for (; *names; names++)
        if (str_ends(text, str_of(*names)))
            return true;
    return false;
}

static bool is_watched(const struct labelled *labelled)
{
    const struct str metric = labelled_value(labelled, STR("__name__"));
    for (const char *const *prefix = watched_prefixes; *prefix; prefix++)
        if (str_starts(metric, str_of(*prefix)))
            return true;
    return is_one_of(labelled_value(labelled, STR("job")), watchers);
}

static struct str first_of(const struct labelled *labelled, const char *const *names)
{
    for (; *names; names++) {
        const struct label *label = find(labelled, str_of(*names));
        if (label)
            return label->value;
    }
    return STR("");
}

/* "shop/cart", as OpenTelemetry's namespace and name become a job. */
static struct str without_namespace(struct str job)
{
    size_t at = job.len;
    while (at > 0 && job.ptr[at - 1] != '/')
        at--;
    return str_slice(job, at, job.len);
}

struct str mapping_service(const struct mapping *mapping, const struct labelled *labelled)
{
    for (uint32_t n = 0; n < mapping->own_count[MAPPED_SERVICE]; n++) {
        const struct label *label = find(labelled, mapping->own[MAPPED_SERVICE][n]);
        if (label)
            return label->value;
    }
    if (is_watched(labelled)) {
        const struct str workload = first_of(labelled, workload_labels);
        const struct str pod = first_of(labelled, pod_labels);
        if (workload.len > 0)
            return mapping_workload_of_pod(workload);
        if (pod.len > 0)
            return mapping_workload_of_pod(pod);
    }
    struct str used;
    const struct str found = mapping_value(mapping, MAPPED_SERVICE, labelled, &used);
    return str_eq(used, STR("job")) ? without_namespace(found) : found;
}
