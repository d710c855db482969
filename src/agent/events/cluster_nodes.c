/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes, storage, quotas, units, accounts, manifests and tests of the way to a service. */
#include "agent/events/cluster_parts.h"
#include "agent/events/list.h"
#include "agent/events/words.h"
#include "base/arena.h"

#define QUOTAS_MAX 500
#define UNITS_MAX 5000

/* ---- nodes ---- */

static void list_nodes(struct cluster *cluster, const struct snapshot *snapshot)
{
    const struct list list = list_parse(cluster->arena, snapshot->text);
    for (uint32_t row = 0; row < list.rows; row++) {
        const struct str name = list_cell(&list, row, "NAME");
        struct node *node = roll_add(&cluster->nodes, name, sizeof *node);
        if (!node)
            continue;
        node->name = name;
        node->seen = snapshot;
        node->status = list_cell(&list, row, "STATUS");
        node->roles = list_cell(&list, row, "ROLES");
        node->cordoned |= str_contains(node->status, STR("SchedulingDisabled"));
    }
}

static void read_taints(struct node *node, struct str text)
{
    struct str line;
    node->taints_count = 0;
    while (str_split(&text, '\n', &line) && node->taints_count < TAINTS_MAX) {
        line = str_trim(line);
        if (line.len > 0 && !str_eq(line, STR("<none>")))
            node->taints[node->taints_count++] = line;
    }
}

/* "  Ready   False   Mon, 17 Nov 2025 ...   KubeletNotReady   container runtime is down" */
static void read_conditions(struct node *node, const struct entries *entries)
{
    node->conditions_count = 0;
    for (uint32_t i = 0; i < entries->count && node->conditions_count < CONDITIONS_MAX; i++) {
        struct str rest = entries->items[i].value, name, status;
        if (!str_eq(entries->items[i].path, STR("Conditions/#")) || !words_next(&rest, &name) ||
            !words_next(&rest, &status))
            continue;
        if (str_eq(status, STR("True")) || str_eq(status, STR("False")) ||
            str_eq(status, STR("Unknown")))
            node->conditions[node->conditions_count++] =
                (struct condition){.name = name, .status = status, .text = entries->items[i].value};
    }
}

void read_nodes(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot)) {
        list_nodes(cluster, snapshot);
        return;
    }
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    struct str name = entries_value(entries, "Name");
    if (name.len == 0)
        name = snapshot->name;
    struct node *node = roll_add(&cluster->nodes, name, sizeof *node);
    if (!node)
        return;
    node->name = name;
    node->described = snapshot;
    if (!node->seen)
        node->seen = snapshot;
    if (node->roles.len == 0)
        node->roles = entries_value(entries, "Roles");
    node->labels = pairs_parse(cluster->arena, entries_value(entries, "Labels"));
    node->cordoned |= str_eq(entries_value(entries, "Unschedulable"), STR("true"));
    read_taints(node, entries_value(entries, "Taints"));
    read_conditions(node, entries);
}

/* ---- storage ---- */

static struct claim_object *add_claim(struct cluster *cluster, const struct snapshot *snapshot,
                                      struct str name)
{
    struct claim_object *claim = roll_add(&cluster->claims, name, sizeof *claim);
    if (claim) {
        claim->name = name;
        claim->seen = snapshot;
    }
    return claim;
}

