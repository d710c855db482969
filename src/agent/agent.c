/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#include "base/arena.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define X(name) extern const struct agent agent_##name;
#include "agent/agent_list.inc"
#undef X

const struct agent *const agents[] = {
#define X(name) &agent_##name,
#include "agent/agent_list.inc"
#undef X
    NULL,
};

const struct tool *agent_tool(struct str name)
{
    struct str tool_name = name, agent_name;
    if (!str_split(&tool_name, '.', &agent_name))
        return NULL;
    for (const struct agent *const *agent = agents; *agent; agent++) {
        if (!str_eq(str_of((*agent)->name), agent_name))
            continue;
        for (const struct tool *const *tool = (*agent)->tools; *tool; tool++)
            if (str_eq(str_of((*tool)->sig.name), tool_name))
                return *tool;
    }
    return NULL;
}

bool agent_use(struct call *call, const char *name, const struct record *in, struct record *out,
               struct err *err)
{
    const struct tool *tool = agent_tool(str_of(name));
    if (!tool) {
        fprintf(stderr, "warroom: bug: no tool `%s`\n", name);
        abort();
    }
    if (!record_is_complete(in, err))
        return err_context(err, "%s", name);
    const uint32_t evidence_count = call->casefile->evidence_count;
    *out = record_new(call->scratch, tool->sig.output);
    if (!tool->run(call, in, out, err))
        return err_context(err, "%s", name);
    assert(call->casefile->evidence_count == evidence_count); /* tools observe, actors judge */
    return true;
}
