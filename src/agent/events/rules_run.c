/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run: memory, probes and crashes. A probe that fails while a pod comes up is usual, so a failed
 * one counts only if the container was killed for it, or the pod is not ready now. Why it fails is
 * seen by holding the probe against the container: another port than it opens, another protocol
 * than it speaks, or less time than it needs.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"

/* ---- memory ---- */

static void check_memory_events(struct inquiry *inquiry)
{
    static const char *const patterns[] = {"OOMKilled", "OOM-killed", "out of memory",
                                           "memory limit too low", NULL};
    for (const struct event *event = inquiry->cluster->events; event; event = event->next) {
        if (!str_starts(event->kind, STR("pod")) || !words_match_any(event->message, patterns) ||
            (event->pod && event->pod->ready && event->pod->restarts == 0))
            continue;
        inquiry_report(inquiry, CAUSE_OUT_OF_MEMORY, OBJECT_SERVICE, event->app, 0.95,
                       shown_by_event(inquiry, event), "The pod %s ran short of memory: %s.",
                       quote(inquiry, event->name), quote_end(inquiry, event->message));
    }
}

/* 137 is 128 + SIGKILL: kubelet after a failed probe, or the kernel when memory is short. */
static void check_exits(struct inquiry *inquiry, const struct pod *pod, bool killed_by_probe)
{
    for (uint32_t i = 0; i < pod->containers.count; i++) {
        const struct container *container = &pod->containers.items[i];
        const struct str reasons[] = {container->reason_now, container->reason_before};
        const struct str exits[] = {container->exit_now, container->exit_before};
        const struct str shown = shown_by(inquiry, pod->containers_seen, pod->name);
        for (size_t s = 0; s < 2; s++) {
            if (str_eq(reasons[s], STR("OOMKilled")))
                inquiry_report(inquiry, CAUSE_OUT_OF_MEMORY, OBJECT_SERVICE, pod->app, 0.95, shown,
                               "The container %s of the pod %s ended with the reason %s.",
                               quote(inquiry, container->name), quote(inquiry, pod->name),
                               quote(inquiry, reasons[s]));
            else if (str_eq(exits[s], STR("137")) && str_eq(reasons[s], STR("Error")) &&
                     !killed_by_probe && !pod->ready)
                inquiry_report(inquiry, CAUSE_KILLED, OBJECT_SERVICE, pod->app, 0.5, shown,
                               "The container %s of the pod %s ended with the exit code %s.",
                               quote(inquiry, container->name), quote(inquiry, pod->name),
                               quote(inquiry, exits[s]));
        }
    }
}

/* ---- probes ---- */

static const struct {
    const char *word; /* the events' messages start with it */
    enum cause port;
    enum cause protocol;
} kinds[PROBE_KINDS] = {
    [PROBE_LIVENESS] = {"Liveness probe", CAUSE_LIVENESS_PORT, CAUSE_LIVENESS_PROTOCOL},
    [PROBE_STARTUP] = {"Startup probe", CAUSE_LIVENESS_PORT, CAUSE_LIVENESS_PROTOCOL},
    [PROBE_READINESS] = {"Readiness probe", CAUSE_READINESS_PORT, CAUSE_READINESS_PROTOCOL},
};

struct failures {
    const struct event *first;
    int64_t count;
    bool of_protocol; /* the answer was in another protocol than asked */
};

static struct failures failures_of(const struct pod *pod, enum probe_kind kind)
{
    static const char *const patterns[] = {"malformed HTTP",
                                           "HTTP/1.x transport",
                                           "server gave HTTP response to HTTPS",
                                           "first record does not look like a TLS",
                                           "tls: ",
                                           "http2: ",
                                           "HTTP/2",
                                           "error reading server preface",
                                           "frame too large",
                                           "unknown service",
                                           "Unimplemented",
                                           "unexpected EOF",
                                           NULL};
    struct failures failures = {0};
    for (const struct event *event = pod->events; event; event = event->next_of_pod) {
        const bool unhealthy = str_eq(event->reason, STR("Unhealthy")) ||
                               str_eq(event->reason, STR("ProbeWarning")) ||
                               str_eq(event->reason, STR("ProbeError"));
        if (!unhealthy || !str_starts(event->message, str_of(kinds[kind].word)))
            continue;
        const bool of_protocol = words_match_any(event->message, patterns);
        if (!failures.first || (of_protocol && !failures.of_protocol))
            failures.first = event;
        failures.of_protocol |= of_protocol;
        if (event->count > 0 && event->count < INT32_MAX)
            failures.count += event->count;
    }
    return failures;
}