void read_claims(struct cluster *cluster, const struct snapshot *snapshot)
{
    struct claim_object *claim;
    if (snapshot_is_list(snapshot)) {
        const struct list list = list_parse(cluster->arena, snapshot->text);
        for (uint32_t row = 0; row < list.rows; row++) {
            claim = add_claim(cluster, snapshot, list_cell(&list, row, "NAME"));
            if (!claim)
                continue;
            claim->status = list_cell(&list, row, "STATUS");
            claim->storage_class = list_cell(&list, row, "STORAGECLASS");
        }
        return;
    }
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    claim = add_claim(cluster, snapshot, entries_value(entries, "Name"));
    if (!claim)
        return;
    claim->status = entries_value(entries, "Status");
    claim->storage_class = entries_value(entries, "StorageClass");
    claim->used_by = entries_value(entries, "Used By");
    const struct str object =
        str_printf(cluster->arena, "persistentvolumeclaims/%.*s", STR_ARG(claim->name));
    for (uint32_t i = 0; i < description.events_count; i++) {
        const struct described_event *event = &description.events[i];
        if (!cluster_has_event(cluster, object, event->reason, event->message))
            cluster_add_event(cluster,
                              (struct event){.type = event->type,
                                             .reason = event->reason,
                                             .message = event->message,
                                             .count = event->count,
                                             .seen = snapshot},
                              object);
    }
}

static struct volume *add_volume(struct cluster *cluster, const struct snapshot *snapshot,
                                 struct str name)
{
    struct volume *volume = roll_add(&cluster->volumes, name, sizeof *volume);
    if (volume) {
        volume->name = name;
        volume->seen = snapshot;
    }
    return volume;
}

void read_volumes(struct cluster *cluster, const struct snapshot *snapshot)
{
    struct volume *volume;
    if (snapshot_is_list(snapshot)) {
        const struct list list = list_parse(cluster->arena, snapshot->text);
        for (uint32_t row = 0; row < list.rows; row++) {
            volume = add_volume(cluster, snapshot, list_cell(&list, row, "NAME"));
            if (!volume)
                continue;
            volume->status = list_cell(&list, row, "STATUS");
            volume->storage_class = list_cell(&list, row, "STORAGECLASS");
            volume->capacity = list_cell(&list, row, "CAPACITY");
            volume->modes = list_cell(&list, row, "ACCESS MODES");
            volume->claim = list_cell(&list, row, "CLAIM");
        }
        return;
    }
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    volume = add_volume(cluster, snapshot, entries_value(entries, "Name"));
    if (!volume)
        return;
    volume->status = entries_value(entries, "Status");
    volume->storage_class = entries_value(entries, "StorageClass");
    volume->capacity = entries_value(entries, "Capacity");
    volume->modes = entries_value(entries, "Access Modes");
    volume->claim = entries_value(entries, "Claim");
    volume->labels = pairs_parse(cluster->arena, entries_value(entries, "Labels"));
}

/* ---- accounts and quotas ---- */

void read_accounts(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (!snapshot_is_list(snapshot))
        return; /* one account described says nothing about which there are */
    const struct list list = list_parse(cluster->arena, snapshot->text);
    for (uint32_t row = 0; row < list.rows && row < ROLL_MAX; row++) {
        map_add(&cluster->accounts, list_cell(&list, row, "NAME"));
        cluster->accounts_known = true; /* an empty list would lack even `default`: a failed one */
    }
}

static void add_quota(struct cluster *cluster, struct quota quota)
{
    for (uint32_t i = 0; i < cluster->quotas_count; i++)
        if (str_eq(cluster->quotas[i].name, quota.name) &&
            str_eq(cluster->quotas[i].resource, quota.resource))
            return;
    if (cluster->quotas_count == QUOTAS_MAX)
        return;
    if (!cluster->quotas)
        cluster->quotas = arena_push_many(cluster->arena, struct quota, QUOTAS_MAX);
    cluster->quotas[cluster->quotas_count++] = quota;
}

/* "requests.cpu: 10/10, pods: 3/5" */
static void list_quotas(struct cluster *cluster, const struct snapshot *snapshot)
{
    static const char *const columns[] = {"REQUEST", "LIMIT"};
    const struct list list = list_parse(cluster->arena, snapshot->text);
    for (uint32_t row = 0; row < list.rows; row++)
        for (size_t i = 0; i < 2; i++) {
            struct str rest = list_cell(&list, row, columns[i]), part;
            while (str_split(&rest, ',', &part)) {
                struct quota quota = {.name = list_cell(&list, row, "NAME"), .seen = snapshot};
                part = str_trim(part);
                if (str_split(&part, ':', &quota.resource) && str_split(&part, '/', &quota.used) &&
                    part.len > 0) {
                    quota.used = str_trim(quota.used);
                    quota.hard = str_trim(part);
                    add_quota(cluster, quota);
                }
            }
        }
}

