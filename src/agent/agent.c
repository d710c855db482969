/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/memo.h"
#include "data/batch.h"

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

/* What an answer depends on: the rows of a case never change, its graph may grow. */
static struct str question_of(const struct call *call, const char *name, const struct record *in)
{
    const struct tool *tool = agent_tool(str_of(name));
    struct buf text = buf_new(call->scratch);
    buf_add(&text, str_of(name));
    if (tool && tool->reads_graph)
        buf_printf(&text, " %u", call->casefile->topology.edges_count);
    for (size_t i = 0; in->fields[i].name; i++) {
        const struct value *value = &in->values[i];
        if (!value->known)
            buf_printf(&text, " ?");
        else if (value->type == TYPE_TEXT)
            buf_printf(&text, " %zu:%.*s", value->text.len, STR_ARG(value->text));
        else if (value->type == TYPE_REAL)
            buf_printf(&text, " %a", value->real);
        else
            buf_printf(&text, " %lld",
                       value->type == TYPE_BOOL ? value->truth : (long long)value->integer);
    }
    return buf_str(&text);
}

bool agent_use_once(struct call *call, const char *name, const struct record *in,
                    struct record *out, struct err *err)
{
    struct memo *memo = call->services->memo;
    if (!memo)
        return agent_use(call, name, in, out, err);
    const struct str question = question_of(call, name, in);
    const struct record *kept = memo_find(memo, question.ptr);
    if (kept) {
        *out = *kept;
        return true;
    }
    if (!agent_use(call, name, in, out, err))
        return false;
    struct record *answer = arena_push(memo_arena(memo), struct record);
    *answer = record_copy(memo_arena(memo), out);
    memo_keep(memo, str_copy(memo_arena(memo), question).ptr, answer);
    return true;
}
