/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Admission. The API server checks a new object before it keeps it: the service account of a pod
 * must exist, and quotas must have room. A pod that is refused leaves an event FailedCreate at its
 * controller; a Service or a claim that a person applies is refused to that person, and leaves no
 * event at all: then only the full quota and the missing object are seen.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"
#include "base/arena.h"

#include <string.h>

#define RESOURCES_MAX 32 /* of one quota that are looked at */

/* ---- resources of quotas ---- */

static bool is_resource(struct str resource, const char *plain)
{
    const struct str wanted = str_of(plain);
    return str_ends(resource, wanted) &&
           (resource.len == wanted.len ||
            str_eq(str_slice(resource, 0, resource.len - wanted.len), STR("requests.")) ||
            str_eq(str_slice(resource, 0, resource.len - wanted.len), STR("limits.")) ||
            str_eq(str_slice(resource, 0, resource.len - wanted.len), STR("count/")));
}

static enum cause cause_of_resource(struct str resource)
{
    if (is_resource(resource, "cpu"))
        return CAUSE_QUOTA_CPU;
    if (is_resource(resource, "memory"))
        return CAUSE_QUOTA_MEMORY;
    if (is_resource(resource, "pods"))
        return CAUSE_QUOTA_PODS;
    if (is_resource(resource, "services") || str_starts(resource, STR("services.")))
        return CAUSE_QUOTA_SERVICES; /* also services.loadbalancers, services.nodeports */
    if (str_contains(resource, STR("storage")) ||
        str_contains(resource, STR("persistentvolumeclaims")))
        return CAUSE_QUOTA_STORAGE;
    return CAUSE_QUOTA_OTHER;
}

static void report_quota(struct inquiry *inquiry, enum cause cause, double strength,
                         struct str query, const char *why)
{
    inquiry_report(inquiry, cause, OBJECT_NAMESPACE, inquiry->cluster->space, strength, query,
                   "New pods were refused: %s.", why);
}

/* ---- pods that were refused ---- */

/* True: the event is about a service account, whatever became of it. */
static bool check_account(struct inquiry *inquiry, const struct event *event)
{
    const struct cluster *cluster = inquiry->cluster;
    const struct str name = words_between(event->message, "serviceaccount \"", "\" not found");
    if (name.len == 0 || str_contains(name, STR("\"")))
        return false;
    /* one that exists by now was only created a moment after the pod: usual noise */
    const bool gone = cluster->accounts_known ? map_find(&cluster->accounts, name) == MAP_NONE
                                              : event->count >= 6;
    if (gone)
        inquiry_report(inquiry, CAUSE_NO_ACCOUNT, OBJECT_SERVICE, event->app, 0.95,
                       shown_by_event(inquiry, event),
                       "The pods of %s were refused, as the service account %s was not found.",
                       quote(inquiry, event->app), quote(inquiry, name));
    return true;
}

/* "exceeded quota: q, requested: cpu=1, used: cpu=9, limited: cpu=10,pods=3" */
static void check_exceeded(struct inquiry *inquiry, const struct event *event)
{
    const size_t at = str_find(event->message, STR("exceeded quota: "));
    const size_t limits = str_find(event->message, STR("limited: "));
    if (at == STR_NPOS || limits == STR_NPOS || !cluster_is_lacking(inquiry->cluster, event->app))
        return;
    struct str rest = str_slice(event->message, limits + strlen("limited: "), event->message.len);
    const struct str shown = shown_by_event(inquiry, event);
    const char *const why = quote(inquiry, str_slice(event->message, at, event->message.len));
    struct str part, resource;
    for (uint32_t i = 0; i < RESOURCES_MAX && str_split(&rest, ',', &part); i++) {
        if (!str_contains(part, STR("=")) || !str_split(&part, '=', &resource))
            continue;
        map_add(&inquiry->short_of_quota, event->app);
        report_quota(inquiry, cause_of_resource(str_trim(resource)), 0.95, shown, why);
    }
}

/* "failed quota: q: must specify limits.cpu for: server": a quota on it binds every pod. */
static void check_unspecified(struct inquiry *inquiry, const struct event *event)
{
    const size_t at = str_find(event->message, STR("failed quota"));
    if (at == STR_NPOS || !cluster_is_lacking(inquiry->cluster, event->app))
        return;
    const struct str why = str_slice(event->message, at, event->message.len);
    static const struct {
        const char *pattern;
        enum cause cause;
    } resources[] = {
        {"limits.cpu", CAUSE_QUOTA_WANTS_CPU},
        {"requests.cpu", CAUSE_QUOTA_WANTS_CPU},
        {"limits.memory", CAUSE_QUOTA_WANTS_MEMORY},
        {"requests.memory", CAUSE_QUOTA_WANTS_MEMORY},
    };
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        if (!words_match(why, resources[i].pattern))
            continue;
        map_add(&inquiry->short_of_quota, event->app);
        report_quota(inquiry, resources[i].cause, 0.7, shown_by_event(inquiry, event),
                     quote(inquiry, why));
    }
}

