/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes that take no new pods because somebody said so; those of the control plane always do. */
#include "agent/events/list.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define NODES_MAX 100

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"node", TYPE_TEXT, 0, "its name", NULL},
    {0},
};

static const struct field output[] = {
    {"nodes", TYPE_ROWS, 0, "in the order of the list", columns},
    {0},
};

static bool is_control_plane(struct str roles)
{
    return str_contains(roles, STR("master")) || str_contains(roles, STR("control-plane"));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct batch *lists;
    if (!telemetry_rows(call->services->telemetry, call->scratch,
                        STR("SELECT text FROM state WHERE kind = 'nodes' AND format LIKE 'list%' "
                            "ORDER BY rowid DESC LIMIT 1"),
                        &lists, err))
        return false;
    struct batch *rows = batch_new(call->scratch, columns);
    *record_at(out, "nodes") = value_rows(rows);
    if (lists->rows == 0)
        return true;
    const struct list list = list_parse(call->scratch, batch_column(lists, "text")->texts[0]);
    for (uint32_t i = 0; i < list.rows && rows->rows < NODES_MAX; i++)
        if (str_contains(list_cell(&list, i, "STATUS"), STR("SchedulingDisabled")) &&
            !is_control_plane(list_cell(&list, i, "ROLES")))
            batch_set(rows, batch_add_row(rows), "node", value_text(list_cell(&list, i, "NAME")));
    return true;
}

const struct tool tool_events_cordoned = {
    .sig = {.name = "cordoned",
            .summary = "List the nodes that take no new pods because somebody said so",
            .input = input,
            .output = output},
    .run = run,
};
