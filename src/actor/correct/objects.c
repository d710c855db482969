/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A remedy ends the pain; that the manifests say it too is for a correction. Where the template of
 * a workload is at fault and there is a version before, that version is the remedy, whatever the
 * fault: it is known to have run. Else a patch is made where one value can be right only, and no
 * command where there are several.
 */
#include "actor/correct/objects.h"

#include "agent/agent.h"
#include "agent/events/words.h"
#include "base/arena.h"
#include "data/batch.h"

#define UNCORDON_MAX 5

struct making {
    struct call *call;
    const struct platform *platform;
    struct str object;
    const char *word; /* of the row */
};

typedef void make_fn(const struct making *making, struct remedy *out);

/* ---- nodes ---- */

static struct str on_node(const struct making *making, const char *verb)
{
    struct command command = command_new(making->call->scratch, "ssh");
    command_add_name(&command, "", making->object);
    command_add(&command, verb);
    command_add(&command, making->word);
    return command_str(&command);
}

static void start_unit(const struct making *making, struct remedy *out)
{
    out->command = on_node(making, "sudo systemctl start");
}

static void restart_unit(const struct making *making, struct remedy *out)
{
    out->command = on_node(making, "sudo systemctl restart");
}

static struct str about_node(const struct making *making, const char *verb)
{
    struct command command = command_new(making->call->scratch, verb);
    command_add_name(&command, "", making->object);
    return command_str(&command);
}

static void cordon(const struct making *making, struct remedy *out)
{
    out->command = about_node(making, "kubectl cordon");
    out->undo = about_node(making, "kubectl uncordon");
}

static void uncordon(const struct making *making, struct remedy *out)
{
    struct arena *arena = making->call->scratch;
    const struct record nothing = record_new(arena, agent_tool(STR("events.cordoned"))->sig.input);
    struct record answer;
    struct err ignored = {0};
    if (!agent_use(making->call, "events.cordoned", &nothing, &answer, &ignored))
        return;
    const struct batch *nodes = record_at(&answer, "nodes")->rows;
    struct command command = command_new(arena, "kubectl uncordon");
    struct command undo = command_new(arena, "kubectl cordon");
    command.spoilt = undo.spoilt = nodes->rows == 0 || nodes->rows > UNCORDON_MAX;
    for (size_t row = 0; row < nodes->rows; row++) {
        command_add_name(&command, "", batch_column(nodes, "node")->texts[row]);
        command_add_name(&undo, "", batch_column(nodes, "node")->texts[row]);
    }
    out->command = command_str(&command);
    out->undo = command_str(&undo);
}

/* ---- workloads ---- */

/* The template was changed, so what takes it back is the version before. */
static void undo_template(const struct making *making, struct remedy *out)
{
    struct platform after = *making->platform;
    after.revision = 0;
    if (out->command.len > 0)
        out->undo = platform_undo(making->call->scratch, &after);
}

static void remove_from_template(const struct making *making, struct remedy *out)
{
    out->command = platform_patch(
        making->call->scratch, making->platform,
        str_printf(making->call->scratch,
                   "[{\"op\":\"remove\",\"path\":\"/spec/template/spec/%s\"}]", making->word));
    undo_template(making, out);
}

static void set_account(const struct making *making, struct remedy *out)
{
    if (making->platform->account)
        out->command =
            platform_set_account(making->call->scratch, making->platform, making->platform->name);
    undo_template(making, out);
}

static void more_memory(const struct making *making, struct remedy *out)
{
    *out = remedy_more_memory(making->call->scratch, making->platform);
}

/* "http-get http://:8080/health delay=5s ...": its field in a manifest. */
static const char *probe_field(struct str probe)
{
    return str_starts(probe, STR("http-get"))     ? "httpGet"
           : str_starts(probe, STR("tcp-socket")) ? "tcpSocket"
           : str_starts(probe, STR("grpc"))       ? "grpc"
                                                  : NULL;
}

static void probe_port(const struct making *making, struct remedy *out)
{
    const struct platform *platform = making->platform;
    const bool liveness = making->word[0] == 'l';
    const char *field = probe_field(liveness ? platform->liveness : platform->readiness);
    if (!field || !words_is_number(platform->port))
        return;
    out->command = platform_patch(
        making->call->scratch, platform,
        str_printf(making->call->scratch,
                   "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/%s/%s/port\","
                   "\"value\":%s}]",
                   making->word, field, platform->port.ptr));
    undo_template(making, out);
}

/* ---- Service objects ---- */

