/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start: images and mounts. kubelet hands on what the container runtime got from the registry, so
 * the last words of a long message name the cause. Registries say little on purpose: some answer
 * "denied" for what does not exist, so the order of the table matters.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"

/* ---- images ---- */

struct pull_error {
    enum cause cause;
    double strength;
    const char *patterns[14]; /* ends with NULL */
};

static const struct pull_error pull_errors[] = {
    {CAUSE_IMAGE_DNS,
     0.95,
     {"no such host", "temporary failure in name resolution", "server misbehaving",
      "lookup *i/o timeout", "lookup *timed out", "name or service not known", NULL}},
    /* Docker Hub adds "insufficient_scope" to what does not exist, so this comes before the next */
    {CAUSE_IMAGE_REFERENCE,
     0.92,
     {"repository does not exist", "may not exist", "manifest unknown", "manifest *not found",
      "notfound", ": not found", "name unknown", "name invalid", "invalid reference format",
      "couldn't parse image", "no match for platform", "invalid tag", NULL}},
    {CAUSE_PULL_SECRET,
     0.92,
     {"unauthorized", "unauthorised", "authentication required", "no basic auth",
      "failed to authorize", "insufficient_scope", "access denied", "denied:", "401 forbidden",
      "403 forbidden", "403 unauthorized", NULL}},
    {CAUSE_IMAGE_REGISTRY,
     0.8,
     {"i/o timeout", "connection refused", "connection reset", "tls handshake", "x509", NULL}},
};

/* The host before the first slash, if it looks like one. */
static struct str registry_of(struct str image)
{
    struct str host = STR(""), rest = image;
    if (str_contains(image, STR("/")))
        (void)str_split(&rest, '/', &host);
    const bool is_host = str_contains(host, STR(".")) || str_contains(host, STR(":")) ||
                         str_eq(host, STR("localhost"));
    return is_host ? host : STR("docker.io");
}

static bool names_secret(const struct pod *pod)
{
    const struct manifest *manifest = pod && pod->workload ? pod->workload->manifest : NULL;
    for (uint32_t i = 0; manifest && i < manifest->entries.count; i++)
        if (str_contains(manifest->entries.items[i].path, STR("imagePullSecrets")))
            return true;
    return false;
}

/* Whether another workload runs with an image of the same registry. */
static bool serves_neighbours(const struct cluster *cluster, struct str app, struct str image)
{
    for (uint32_t i = 0; i < roll_count(&cluster->workloads); i++) {
        const struct workload *workload = cluster->workloads.items[i];
        if (str_eq(workload->name, app) || workload->ready <= 0)
            continue;
        for (uint32_t c = 0; c < workload->containers.count; c++)
            if (str_eq(registry_of(workload->containers.items[c].image), registry_of(image)))
                return true;
    }
    return false;
}

static bool lacks_secret(const struct pod *pod)
{
    for (const struct event *event = pod ? pod->events : NULL; event; event = event->next_of_pod)
        if (str_eq(event->reason, STR("FailedToRetrieveImagePullSecret")))
            return true;
    return false;
}

static void report_pull(struct inquiry *inquiry, const struct event *event,
                        const struct pull_error *error)
{
    enum cause cause = error->cause;
    double strength = error->strength;
    const bool lacking = lacks_secret(event->pod);
    const struct str image = words_between(event->message, "ailed to pull image \"", "\"");
    static const char *const refusals[] = {"denied", "authoriz", NULL};
    if (cause == CAUSE_PULL_SECRET && !lacking && image.len > 0 && !names_secret(event->pod) &&
        serves_neighbours(inquiry->cluster, event->app, image)) {
        cause = CAUSE_IMAGE_REFUSED;
        strength = 0.85;
    }
    if (cause == CAUSE_IMAGE_REFERENCE && lacking && words_match_any(event->message, refusals))
        cause = CAUSE_PULL_SECRET;
    inquiry_report(inquiry, cause, OBJECT_SERVICE, event->app, strength,
                   shown_by_event(inquiry, event), "The image of the pod %s was not pulled: %s.",
                   quote(inquiry, event->name), quote_end(inquiry, event->message));
}

static bool is_pull_failure(const struct event *event)
{
    const bool reason = str_eq(event->reason, STR("Failed")) ||
                        str_eq(event->reason, STR("InspectFailed")) ||
                        str_eq(event->reason, STR("ErrImageNeverPull"));
    return reason && str_starts(event->kind, STR("pod")) &&
           (str_contains(event->message, STR("pull")) ||
            str_contains(event->message, STR("image"))) &&
           !str_starts(event->message, STR("Error: ")); /* that one only repeats the status */
}

