/* SPDX-License-Identifier: Apache-2.0 */
/* What lets traffic in: network policies and ingresses. */
#include "kube/print_parts.h"

#include "base/arena.h"

/* ---- network policies ---- */

static void put_rule_ports(struct printing *it, const json_t *rule)
{
    json_t *port;
    size_t i;
    if (json_array_size(json_object_get(rule, "ports")) == 0)
        put_line(it, 4, "To Port", STR("<any> (traffic allowed to all ports)"));
    json_array_foreach(json_object_get(rule, "ports"), i, port)
    {
        const struct str protocol = text_at(it, port, "protocol"),
                         number = text_at(it, port, "port");
        if (i < ITEMS_MAX)
            put_line(it, 4, "To Port",
                     str_printf(it->arena, "%.*s/%.*s", STR_ARG(number.len > 0 ? number : STR("*")),
                                STR_ARG(protocol.len > 0 ? protocol : STR("TCP"))));
    }
}

static void put_peers(struct printing *it, const char *name, const json_t *peers)
{
    static const char *const selectors[][2] = {{"namespaceSelector", "NamespaceSelector"},
                                               {"podSelector", "PodSelector"}};
    json_t *peer;
    size_t i;
    if (json_array_size(peers) == 0)
        put_line(it, 4, name, STR("<any> (traffic not restricted)"));
    json_array_foreach(peers, i, peer)
    {
        if (i == ITEMS_MAX)
            break;
        buf_printf(&it->out, "    %s:\n", name);
        for (size_t s = 0; s < 2; s++)
            if (json_object_get(peer, selectors[s][0]))
                put_line(it, 6, selectors[s][1],
                         selector_text(it, json_object_get(peer, selectors[s][0])));
        put_line(it, 6, "IPBlock", text_at(it, peer, "ipBlock.cidr"));
    }
}

static bool has_type(struct printing *it, const char *type)
{
    const json_t *types = object_at(it->json, "spec.policyTypes");
    json_t *one;
    size_t i;
    json_array_foreach(types, i, one)
    {
        if (i < ITEMS_MAX && str_eq(text_at(it, one, ""), str_of(type)))
            return true;
    }
    return false;
}

/* Without types a policy is of ingress, and of egress where it has rules for that. */
static void put_direction(struct printing *it, bool ingress)
{
    const char *const word = ingress ? "ingress" : "egress";
    const json_t *rules = object_at(it->json, ingress ? "spec.ingress" : "spec.egress");
    const bool told = object_at(it->json, "spec.policyTypes") != NULL;
    json_t *rule;
    size_t i;
    if (told ? !has_type(it, ingress ? "Ingress" : "Egress") : !ingress && !rules) {
        buf_printf(&it->out, "  Not affecting %s traffic\n", word);
        return;
    }
    buf_printf(&it->out, "  Allowing %s traffic:\n", word);
    if (json_array_size(rules) == 0)
        buf_printf(&it->out, "    <none> (Selected pods are isolated for %s connectivity)\n", word);
    json_array_foreach(rules, i, rule)
    {
        if (i == ITEMS_MAX)
            break;
        if (i > 0)
            buf_printf(&it->out, "    ----------\n");
        put_rule_ports(it, rule);
        put_peers(it, ingress ? "From" : "To", json_object_get(rule, ingress ? "from" : "to"));
    }
}

void print_policy(struct printing *it)
{
    buf_printf(&it->out, "Spec:\n");
    put_line(it, 2, "PodSelector", selector_text(it, object_at(it->json, "spec.podSelector")));
    put_direction(it, true);
    put_direction(it, false);
}

/* ---- ingresses ---- */

/* "api:80" or "api:http"; of a resource that is no service nothing is said. */
static struct str backend(struct printing *it, const json_t *one)
{
    const struct str name = text_at(it, one, "service.name"),
                     number = text_at(it, one, "service.port.number"),
                     port = number.len > 0 ? number : text_at(it, one, "service.port.name");
    if (name.len == 0)
        return STR("");
    return str_printf(it->arena, "%.*s:%.*s", STR_ARG(name), STR_ARG(port));
}

void print_ingress(struct printing *it)
{
    json_t *rule, *path;
    size_t i, p;
    put_at(it, 0, "Ingress Class", "spec.ingressClassName");
    put_line(it, 0, "Default backend", backend(it, object_at(it->json, "spec.defaultBackend")));
    buf_printf(&it->out, "Rules:\n  Host  Path  Backends\n  ----  ----  --------\n");
    json_array_foreach(object_at(it->json, "spec.rules"), i, rule)
    {
        const struct str host = text_at(it, rule, "host");
        if (i == ITEMS_MAX)
            break;
        buf_printf(&it->out, "  %.*s\n", STR_ARG(host.len > 0 ? host : STR("*")));
        json_array_foreach(object_at(rule, "http.paths"), p, path)
        {
            const struct str to = backend(it, json_object_get(path, "backend")),
                             where = text_at(it, path, "path");
            if (p < ITEMS_MAX && to.len > 0)
                buf_printf(&it->out, "        %.*s  %.*s\n",
                           STR_ARG(where.len > 0 ? where : STR("/")), STR_ARG(to));
        }
    }
}
