/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses. A workload finds its callees by names in its environment ("db:6379"), which the
 * cluster's DNS resolves if a Service has that name, or NAME.NAMESPACE[.svc...]. A name of nothing
 * alone says little, for optional features come with such; it is telling where a service that the
 * workload is known to call stands in none of its addresses.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"
#include "base/arena.h"

#define ADDRESSES_MAX 2000
#define UNKNOWN_MAX 200 /* each is compared with all services */

struct address {
    const struct workload *workload;
    const struct snapshot *seen;
    struct str variable;
    struct str value;
    struct str service; /* the host's first label */
    struct str port;    /* empty: the variable names a host only */
};

struct addresses {
    struct address *items;
    uint32_t count;
};

/* ---- collecting ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_host_char(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

static bool divides(char c, bool before)
{
    return c == '/' || c == ',' || c == ' ' || c == '\t' || c == '\n' || c == (before ? '@' : '?');
}

/* False: the host is not one of this namespace's services. */
static bool service_of(const struct cluster *cluster, struct str host, struct str *out)
{
    struct str space = STR("");
    if (!str_split(&host, '.', out))
        return false;
    const bool plain = host.len == 0;
    (void)str_split(&host, '.', &space);
    return !str_eq(*out, STR("localhost")) && out->len > 0 &&
           (plain || str_eq(space, cluster->space) || str_eq(space, STR("svc")));
}

static void add(struct addresses *addresses, struct address address)
{
    if (addresses->count < ADDRESSES_MAX)
        addresses->items[addresses->count++] = address;
}

/* Each "host:port" of a value, also inside of URLs and of lists. */
static void add_pairs(struct addresses *addresses, const struct cluster *cluster,
                      struct address address)
{
    const struct str value = address.value;
    for (size_t colon = 1; colon < value.len; colon++) {
        if (value.ptr[colon] != ':')
            continue;
        size_t from = colon, to = colon + 1;
        while (from > 0 && is_host_char(value.ptr[from - 1]))
            from--;
        while (to < value.len && value.ptr[to] >= '0' && value.ptr[to] <= '9')
            to++;
        address.port = str_slice(value, colon + 1, to);
        if (address.port.len < 2 || address.port.len > 5 || from == colon ||
            !is_letter(value.ptr[from]) || (from > 0 && !divides(value.ptr[from - 1], true)) ||
            (to < value.len && !divides(value.ptr[to], false)))
            continue;
        if (service_of(cluster, str_slice(value, from, colon), &address.service))
            add(addresses, address);
    }
}

/* "CACHE_HOST: cache" */
static bool is_host_variable(struct str name)
{
    static const char *const ends[] = {"HOST", "ADDR", "SERVER", "ENDPOINT", "HOSTNAME"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends(name, str_of(ends[i])))
            return true;
    return false;
}

static bool is_label(struct str value) /* of DNS */
{
    for (size_t i = 0; i < value.len; i++)
        if (!is_host_char(value.ptr[i]) || value.ptr[i] == '.' || value.ptr[i] == '_' ||
            (value.ptr[i] >= 'A' && value.ptr[i] <= 'Z'))
            return false;
    return value.len >= 2 && value.len <= 63 && is_letter(value.ptr[0]);
}

/* A service mesh puts variables of its own into its sidecars. */
static bool is_of_mesh(struct str name)
{
    return str_starts(name, STR("CA_ADDR")) || str_starts(name, STR("ISTIO")) ||
           str_starts(name, STR("PILOT"));
}

static struct addresses collect(const struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    struct addresses addresses = {
        .items = arena_push_many(inquiry->arena, struct address, ADDRESSES_MAX)};
    for (uint32_t i = 0; i < roll_count(&cluster->workloads); i++) {
        const struct workload *workload = cluster->workloads.items[i];
        const bool described = workload->containers.count > 0;
        const struct pod *pod = workload->pods;
        if (!described && !pod)
            continue;
        const struct containers *containers = described ? &workload->containers : &pod->containers;
        for (uint32_t c = 0; c < containers->count; c++)
            for (uint32_t v = 0; v < containers->items[c].env.count; v++) {
                const struct pair *variable = &containers->items[c].env.items[v];
                struct address address = {
                    .workload = workload,
                    .seen = described ? workload->described : pod->containers_seen,
                    .variable = variable->name,
                    .value = str_slice(variable->value, 0, 4096),
                };
                if (is_of_mesh(variable->name))
                    continue;
                add_pairs(&addresses, cluster, address);
                address.service = address.value;
                if (is_host_variable(variable->name) && is_label(address.value) &&
                    !str_eq(address.value, STR("localhost")))
                    add(&addresses, address);
            }
    }
    return addresses;
}

/* ---- judging ---- */

/* Whether it calls a service that none of its addresses names. */
static bool has_lost_callee(const struct cluster *cluster, const struct addresses *addresses,
                            const struct workload *workload)
{
    const uint32_t caller = topology_find(&cluster->calls, workload->name);
    for (uint32_t i = 0; caller != MAP_NONE && i < cluster->calls.edges_count; i++) {
        const struct topology_edge *edge = &cluster->calls.edges[i];
        const struct str callee = cluster->calls.nodes.keys[edge->callee];
        if (edge->caller != caller || !roll_find(&cluster->services, callee))
            continue;
        bool named = false;
        for (uint32_t a = 0; a < addresses->count && !named; a++)
            named = addresses->items[a].workload == workload &&
                    str_eq(addresses->items[a].service, callee);
        if (!named)
            return true;
    }
    return false;
}

