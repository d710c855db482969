/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What components say in so many words. The API server, the kubelet and the controllers each have
 * set phrases for what keeps a pod from being made, placed or started; where one of them is about a
 * workload that lacks pods now, it is the cause, and the first row that matches names it.
 *
 * Rows are phrases of the components' own source: plugin/pkg/admission, pkg/kubelet,
 * pkg/scheduler/framework/preemption; those of certificates are crypto/x509's.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"

static const struct phrase {
    const char *reason; /* NULL: any */
    const char *pattern;
    enum cause cause;
    double strength;
    bool of_node; /* the pod's node is at fault, not its workload */
} phrases[] = {
    {NULL, "x509: certificate has expired", CAUSE_CERTIFICATE_EXPIRED, 0.94, false},
    {NULL, "x509: certificate signed by unknown", CAUSE_CERTIFICATE_UNTRUSTED, 0.94, false},
    {"FailedCreate", "admission webhook*denied the request", CAUSE_WEBHOOK_DENIES, 0.9, false},
    {"FailedCreate", "failed calling webhook", CAUSE_WEBHOOK_SILENT, 0.92, false},
    {"FailedCreate", "violates PodSecurity", CAUSE_POD_SECURITY, 0.93, false},
    {"FailedCreate", "unable to validate against any*security", CAUSE_POD_SECURITY, 0.93, false},
    {"FailedCreate", "no PriorityClass with name", CAUSE_NO_PRIORITY, 0.93, false},
    {"FailedCreate", "minimum * usage per *, but", CAUSE_LIMIT_RANGE, 0.93, false},
    {"FailedCreate", "maximum * usage per *, but", CAUSE_LIMIT_RANGE, 0.93, false},
    {"FailedCreate", "limit to request ratio per", CAUSE_LIMIT_RANGE, 0.93, false},
    {"FailedCreate", "is forbidden: User * cannot create", CAUSE_NOT_ALLOWED, 0.9, false},
    {NULL, "is forbidden: User * cannot * resource", CAUSE_NOT_ALLOWED, 0.85, false},
    {NULL, "no IP addresses available in range", CAUSE_NO_POD_ADDRESS, 0.9, true},
    {NULL, "failed to assign an IP address to container", CAUSE_NO_POD_ADDRESS, 0.9, true},
    {NULL, "cni plugin not initialized", CAUSE_NODE_NETWORK, 0.85, true},
    {"NetworkNotReady", "network is not ready", CAUSE_NODE_NETWORK, 0.85, true},
    {"FailedCreatePodSandBox", "plugin type=*failed", CAUSE_NODE_NETWORK, 0.6, true},
    {"FailedAttachVolume", "Multi-Attach error", CAUSE_VOLUME_ATTACHED, 0.92, false},
    {"FailedPostStartHook", "", CAUSE_START_HOOK, 0.8, false},
    {NULL, "secret \"*\" not found", CAUSE_CONFIG_MISSING, 0.9, false},
    {NULL, "configmap \"*\" not found", CAUSE_CONFIG_MISSING, 0.9, false},
    {NULL, "couldn't find key * in", CAUSE_CONFIG_MISSING, 0.9, false},
    {"Failed", "executable file not found in", CAUSE_COMMAND, 0.93, false},
    {"Failed", "exec*no such file or directory", CAUSE_COMMAND, 0.92, false},
    {"Failed", "exec*permission denied", CAUSE_COMMAND, 0.9, false},
    {"Failed", "exec format error", CAUSE_COMMAND, 0.93, false},
    {"Failed", "runAsNonRoot and image will run as root", CAUSE_POD_SECURITY, 0.92, false},
};

static bool says(const struct event *event, const struct phrase *phrase)
{
    return (!phrase->reason || str_eq(event->reason, str_of(phrase->reason))) &&
           words_match(event->message, phrase->pattern);
}

/* An event about a pod that came up since, or about a workload that has all its pods, is over. */
static bool is_over(const struct inquiry *inquiry, const struct event *event)
{
    return event->pod ? event->pod->ready : !cluster_is_lacking(inquiry->cluster, event->app);
}

