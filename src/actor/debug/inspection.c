/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/debug/inspection.h"

#include "actor/news.h"
#include "agent/agent.h"
#include "base/clock.h"
#include "store/telemetry.h"

bool inspection_wants(const struct inspection *work, struct str database, struct str subject)
{
    return room_is_left(&work->room, subject) &&
           (actor_is_asked_about(work->in, database) || actor_is_asked_about(work->in, subject));
}

double inspection_news(const struct inspection *work, double since, double before)
{
    return news_share(work->call->casefile, work->since_ns, since, before);
}

bool inspection_ask(struct inspection *work, const char *tool, const char *rows_name,
                    int64_t time_ns, const struct batch **rows, struct err *err)
{
    struct record asked = record_new(work->call->scratch, agent_tool(str_of(tool))->sig.input);
    struct record answer;
    asked.values[0] = value_time(time_ns); /* each of them takes one time */
    if (!agent_use_once(work->call, tool, &asked, &answer, err))
        return false;
    *rows = record_at(&answer, rows_name)->rows;
    return true;
}

bool inspection_look(struct inspection *work, struct str query, const struct batch **rows,
                     struct err *err)
{
    struct batch *found;
    if (!telemetry_rows(work->call->services->telemetry, work->call->scratch, query, &found, err))
        return false;
    *rows = found;
    return true;
}

void inspection_add(struct inspection *work, struct evidence evidence)
{
    evidence.step_id = work->call->step_id;
    evidence.bearing = BEARING_SUPPORTS;
    evidence.window = work->call->casefile->incident;
    if (evidence.onset_ns == 0)
        evidence.onset_ns = evidence.window.start_ns;
    casefile_add(work->call->casefile, &evidence);
    room_take(&work->room, evidence.subject);
    work->found++;
}

const char *inspection_since(const struct inspection *work)
{
    return time_format_short(work->call->scratch, work->since_ns).ptr;
}