static bool opens(const struct container *container, struct str port)
{
    for (uint32_t i = 0; i < container->ports_count; i++)
        if (str_eq(container->ports[i].number, port))
            return true;
    return false;
}

/* A probe may name its port; the names stand in the manifest only. True: it does not name it. */
static bool is_undeclared(const struct pod *pod, struct str port)
{
    const struct manifest *manifest = pod->workload ? pod->workload->manifest : NULL;
    bool any = false;
    for (uint32_t i = 0; manifest && i < manifest->entries.count; i++) {
        const struct entry *entry = &manifest->entries.items[i];
        if (!str_ends(entry->path, STR("].name")) ||
            !words_match(entry->path, "containers[*].ports["))
            continue;
        if (str_eq(entry->value, port))
            return false;
        any = true;
    }
    return any;
}

/* Another probe asks the same port in another protocol: one of the two must be wrong. */
static bool is_contradicted(const struct container *container, enum probe_kind kind)
{
    const struct probe *probe = &container->probes[kind];
    for (enum probe_kind other = 0; other < PROBE_KINDS; other++) {
        const struct probe *against = &container->probes[other];
        if (other != kind && against->text.len > 0 && str_eq(against->port, probe->port) &&
            !str_eq(against->type, probe->type))
            return str_eq(probe->type, STR("grpc")) || str_eq(probe->type, STR("http-get"));
    }
    return false;
}

static bool is_crash_exit(struct str exit_code)
{
    static const char *const orderly[] = {"", "0", "2", "137", "143"};
    for (size_t i = 0; i < sizeof orderly / sizeof *orderly; i++)
        if (str_eq(exit_code, str_of(orderly[i])))
            return false;
    return true;
}

static double strength_of_timing(const struct probe *probe, const struct container *container)
{
    /* how long it may take to come up before it is killed */
    const double budget_s =
        (double)probe->delay_s + (double)probe->period_s * (double)probe->failures;
    const double strength = budget_s <= 15 ? 0.9 : budget_s <= 25 ? 0.7 : 0.5;
    return is_crash_exit(container->exit_before) ? strength * 0.6 : strength;
}

/* True: the probe has told a cause. */
static bool check_probe(struct inquiry *inquiry, const struct pod *pod,
                        const struct container *container, enum probe_kind kind, bool killed)
{
    const struct probe *probe = &container->probes[kind];
    const struct failures failures = failures_of(pod, kind);
    const bool readiness = kind == PROBE_READINESS;
    if (probe->text.len == 0 || !failures.first || (readiness && pod->ready) ||
        (!readiness && !killed && pod->ready && pod->restarts == 0))
        return false;
    const struct str shown = shown_by_both(inquiry, shown_by_event(inquiry, failures.first),
                                           shown_by(inquiry, pod->containers_seen, pod->app));
    const char *const name = quote(inquiry, pod->name);
    const char *const text = quote(inquiry, probe->text);
    const char *const said = quote(inquiry, failures.first->message);

    if (container->ports_count > 0 && !opens(container, probe->port) &&
        (words_is_number(probe->port) || is_undeclared(pod, probe->port))) {
        inquiry_report(inquiry, kinds[kind].port, OBJECT_SERVICE, pod->app, 0.93, shown,
                       "A probe of the pod %s was %s, and its container opened the port %s: %s.",
                       name, text, quote(inquiry, container->ports[0].number), said);
        return true;
    }
    if (failures.of_protocol || (is_contradicted(container, kind) && failures.count >= 3)) {
        inquiry_report(inquiry, kinds[kind].protocol, OBJECT_SERVICE, pod->app, 0.93, shown,
                       "A probe of the pod %s was %s, and was not understood: %s.", name, text,
                       said);
        return true;
    }
    if (!readiness && killed) {
        inquiry_report(inquiry, CAUSE_LIVENESS_TIMING, OBJECT_SERVICE, pod->app,
                       strength_of_timing(probe, container), shown,
                       "The container of the pod %s was killed by its probe %s: %s.", name, text,
                       said);
        return true;
    }
    if (readiness && !killed && inquiry_strongest(inquiry, pod->app) <= 0.4)
        inquiry_report(inquiry, CAUSE_READINESS_FAILS, OBJECT_SERVICE, pod->app, 0.35, shown,
                       "The probe %s of the pod %s failed: %s.", text, name, said);
    return false;
}