static void expose(const struct making *making, struct remedy *out)
{
    const struct platform *platform = making->platform;
    struct command command = command_new(making->call->scratch, "kubectl expose");
    command_add_name(&command,
                     str_printf(making->call->scratch, "%.*s/", STR_ARG(platform->kind)).ptr,
                     platform->name);
    command_add_name(&command, "-n ", platform->space);
    command_add_name(&command, "--port=", platform->port);
    command.spoilt |= platform->kind.len == 0;
    struct command undo = command_new(making->call->scratch, "kubectl delete");
    command_add_name(&undo, "service/", platform->name);
    command_add_name(&undo, "-n ", platform->space);
    out->command = command_str(&command);
    if (out->command.len > 0)
        out->undo = command_str(&undo);
}

static struct str select_patch(const struct making *making, struct str value)
{
    const struct platform *platform = making->platform;
    if (!command_is_name(platform->selector_key) || !command_is_name(value))
        return STR("");
    const struct str patch =
        str_printf(making->call->scratch, "{\"spec\":{\"selector\":{\"%.*s\":\"%.*s\"}}}",
                   STR_ARG(platform->selector_key), STR_ARG(value));
    return platform_patch_service(making->call->scratch, platform, "merge", patch);
}

static void fix_selector(const struct making *making, struct remedy *out)
{
    out->command = select_patch(making, making->platform->label_value);
    out->undo = select_patch(making, making->platform->selector_value);
}

static struct str target_patch(const struct making *making, struct str target)
{
    if (!command_is_name(target))
        return STR("");
    const char *quote = words_is_number(target) ? "" : "\"";
    const struct str patch = str_printf(
        making->call->scratch,
        "[{\"op\":\"replace\",\"path\":\"/spec/ports/0/targetPort\",\"value\":%s%.*s%s}]", quote,
        STR_ARG(target), quote);
    return platform_patch_service(making->call->scratch, making->platform, "json", patch);
}

static void fix_target(const struct making *making, struct remedy *out)
{
    if (making->platform->target.len == 0)
        return;
    out->command = target_patch(making, making->platform->port);
    out->undo = target_patch(making, making->platform->target);
}

/* ---- the table ---- */

#define AGAIN "If it ends again, its log says why."
#define ANYWHERE "Its pods may then run on nodes that they were kept from on purpose."
#define ON_PURPOSE "Somebody may have done it on purpose."