static bool resembles_service(const struct cluster *cluster, struct str name)
{
    for (uint32_t i = 0; i < roll_count(&cluster->services); i++)
        if (words_alike(name, cluster->services.names.keys[i]))
            return true;
    return false;
}

static const struct log_line *logged(const struct cluster *cluster, const struct address *address)
{
    for (const struct log_line *line = cluster->unresolved; line; line = line->next)
        if (str_eq(line->service, address->workload->name) &&
            str_contains(line->message, address->service))
            return line;
    return NULL;
}

static void check_unknown(struct inquiry *inquiry, const struct address *address, bool lost)
{
    const struct cluster *cluster = inquiry->cluster;
    const bool alike = resembles_service(cluster, address->service);
    const struct log_line *line = logged(cluster, address);
    double doubt = 1.0 - 0.15;
    if (lost)
        doubt *= 1.0 - (alike ? 0.8 : 0.6);
    else if (alike)
        doubt *= 1.0 - (address->port.len > 0 ? 0.5 : 0.3);
    if (line)
        doubt *= 1.0 - 0.6;
    struct str shown = shown_by(inquiry, address->seen, address->workload->name);
    if (line)
        shown = shown_by_both(inquiry, shown, shown_by_log(inquiry, line));
    inquiry_report(inquiry, CAUSE_ADDRESS_UNKNOWN, OBJECT_SERVICE, address->workload->name,
                   1.0 - doubt, shown,
                   "The variable %s of the workload %s was %s, and no service was named %s.",
                   quote(inquiry, address->variable), quote(inquiry, address->workload->name),
                   quote(inquiry, address->value), quote(inquiry, address->service));
}

static bool has_port(const struct service *service, struct str port)
{
    for (uint32_t i = 0; i < service->listed_count; i++)
        if (str_eq(service->listed_ports[i], port))
            return true;
    for (uint32_t i = 0; i < service->ports_count; i++)
        if (str_eq(service->ports[i].number, port))
            return true;
    return service->listed_count + service->ports_count == 0; /* nobody knows */
}

/* How many addresses give the service that port, or another: right ones and wrong ones. */
static void count_callers(const struct addresses *addresses, const struct service *service,
                          uint32_t *right, uint32_t *wrong)
{
    *right = *wrong = 0;
    for (uint32_t i = 0; i < addresses->count; i++) {
        const struct address *address = &addresses->items[i];
        if (address->port.len == 0 || !str_eq(address->service, service->name))
            continue;
        if (has_port(service, address->port))
            ++*right;
        else
            ++*wrong;
    }
}

static void check_port(struct inquiry *inquiry, const struct addresses *addresses,
                       const struct address *address, const struct service *service)
{
    if (address->port.len == 0 || has_port(service, address->port))
        return;
    uint32_t right, wrong;
    count_callers(addresses, service, &right, &wrong);
    const bool moved = right == 0 && wrong > 1; /* every caller disagrees with the service */
    const struct str known =
        service->ports_count > 0 ? service->ports[0].number : service->listed_ports[0];
    inquiry_report(
        inquiry, moved ? CAUSE_SERVICE_PORT_CALLERS : CAUSE_ADDRESS_PORT, OBJECT_SERVICE,
        moved ? service->name : address->workload->name, 0.85,
        shown_by_both(inquiry, shown_by(inquiry, address->seen, address->workload->name),
                      shown_by(inquiry,
                               service->ports_count > 0 ? service->ports_seen : service->seen,
                               service->name)),
        "The variable %s of the workload %s was %s, and the service %s had the port %s.",
        quote(inquiry, address->variable), quote(inquiry, address->workload->name),
        quote(inquiry, address->value), quote(inquiry, service->name), quote(inquiry, known));
}

static bool is_caller(const struct cluster *cluster, struct str name)
{
    const uint32_t number = topology_find(&cluster->calls, name);
    for (uint32_t i = 0; number != MAP_NONE && i < cluster->calls.edges_count; i++)
        if (cluster->calls.edges[i].caller == number)
            return true;
    return false;
}

/* Known to call one service, it has the address of another instead. */
static void check_other(struct inquiry *inquiry, const struct address *address, bool lost)
{
    const struct cluster *cluster = inquiry->cluster;
    const struct str caller = address->workload->name;
    if (address->port.len == 0 || !is_caller(cluster, caller) ||
        cluster_calls(cluster, caller, address->service) || !lost)
        return;
    inquiry_report(inquiry, CAUSE_ADDRESS_OTHER, OBJECT_SERVICE, caller, 0.75,
                   shown_by(inquiry, address->seen, caller),
                   "The variable %s of the workload %s was %s, a service that it is not known to "
                   "call.",
                   quote(inquiry, address->variable), quote(inquiry, caller),
                   quote(inquiry, address->value));
}

void rules_address(struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    const struct addresses addresses = collect(inquiry);
    const struct workload *workload = NULL; /* addresses are grouped by it */
    bool lost = false;
    uint32_t unknown = 0;
    if (roll_count(&cluster->services) == 0)
        return; /* then no name could be right */
    for (uint32_t i = 0; i < addresses.count; i++) {
        const struct address *address = &addresses.items[i];
        const struct service *service = roll_find(&cluster->services, address->service);
        if (address->workload != workload) {
            workload = address->workload;
            lost = has_lost_callee(cluster, &addresses, workload);
        }
        if (service) {
            check_port(inquiry, &addresses, address, service);
            check_other(inquiry, address, lost);
        } else if (map_find(&inquiry->missing_services, address->service) == MAP_NONE &&
                   unknown++ < UNKNOWN_MAX) { /* a missing one has been told */
            check_unknown(inquiry, address, lost);
        }
    }
}