static bool was_killed_by_probe(const struct pod *pod)
{
    for (const struct event *event = pod->events; event; event = event->next_of_pod)
        if (str_eq(event->reason, STR("Killing")) &&
            (str_contains(event->message, STR("liveness probe")) ||
             str_contains(event->message, STR("startup probe"))))
            return true;
    return false;
}

/* ---- crashes ---- */

static bool is_crashing(const struct pod *pod)
{
    static const char *const statuses[] = {
        "CrashLoopBackOff",     "Error",     "RunContainerError", "CreateContainerConfigError",
        "CreateContainerError", "Completed",
    };
    /* what runs for ever must not complete; a job, or a pod that nobody controls, may */
    if (str_eq(pod->status, STR("Completed")) && !pod->workload)
        return false;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (str_eq(pod->status, str_of(statuses[i])))
            return true;
    return pod->restarts >= 2 && !pod->ready;
}

static const struct log_line *refusal_in_log(const struct cluster *cluster, struct str app)
{
    for (const struct log_line *line = cluster->refused; line; line = line->next)
        if (str_eq(line->service, app))
            return line;
    return NULL;
}

static void check_crash(struct inquiry *inquiry, const struct pod *pod, bool probe_told)
{
    const struct log_line *line = refusal_in_log(inquiry->cluster, pod->app);
    const struct str shown = shown_by(inquiry, pod->seen, pod->name);
    const char *const name = quote(inquiry, pod->name);
    const char *const status = quote(inquiry, pod->status);
    if (line) {
        inquiry_report(inquiry, pod->mounts_storage ? CAUSE_VOLUME_REFUSED : CAUSE_FILE_REFUSED,
                       OBJECT_SERVICE, pod->app, pod->mounts_storage ? 0.92 : 0.6,
                       shown_by_both(inquiry, shown, shown_by_log(inquiry, line)),
                       "The pod %s was in the state %s, and its log said: %s.", name, status,
                       quote_end(inquiry, line->message));
    } else if (str_eq(pod->status, STR("CreateContainerConfigError"))) {
        inquiry_report(inquiry, CAUSE_CONFIG_MISSING, OBJECT_SERVICE, pod->app, 0.85, shown,
                       "The pod %s was in the state %s.", name, status);
    } else if (!probe_told) {
        if (pod->mounts_storage && map_find(&inquiry->cluster->logging, pod->app) == MAP_NONE)
            inquiry_report(inquiry, CAUSE_VOLUME_SUSPECT, OBJECT_SERVICE, pod->app, 0.3, shown,
                           "The pod %s was in the state %s, mounted a volume and had left no log.",
                           name, status);
        inquiry_report(inquiry, CAUSE_CRASH, OBJECT_SERVICE, pod->app, 0.45, shown,
                       "The pod %s was in the state %s and had restarted %lld times.", name, status,
                       (long long)pod->restarts);
    }
}

static void check_pod(struct inquiry *inquiry, const struct pod *pod)
{
    const bool killed = was_killed_by_probe(pod);
    bool told = false;
    check_exits(inquiry, pod, killed);
    for (enum probe_kind kind = 0; kind < PROBE_KINDS; kind++)
        for (uint32_t i = 0; i < pod->containers.count; i++)
            told |= check_probe(inquiry, pod, &pod->containers.items[i], kind, killed);

    const struct str shown = shown_by(inquiry, pod->seen, pod->name);
    if (is_crashing(pod))
        check_crash(inquiry, pod, told);
    else if (!told && pod->restarts > 0)
        inquiry_report(inquiry, CAUSE_RESTARTED, OBJECT_SERVICE, pod->app, 0.12, shown,
                       "The pod %s had restarted %lld times.", quote(inquiry, pod->name),
                       (long long)pod->restarts);
    if (!pod->ready && !str_eq(pod->status, STR("Completed")) &&
        !str_eq(pod->status, STR("Succeeded")))
        inquiry_report(inquiry, CAUSE_NOT_READY, OBJECT_SERVICE, pod->app, 0.15, shown,
                       "The pod %s was not ready and in the state %s.", quote(inquiry, pod->name),
                       quote(inquiry, pod->status));
}

void rules_run(struct inquiry *inquiry)
{
    check_memory_events(inquiry);
    for (uint32_t i = 0; i < roll_count(&inquiry->cluster->pods); i++)
        check_pod(inquiry, inquiry->cluster->pods.items[i]);
}