static const struct {
    enum cause cause;
    bool in_template;
    const char *text; /* @ stands for the object */
    make_fn *make;
    const char *word;
    const char *risk;
} rows[] = {
    {CAUSE_UNIT_CONTAINERD, false, "Start containerd again on the node @", start_unit, "containerd",
     AGAIN},
    {CAUSE_UNIT_DOCKER, false, "Start docker again on the node @", start_unit, "docker", AGAIN},
    {CAUSE_UNIT_CRIO, false, "Start the runtime again on the node @", start_unit, "crio", AGAIN},
    {CAUSE_UNIT_KUBELET, false, "Start kubelet again on the node @", start_unit, "kubelet", AGAIN},
    {CAUSE_UNIT_PROXY, false, "Start kube-proxy again on the node @", start_unit, "kube-proxy",
     AGAIN},
    {CAUSE_UNIT_SCHEDULER, false, "Start the scheduler again on the node @", start_unit,
     "kube-scheduler", AGAIN},
    {CAUSE_UNIT_CONTROLLER, false, "Start the controllers again on the node @", start_unit,
     "kube-controller-manager", AGAIN},
    {CAUSE_UNIT_APISERVER, false, "Start the API server again on the node @", start_unit,
     "kube-apiserver", AGAIN},
    {CAUSE_UNIT_ETCD, false, "Start etcd again on the node @", start_unit, "etcd", AGAIN},
    {CAUSE_UNIT_OTHER, false, "Start again what does not run on the node @", NULL, "", AGAIN},
    {CAUSE_RUNTIME_DOWN, false, "Restart the container runtime of the node @", NULL, "", AGAIN},
    {CAUSE_RUNTIME_SILENT, false, "Restart the container runtime of the node @", NULL, "", AGAIN},
    {CAUSE_KUBELET_SILENT, false, "Restart kubelet on the node @", restart_unit, "kubelet", AGAIN},
    {CAUSE_NETWORK_AGENT, false, "Let the agent of the pod network run again on the node @", NULL,
     "", AGAIN},
    {CAUSE_DNS_DOWN, false, "Let the cluster's DNS run again: @", NULL, "", AGAIN},
    {CAUSE_NO_POD_ADDRESS, false, "Keep new pods off the node @ until it is well", cordon, "",
     "The other nodes must have room for them."},
    {CAUSE_WEBHOOK_DENIES, true, "Give @ what the webhook demands", NULL, "", ""},
    {CAUSE_WEBHOOK_SILENT, false, "Let the webhook answer that keeps the pods of @ back", NULL, "",
     ""},
    {CAUSE_POD_SECURITY, true, "Give @ a security context that its namespace allows", NULL, "", ""},
    {CAUSE_LIMIT_RANGE, true, "Give @ limits that its namespace allows", NULL, "", ""},
    {CAUSE_NO_PRIORITY, true, "Create the priority class that @ names", NULL, "", ""},
    {CAUSE_NOT_ALLOWED, false, "Give @ the right that it lacks", NULL, "",
     "It may need less than it asks for."},
    {CAUSE_PREEMPTED, false, "Give the pods of @ room, or a higher priority", NULL, "",
     "Others must make room for them."},
    {CAUSE_AUTOSCALER_BLIND, false, "Let the autoscaler of @ read its metrics", NULL, "", ""},
    {CAUSE_AUTOSCALER_FULL, false, "Raise the maximum of the autoscaler of @", NULL, "",
     "The nodes must have room for more pods, and what they call must bear them."},
    {CAUSE_BUDGET_BLOCKS, false, "Give @ one pod more than its disruption budget keeps", NULL, "",
     ""},
    {CAUSE_CERTIFICATE_EXPIRED, false, "Renew the certificate that @ depends on", NULL, "", ""},
    {CAUSE_CERTIFICATE_UNTRUSTED, false, "Let the certificate that @ depends on be trusted", NULL,
     "", "Make sure first whose certificate it is."},
    {CAUSE_VOLUME_ATTACHED, false, "Detach the volume of @ from the node that it left", NULL, "",
     "What is still written there is lost."},
    {CAUSE_COMMAND, true, "Give @ a command that its image has", NULL, "", ""},
    {CAUSE_START_HOOK, true, "Correct the start hook of @", NULL, "", ""},
    {CAUSE_NODE_NOT_READY, false, "Keep new pods off the node @ until it is well", cordon, "",
     "The other nodes must have room for them."},
    {CAUSE_NODE_MEMORY, false, "Keep new pods off the node @ until it is well", cordon, "",
     "The other nodes must have room for them."},
    {CAUSE_NODE_DISK, false, "Keep new pods off the node @ until it is well", cordon, "",
     "The other nodes must have room for them."},
    {CAUSE_NODE_PIDS, false, "Keep new pods off the node @ until it is well", cordon, "",
     "The other nodes must have room for them."},
    {CAUSE_NODE_NETWORK, false, "Keep new pods off the node @ until it is well", cordon, "",
     "The other nodes must have room for them."},
    {CAUSE_NO_SCHEDULER, false, "Start the scheduler of the cluster again", NULL, "", AGAIN},

    {CAUSE_NO_ACCOUNT, true, "Run @ under a service account that exists", set_account, "",
     "That account may have other rights than the one that was meant."},
    {CAUSE_QUOTA_CPU, false, "Raise the processor quota of @, or free what it holds", NULL, "",
     "What the quota kept in bounds may grow."},
    {CAUSE_QUOTA_MEMORY, false, "Raise the memory quota of @, or free what it holds", NULL, "",
     "What the quota kept in bounds may grow."},
    {CAUSE_QUOTA_PODS, false, "Raise the pod quota of @, or free what it holds", NULL, "",
     "What the quota kept in bounds may grow."},
    {CAUSE_QUOTA_SERVICES, false, "Raise the service quota of @, or free what it holds", NULL, "",
     "What the quota kept in bounds may grow."},
    {CAUSE_QUOTA_STORAGE, false, "Raise the storage quota of @, or free what it holds", NULL, "",
     "What the quota kept in bounds may grow."},
    {CAUSE_QUOTA_OTHER, false, "Raise the quota of @, or free what it holds", NULL, "",
     "What the quota kept in bounds may grow."},
    {CAUSE_QUOTA_WANTS_CPU, false, "Declare what the quota demands of each pod of @", NULL, "", ""},
    {CAUSE_QUOTA_WANTS_MEMORY, false, "Declare what the quota demands of each pod of @", NULL, "",
     ""},
    {CAUSE_NO_SERVICE, false, "Create the Service object of @", expose, "",
     "Callers may know it by another port."},
    {CAUSE_NO_CLAIM, true, "Create the volume claim that @ mounts", NULL, "", ""},

    {CAUSE_NODE_SELECTOR, true, "Take the node selector of @ out", remove_from_template,
     "nodeSelector", ANYWHERE},
    {CAUSE_NODE_SELECTOR_NARROW, true, "Take the node selector of @ out", remove_from_template,
     "nodeSelector", ANYWHERE},
    {CAUSE_NODE_AFFINITY, true, "Take the node affinity of @ out", remove_from_template,
     "affinity/nodeAffinity", ANYWHERE},
    {CAUSE_NODE_AFFINITY_NARROW, true, "Take the node affinity of @ out", remove_from_template,
     "affinity/nodeAffinity", ANYWHERE},
    {CAUSE_NODE_MISMATCH, true, "Let @ run on nodes that there are", NULL, "", ANYWHERE},
    {CAUSE_TAINT, true, "Let @ tolerate the taint, or take it off a node", NULL, "", ON_PURPOSE},
    {CAUSE_CORDONED, false, "Let the cordoned nodes take pods again, for @", uncordon, "",
     ON_PURPOSE},
    {CAUSE_ANTI_AFFINITY, true, "Take the pod anti-affinity of @ out", remove_from_template,
     "affinity/podAntiAffinity", "Its pods may then share a node, and fall with it."},
    {CAUSE_POD_AFFINITY, true, "Take the pod affinity of @ out", remove_from_template,
     "affinity/podAffinity", ANYWHERE},
    {CAUSE_TOO_LITTLE_CPU, true, "Let @ ask for less processor, or add a node", NULL, "",
     "With less than it needs it is slow."},
    {CAUSE_TOO_LITTLE_MEMORY, true, "Let @ ask for less memory, or add a node", NULL, "",
     "With less than it needs it is killed."},

    {CAUSE_CLASS_MISSING, false, "Give the volume claim of @ a storage class that exists", NULL, "",
     "A volume claim must be made anew for that; what is on its volume stays there."},
    {CAUSE_CLASS_DIFFERS, false, "Let volume and volume claim of @ have one storage class", NULL,
     "", "A volume claim must be made anew for that; what is on its volume stays there."},
    {CAUSE_MODE_DIFFERS, false, "Let the volume claim of @ ask for modes that the volume has", NULL,
     "", "A volume claim must be made anew for that; what is on its volume stays there."},
    {CAUSE_SIZE_DIFFERS, false, "Let the volume claim of @ ask for what the volume holds", NULL, "",
     "A volume claim must be made anew for that; what is on its volume stays there."},
    {CAUSE_LABELS_DIFFER, false, "Let the volume claim of @ select the labels of the volume", NULL,
     "", "A volume claim must be made anew for that; what is on its volume stays there."},
    {CAUSE_VOLUME_TAKEN, false, "Free the volume that @ needs, or give it another one", NULL, "",
     "Whoever has the volume now loses it."},
    {CAUSE_VOLUME_ELSEWHERE, true, "Let @ run on the node of its volume", NULL, "", ""},
    {CAUSE_NO_VOLUME_OF_CLASS, false, "Provide a volume for @", NULL, "", ""},
    {CAUSE_NO_VOLUME, false, "Provide a volume for @", NULL, "", ""},
    {CAUSE_CLAIM_UNBOUND, false, "Provide a volume for @", NULL, "", ""},

    {CAUSE_IMAGE_DNS, true, "Let the name of the image registry of @ resolve", NULL, "", ""},
    {CAUSE_IMAGE_REFERENCE, true, "Give @ an image that exists", NULL, "", ""},
    {CAUSE_IMAGE_REFUSED, true, "Give @ an image that its registry serves", NULL, "", ""},
    {CAUSE_IMAGE_INVALID, true, "Give @ an image that exists", NULL, "", ""},
    {CAUSE_IMAGE_REGISTRY, false, "Restore the way to the image registry of @", NULL, "", ""},
    {CAUSE_IMAGE_UNKNOWN, true, "Give @ an image that can be pulled", NULL, "", ""},
    {CAUSE_PULL_SECRET, true, "Give @ an image pull secret that its registry takes", NULL, "", ""},
    {CAUSE_PULL_SECRET_MISSING, true, "Create the image pull secret that @ names", NULL, "", ""},
    {CAUSE_MOUNT_REFUSED, true, "Give @ the right to mount its volume", NULL, "", ""},
    {CAUSE_MOUNT_FAILED, true, "Let the volume of @ be mounted again", NULL, "", ""},
    {CAUSE_CONFIG_MISSING, true, "Create the secret or config map that @ needs", NULL, "", ""},

    {CAUSE_VOLUME_REFUSED, true, "Give @ the right to its volume", NULL, "", ""},
    {CAUSE_FILE_REFUSED, true, "Give @ the right to its files", NULL, "", ""},
    {CAUSE_OUT_OF_MEMORY, true, "Raise the memory limit of @", more_memory, "",
     "The node must have as much to give; a leak only takes longer."},
    {CAUSE_KILLED, true, "Raise the memory limit of @", more_memory, "",
     "The node must have as much to give; a leak only takes longer."},
    {CAUSE_LIVENESS_PORT, true, "Let the liveness probe of @ use the port that is open", probe_port,
     "livenessProbe", ""},
    {CAUSE_LIVENESS_PROTOCOL, true, "Let the liveness probe of @ speak what the container speaks",
     NULL, "", ""},
    {CAUSE_LIVENESS_TIMING, true, "Give @ more time before its liveness probe counts", NULL, "",
     "What really hangs is found later."},
    {CAUSE_READINESS_PORT, true, "Let the readiness probe of @ use the port that is open",
     probe_port, "readinessProbe", ""},
    {CAUSE_READINESS_PROTOCOL, true, "Let the readiness probe of @ speak what the container speaks",
     NULL, "", ""},

    {CAUSE_SELECTOR, false, "Let the selector of the service @ match its pods", fix_selector, "",
     "Somebody may have taken its pods out of it on purpose."},
    {CAUSE_SELECTOR_OTHER, false, "Let the selector of the service @ match its pods", fix_selector,
     "", "Somebody may have sent its traffic there on purpose."},
    {CAUSE_SERVICE_PORT, false, "Let the service @ send to the port that is open", fix_target, "",
     ""},
    {CAUSE_SERVICE_PORT_NAME, false, "Let the service @ send to the port that is open", fix_target,
     "", ""},
    {CAUSE_SERVICE_PORT_CALLERS, false, "Give the service @ the port that its callers use", NULL,
     "", "Callers that know the new port lose it."},
    {CAUSE_SERVICE_PROTOCOL, false, "Let the service @ use the protocol of the container", NULL, "",
     ""},
    {CAUSE_SERVICE_NOT_TCP, false, "Let the service @ and its port use TCP", NULL, "", ""},
    {CAUSE_POLICY_FORBIDS, false, "Let the network policy of @ admit those that call it", NULL, "",
     ON_PURPOSE},
    {CAUSE_INGRESS_SERVICE, false, "Let the ingress send to a service that exists, and not to @",
     NULL, "", ""},
    {CAUSE_INGRESS_PORT, false, "Let the ingress send to a port that the service @ has", NULL, "",
     ""},
    {CAUSE_ADDRESS_UNKNOWN, true, "Correct the address in the environment of @", NULL, "", ""},
    {CAUSE_ADDRESS_PORT, true, "Correct the address in the environment of @", NULL, "", ""},
    {CAUSE_ADDRESS_OTHER, true, "Correct the address in the environment of @", NULL, "", ""},
};
#define ROWS_COUNT (sizeof rows / sizeof *rows)

enum cause objects_cause(struct str words)
{
    int cause = 0;
    while (cause < CAUSES_COUNT && !str_eq(str_of(cause_words((enum cause)cause)), words))
        cause++;
    return (enum cause)cause;
}

bool objects_remedy(struct call *call, const struct platform *platform, struct str object,
                    enum cause cause, struct remedy *out)
{
    size_t i = 0;
    while (i < ROWS_COUNT && rows[i].cause != cause)
        i++;
    if (i == ROWS_COUNT)
        return false;
    *out = (struct remedy){.text = remedy_words(call->scratch, rows[i].text, object),
                           .risk = str_of(rows[i].risk)};
    if (rows[i].in_template && platform->revision > 1) {
        out->text = str_printf(call->scratch, "%.*s: go back to the version before, which ran",
                               STR_ARG(out->text));
        out->command = platform_undo(call->scratch, platform);
        out->undo = out->command; /* the version before that one is this one */
        out->risk = STR("What else that version brought goes with it.");
    } else if (rows[i].make) {
        const struct making making = {call, platform, object, rows[i].word};
        rows[i].make(&making, out);
    }
    return true;
}