static void check_refused(struct inquiry *inquiry)
{
    for (const struct event *event = inquiry->cluster->events; event; event = event->next) {
        if (!str_eq(event->reason, STR("FailedCreate")) || check_account(inquiry, event))
            continue;
        check_exceeded(inquiry, event);
        if (!str_contains(event->message, STR("exceeded quota")))
            check_unspecified(inquiry, event);
    }
}

static void check_named_accounts(struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    for (uint32_t i = 0; cluster->accounts_known && i < roll_count(&cluster->workloads); i++) {
        const struct workload *workload = cluster->workloads.items[i];
        const bool wants = !workload->counted || workload->wanted > 0;
        if (workload->account.len > 0 && workload->pods_count == 0 && wants &&
            map_find(&cluster->accounts, workload->account) == MAP_NONE)
            inquiry_report(inquiry, CAUSE_NO_ACCOUNT, OBJECT_SERVICE, workload->name, 0.7,
                           shown_by(inquiry, workload->described, workload->name),
                           "The workload %s had no pods and named the service account %s, which "
                           "no list had.",
                           quote(inquiry, workload->name), quote(inquiry, workload->account));
    }
}

/* ---- objects that are missing ---- */

/* Services that others call, or that a manifest declares, and that are not there. */
static void find_missing_services(struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    struct map *missing = &inquiry->missing_services;
    if (roll_count(&cluster->services) == 0)
        return;
    for (uint32_t i = 0; i < cluster->calls.edges_count && missing->count < ROLL_MAX; i++) {
        const struct str callee = cluster->calls.nodes.keys[cluster->calls.edges[i].callee];
        if (!roll_find(&cluster->services, callee))
            map_add(missing, callee);
    }
    for (uint32_t i = 0; i < roll_count(&cluster->manifests); i++) {
        const struct declared *declared = cluster->manifests.items[i];
        if (str_eq(declared->manifest.kind, STR("Service")) &&
            !roll_find(&cluster->services, declared->manifest.name))
            map_add(missing, declared->manifest.name);
    }
}

/* FailedScheduling speaks of a claim that is not there: the event, and the claim's name. */
static const struct event *missing_claim(const struct inquiry *inquiry, const struct event *from,
                                         struct str *name)
{
    for (const struct event *event = from; event; event = event->next) {
        if (!str_eq(event->reason, STR("FailedScheduling")))
            continue;
        *name = words_between(event->message, "persistentvolumeclaim \"", "\" not found");
        if (name->len > 0 && !str_contains(*name, STR("\"")) &&
            cluster_is_lacking(inquiry->cluster, event->app) &&
            !roll_find(&inquiry->cluster->claims, *name))
            return event;
    }
    return NULL;
}

/* ---- quotas that are full ---- */

/* Whether the claim, as declared, asks for more than is left; not knowing counts as yes. */
static bool asks_more(const struct cluster *cluster, struct str claim, double left)
{
    const struct declared *declared = cluster_declared(cluster, "PersistentVolumeClaim", claim);
    double asked;
    if (!declared)
        return true;
    const struct str text =
        entries_value(&declared->manifest.entries, "spec.resources.requests.storage");
    return text.len == 0 || (words_quantity(text, &asked) && asked > left);
}

static const char *fullness(const struct inquiry *inquiry, const struct quota *quota)
{
    return str_printf(inquiry->arena, "The quota %s on %s had used %s of %s",
                      quote(inquiry, quota->name), quote(inquiry, quota->resource),
                      quote(inquiry, quota->used), quote(inquiry, quota->hard))
        .ptr;
}

