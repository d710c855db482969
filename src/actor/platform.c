/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/platform.h"

#include "agent/agent.h"
#include "base/arena.h"

static struct str text_of(struct arena *arena, const struct record *record, const char *name)
{
    const struct value *value = record_at(record, name);
    return value->known ? str_copy(arena, value->text) : STR("");
}

static int64_t number_of(const struct record *record, const char *name)
{
    const struct value *value = record_at(record, name);
    return value->known ? value->integer : 0;
}

bool platform_load(struct call *call, struct str service, struct str instance, struct platform *out,
                   struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("events.workload"))->sig.input);
    struct record answer;
    *record_at(&asked, "name") = value_text(service);
    if (instance.len > 0)
        *record_at(&asked, "pod") = value_text(instance);
    if (!agent_use(call, "events.workload", &asked, &answer, err))
        return false;
    *out = (struct platform){
        .name = str_copy(call->scratch, service),
        .kind = text_of(call->scratch, &answer, "kind"),
        .space = text_of(call->scratch, &answer, "space"),
        .revision = number_of(&answer, "revision"),
        .replicas = number_of(&answer, "replicas"),
        .container = text_of(call->scratch, &answer, "container"),
        .memory_limit = text_of(call->scratch, &answer, "memory_limit"),
        .port = text_of(call->scratch, &answer, "port"),
        .liveness = text_of(call->scratch, &answer, "liveness"),
        .readiness = text_of(call->scratch, &answer, "readiness"),
        .account = record_at(&answer, "account")->truth,
        .service_space = text_of(call->scratch, &answer, "service_space"),
        .target = text_of(call->scratch, &answer, "target"),
        .selector_key = text_of(call->scratch, &answer, "selector_key"),
        .selector_value = text_of(call->scratch, &answer, "selector_value"),
        .label_value = text_of(call->scratch, &answer, "label_value"),
        .pod = str_copy(call->scratch, instance),
        .pod_space = text_of(call->scratch, &answer, "pod_space"),
    };
    return true;
}

/* "VERB deployment/web", and spoilt where it is not known that it is one. The kind is a word of
 * ours. */
static struct command about(struct arena *arena, const char *verb, const struct platform *platform)
{
    struct command command = command_new(arena, verb);
    command_add_name(&command, str_printf(arena, "%.*s/", STR_ARG(platform->kind)).ptr,
                     platform->name);
    command.spoilt |= platform->kind.len == 0;
    return command;
}

static struct str in_space(struct command *command, struct str space)
{
    command_add_name(command, "-n ", space);
    return command_str(command);
}

struct str platform_undo(struct arena *arena, const struct platform *platform)
{
    struct command command = about(arena, "kubectl rollout undo", platform);
    command.spoilt |= platform->revision == 1;
    return in_space(&command, platform->space);
}

struct str platform_restart(struct arena *arena, const struct platform *platform)
{
    struct command command = about(arena, "kubectl rollout restart", platform);
    return in_space(&command, platform->space);
}

struct str platform_replace_pod(struct arena *arena, const struct platform *platform)
{
    struct command command = command_new(arena, "kubectl delete pod");
    command_add_name(&command, "", platform->pod);
    return in_space(&command, platform->pod_space);
}

struct str platform_scale(struct arena *arena, const struct platform *platform, int64_t replicas)
{
    struct command command = about(arena, "kubectl scale", platform);
    command_add(&command, str_printf(arena, "--replicas=%lld", (long long)replicas).ptr);
    return in_space(&command, platform->space);
}

struct str platform_set_memory(struct arena *arena, const struct platform *platform,
                               struct str limit)
{
    struct command command = about(arena, "kubectl set resources", platform);
    command_add_name(&command, "--containers=", platform->container);
    command_add_name(&command, "--limits=memory=", limit);
    return in_space(&command, platform->space);
}

struct str platform_set_account(struct arena *arena, const struct platform *platform,
                                struct str account)
{
    struct command command = about(arena, "kubectl set serviceaccount", platform);
    command_add_name(&command, "", account);
    return in_space(&command, platform->space);
}

struct str platform_patch(struct arena *arena, const struct platform *platform, struct str patch)
{
    struct command command = about(arena, "kubectl patch", platform);
    command_add_name(&command, "-n ", platform->space);
    command_add(&command, "--type=json -p");
    command_add_text(&command, patch);
    return command_str(&command);
}

struct str platform_patch_service(struct arena *arena, const struct platform *platform,
                                  const char *type, struct str patch)
{
    struct command command = command_new(arena, "kubectl patch");
    command_add_name(&command, "service/", platform->name);
    command_add_name(&command, "-n ", platform->service_space);
    command_add(&command, str_printf(arena, "--type=%s -p", type).ptr);
    command_add_text(&command, patch);
    return command_str(&command);
}