static void check_phrases(struct inquiry *inquiry, const struct event *event)
{
    size_t i = 0;
    while (i < sizeof phrases / sizeof *phrases && !says(event, &phrases[i]))
        i++;
    if (i == sizeof phrases / sizeof *phrases)
        return;
    const struct phrase *phrase = &phrases[i];
    const struct str node = event->pod ? event->pod->node : STR("");
    const char *const name = quote(inquiry, event->name);
    const char *const said = quote_end(inquiry, event->message);
    const struct str shown = shown_by_event(inquiry, event);
    if (phrase->of_node && node.len > 0)
        inquiry_report(
            inquiry, phrase->cause, OBJECT_NODE, node, phrase->strength,
            shown_by_both(inquiry, shown, shown_by(inquiry, event->pod->seen, event->name)),
            "On the node %s, %s did not start: %s.", quote(inquiry, node), name, said);
    else
        inquiry_report(inquiry, phrase->cause, OBJECT_SERVICE, event->app, phrase->strength, shown,
                       "%s did not start: %s.", name, said);
}

/* "The node was low on resource: memory. ..." It is the node that was short. */
static void check_eviction(struct inquiry *inquiry, const struct event *event)
{
    static const struct {
        const char *pattern;
        enum cause cause;
    } shortages[] = {
        {"low on resource: memory", CAUSE_NODE_MEMORY},
        {"low on resource: ephemeral-storage", CAUSE_NODE_DISK},
        {"low on resource: inodes", CAUSE_NODE_DISK},
        {"low on resource: pids", CAUSE_NODE_PIDS},
    };
    const struct str shown = shown_by_event(inquiry, event);
    for (size_t i = 0; event->pod && i < sizeof shortages / sizeof *shortages; i++)
        if (words_match(event->message, shortages[i].pattern))
            inquiry_report(
                inquiry, shortages[i].cause, OBJECT_NODE, event->pod->node, 0.7,
                shown_by_both(inquiry, shown, shown_by(inquiry, event->pod->seen, event->name)),
                "The pod %s was evicted from the node %s: %s.", quote(inquiry, event->name),
                quote(inquiry, event->pod->node), quote(inquiry, event->message));
    inquiry_report(inquiry, CAUSE_EVICTED, OBJECT_SERVICE, event->app, 0.4, shown,
                   "The pod %s was evicted: %s.", quote(inquiry, event->name),
                   quote(inquiry, event->message));
}

/*
 * What a workload logs that the API server refused it. It may live with that, so only where its
 * pods are not up it is more than a hint.
 */
static void check_rights(struct inquiry *inquiry, const struct log_line *line)
{
    const struct cluster *cluster = inquiry->cluster;
    const struct workload *workload = cluster_workload(cluster, line->service);
    const bool lacking = workload && workload->counted && workload->ready < workload->wanted;
    inquiry_report(inquiry, CAUSE_NOT_ALLOWED, OBJECT_SERVICE, line->service, lacking ? 0.8 : 0.35,
                   shown_by_log(inquiry, line), "%s was refused by the API server: %s.",
                   quote(inquiry, line->service), quote_end(inquiry, line->message));
}

void rules_event(struct inquiry *inquiry)
{
    for (const struct log_line *line = inquiry->cluster->forbidden; line; line = line->next)
        check_rights(inquiry, line);
    for (const struct event *event = inquiry->cluster->events; event; event = event->next) {
        if (event->app.len == 0 || is_over(inquiry, event))
            continue;
        check_phrases(inquiry, event);
        if (str_eq(event->reason, STR("Evicted")))
            check_eviction(inquiry, event);
        if (str_eq(event->reason, STR("Preempted")))
            inquiry_report(inquiry, CAUSE_PREEMPTED, OBJECT_SERVICE, event->app, 0.85,
                           shown_by_event(inquiry, event), "The pod %s made room for another: %s.",
                           quote(inquiry, event->name), quote(inquiry, event->message));
    }
}