static void check_service_quota(struct inquiry *inquiry, const struct quota *quota)
{
    struct str query = shown_by(inquiry, quota->seen, quota->name);
    const bool missing = inquiry->missing_services.count > 0;
    const char *who = "";
    for (uint32_t i = 0; missing && i < inquiry->missing_services.count && !*who; i++) {
        const struct workload *workload =
            cluster_workload(inquiry->cluster, inquiry->missing_services.keys[i]);
        if (!workload)
            continue;
        who = quote(inquiry, workload->name);
        query = shown_by_both(inquiry, query, shown_by(inquiry, workload->seen, workload->name));
    }
    inquiry_report(inquiry, CAUSE_QUOTA_SERVICES, OBJECT_NAMESPACE, inquiry->cluster->space,
                   missing ? 0.93 : 0.4, query, "%s%s%s.", fullness(inquiry, quota),
                   missing ? ", and a service that others call did not exist" : "",
                   *who ? str_printf(inquiry->arena, ": %s", who).ptr : "");
    inquiry->services_refused |= missing;
}

static void check_storage_quota(struct inquiry *inquiry, const struct quota *quota, double left)
{
    struct str claim;
    const struct event *event = missing_claim(inquiry, inquiry->cluster->events, &claim);
    if (!event || (left > 0 && !asks_more(inquiry->cluster, claim, left)))
        return;
    map_add(&inquiry->short_of_quota, event->app);
    inquiry_report(inquiry, CAUSE_QUOTA_STORAGE, OBJECT_NAMESPACE, inquiry->cluster->space, 0.93,
                   shown_by_both(inquiry, shown_by(inquiry, quota->seen, quota->name),
                                 shown_by_event(inquiry, event)),
                   "%s, and the volume claim %s could not be created.", fullness(inquiry, quota),
                   quote(inquiry, claim));
}

static void check_pod_quota(struct inquiry *inquiry, const struct quota *quota, enum cause cause)
{
    const struct cluster *cluster = inquiry->cluster;
    const struct workload *lacking = NULL;
    for (uint32_t i = 0; i < roll_count(&cluster->workloads); i++) {
        const struct workload *workload = cluster->workloads.items[i];
        if (!workload->counted || workload->wanted <= workload->pods_count)
            continue;
        lacking = lacking ? lacking : workload;
        map_add(&inquiry->short_of_quota, workload->name);
    }
    struct str query = shown_by(inquiry, quota->seen, quota->name);
    if (lacking)
        query = shown_by_both(inquiry, query, shown_by(inquiry, lacking->seen, lacking->name));
    inquiry_report(inquiry, cause, OBJECT_NAMESPACE, cluster->space, lacking ? 0.6 : 0.3, query,
                   "%s%s%s.", fullness(inquiry, quota),
                   lacking ? ", and pods were missing of " : "",
                   lacking ? quote(inquiry, lacking->name) : "");
}

static void check_quotas(struct inquiry *inquiry)
{
    for (uint32_t i = 0; i < inquiry->cluster->quotas_count; i++) {
        const struct quota *quota = &inquiry->cluster->quotas[i];
        const enum cause cause = cause_of_resource(quota->resource);
        double used, hard;
        if (!words_quantity(quota->used, &used) || !words_quantity(quota->hard, &hard))
            continue;
        if (cause == CAUSE_QUOTA_SERVICES && used >= hard)
            check_service_quota(inquiry, quota);
        else if (cause == CAUSE_QUOTA_STORAGE)
            check_storage_quota(inquiry, quota, hard - used);
        else if ((cause == CAUSE_QUOTA_CPU || cause == CAUSE_QUOTA_MEMORY ||
                  cause == CAUSE_QUOTA_PODS) &&
                 used >= hard)
            check_pod_quota(inquiry, quota, cause);
    }
}

static void check_missing(struct inquiry *inquiry)
{
    for (uint32_t i = 0; !inquiry->services_refused && i < inquiry->missing_services.count; i++) {
        const struct workload *workload =
            cluster_workload(inquiry->cluster, inquiry->missing_services.keys[i]);
        if (workload)
            inquiry_report(inquiry, CAUSE_NO_SERVICE, OBJECT_SERVICE, workload->name, 0.6,
                           shown_by(inquiry, workload->seen, workload->name),
                           "The workload %s is called by others and had no Service object.",
                           quote(inquiry, workload->name));
    }
    struct str claim;
    const struct event *event = missing_claim(inquiry, inquiry->cluster->events, &claim);
    for (; event; event = missing_claim(inquiry, event->next, &claim))
        inquiry_report(inquiry, CAUSE_NO_CLAIM, OBJECT_SERVICE, event->app, 0.6,
                       shown_by_event(inquiry, event),
                       "The pod %s waited for the volume claim %s, which was not found.",
                       quote(inquiry, event->name), quote(inquiry, claim));
}

void rules_admission(struct inquiry *inquiry)
{
    check_refused(inquiry);
    check_named_accounts(inquiry);
    find_missing_services(inquiry);
    check_quotas(inquiry);
    check_missing(inquiry);
}