/* "Name: x", then lines of resource, used, hard */
void read_quotas(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot)) {
        list_quotas(cluster, snapshot);
        return;
    }
    struct str rest = snapshot->text, line, name = STR("");
    while (str_split(&rest, '\n', &line)) {
        struct quota quota = {.seen = snapshot};
        struct str more;
        double number;
        if (str_starts(line, STR("Name:")))
            name = str_trim(str_slice(line, 5, line.len));
        else if (words_next(&line, &quota.resource) && words_next(&line, &quota.used) &&
                 words_next(&line, &quota.hard) && !words_next(&line, &more) &&
                 words_quantity(quota.used, &number) && words_quantity(quota.hard, &number)) {
            quota.name = name;
            add_quota(cluster, quota);
        }
    }
}

/* ---- units of systemd ---- */

/* What stands after "Active:" on a line of its own. */
static struct str status_line(struct str text, const char *key)
{
    struct str line;
    while (str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (str_starts(line, str_of(key)))
            return str_trim(str_slice(line, str_of(key).len, line.len));
    }
    return STR("");
}

/*
 * "Loaded: loaded (/etc/systemd/system/kubelet.service; enabled; vendor preset: enabled)": what
 * counts is what stands before the preset, which is only what the distribution would choose.
 */
static bool is_disabled(struct str loaded)
{
    const size_t vendor = str_find(loaded, STR("vendor"));
    loaded = str_slice(loaded, 0, vendor);
    loaded = str_slice(loaded, 0, str_find(loaded, STR("preset")));
    return str_contains(loaded, STR("; disabled"));
}

void read_units(struct cluster *cluster, const struct snapshot *snapshot)
{
    struct unit unit = {.name = snapshot->name, .seen = snapshot};
    const struct str loaded = status_line(snapshot->text, "Loaded:");
    unit.active = status_line(snapshot->text, "Active:");
    if (!str_contains(snapshot->name, STR("/")) || !str_split(&unit.name, '/', &unit.node) ||
        unit.name.len == 0 || unit.active.len == 0 || str_starts(loaded, STR("not-found")) ||
        cluster->units_count == UNITS_MAX)
        return;
    if (!cluster->units)
        cluster->units = arena_push_many(cluster->arena, struct unit, UNITS_MAX);
    unit.disabled = is_disabled(loaded);
    cluster->units[cluster->units_count++] = unit;
}

/* ---- manifests and tests ---- */

void read_manifests(struct cluster *cluster, const struct snapshot *snapshot)
{
    const struct manifests manifests = manifest_parse(cluster->arena, snapshot->text);
    for (uint32_t i = 0; i < manifests.count; i++) {
        const struct manifest *manifest = &manifests.items[i];
        const struct str key = str_printf(cluster->arena, "%.*s/%.*s", STR_ARG(manifest->kind),
                                          STR_ARG(manifest->name));
        struct declared *declared = roll_add(&cluster->manifests, key, sizeof *declared);
        if (declared)
            *declared = (struct declared){.manifest = *manifest, .seen = snapshot};
    }
}

/* A test's name is "service:port"; its text says "Succeeded" or "Failed". */
void read_connectivity(struct cluster *cluster, const struct snapshot *snapshot)
{
    size_t colon = snapshot->name.len;
    while (colon > 0 && snapshot->name.ptr[colon - 1] != ':')
        colon--;
    struct service *service = roll_find(
        &cluster->services, colon > 0 ? str_slice(snapshot->name, 0, colon - 1) : snapshot->name);
    if (service && str_contains(snapshot->text, STR("Failed")) &&
        !str_contains(snapshot->text, STR("Succeeded")))
        service->unreachable = snapshot;
}