static void check_pulls(struct inquiry *inquiry, struct map *told)
{
    for (const struct event *event = inquiry->cluster->events; event; event = event->next) {
        if (str_eq(event->reason, STR("InvalidImageName")) ||
            str_eq(event->reason, STR("ErrImageNeverPull"))) {
            map_add(told, event->app);
            inquiry_report(inquiry, CAUSE_IMAGE_INVALID, OBJECT_SERVICE, event->app, 0.9,
                           shown_by_event(inquiry, event),
                           "The image of the pod %s could not be used: %s.",
                           quote(inquiry, event->name), quote(inquiry, event->message));
        }
        if (!is_pull_failure(event) || (event->pod && event->pod->ready))
            continue; /* it came up since */
        for (size_t i = 0; i < sizeof pull_errors / sizeof *pull_errors; i++) {
            if (!words_match_any(event->message, pull_errors[i].patterns))
                continue;
            report_pull(inquiry, event, &pull_errors[i]);
            map_add(told, event->app);
            break;
        }
    }
}

static bool found_pull_secret(const struct inquiry *inquiry)
{
    for (uint32_t i = 0; i < inquiry->count; i++)
        if (inquiry->faults[i].cause == CAUSE_PULL_SECRET)
            return true;
    return false;
}

static void check_pull_secrets(struct inquiry *inquiry, const struct map *told)
{
    for (const struct event *event = inquiry->cluster->events; event; event = event->next) {
        if (!str_eq(event->reason, STR("FailedToRetrieveImagePullSecret")) || !event->pod ||
            event->pod->ready)
            continue;
        /* where the pull failed for another reason, the missing secret may not be needed */
        const bool other = map_find(told, event->app) != MAP_NONE && !found_pull_secret(inquiry);
        inquiry_report(inquiry, CAUSE_PULL_SECRET_MISSING, OBJECT_SERVICE, event->app,
                       other ? 0.3 : 0.8, shown_by_event(inquiry, event),
                       "The pull secret of the pod %s was not found: %s.",
                       quote(inquiry, event->name), quote(inquiry, event->message));
    }
}

static void check_image_status(struct inquiry *inquiry, const struct map *told)
{
    static const char *const statuses[] = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName",
                                           "Init:ErrImagePull", "Init:ImagePullBackOff"};
    for (uint32_t i = 0; i < roll_count(&inquiry->cluster->pods); i++) {
        const struct pod *pod = inquiry->cluster->pods.items[i];
        for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++)
            if (str_eq(pod->status, str_of(statuses[s])) && map_find(told, pod->app) == MAP_NONE)
                inquiry_report(inquiry, CAUSE_IMAGE_UNKNOWN, OBJECT_SERVICE, pod->app, 0.6,
                               shown_by(inquiry, pod->seen, pod->name),
                               "The pod %s was in the state %s.", quote(inquiry, pod->name),
                               quote(inquiry, pod->status));
    }
}

/* ---- mounts ---- */

static void check_mount(struct inquiry *inquiry, const struct event *event)
{
    static const char *const refusals[] = {"permission denied", "access denied",
                                           "operation not permitted", "read-only", NULL};
    static const char *const missing[] = {"secret \"*\" not found", "configmap \"*\" not found",
                                          NULL};
    enum cause cause = CAUSE_MOUNT_FAILED;
    double strength = 0.6;
    if (words_match_any(event->message, refusals)) {
        cause = CAUSE_MOUNT_REFUSED;
        strength = 0.93;
    } else if (words_match_any(event->message, missing)) {
        cause = CAUSE_CONFIG_MISSING;
        strength = 0.85;
    }
    inquiry_report(inquiry, cause, OBJECT_SERVICE, event->app, strength,
                   shown_by_event(inquiry, event), "A volume of the pod %s was not mounted: %s.",
                   quote(inquiry, event->name), quote_end(inquiry, event->message));
}

static void check_mounts(struct inquiry *inquiry)
{
    static const char *const reasons[] = {"FailedMount", "FailedAttachVolume", "FailedMapVolume"};
    for (const struct event *event = inquiry->cluster->events; event; event = event->next)
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
            if (str_eq(event->reason, str_of(reasons[i])) && !(event->pod && event->pod->ready))
                check_mount(inquiry, event);
}

void rules_start(struct inquiry *inquiry)
{
    struct map told = map_new(inquiry->arena); /* workloads whose pull error is known */
    check_pulls(inquiry, &told);
    check_pull_secrets(inquiry, &told);
    check_image_status(inquiry, &told);
    check_mounts(inquiry);
}
