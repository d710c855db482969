/* SPDX-License-Identifier: Apache-2.0 */
#include "ask/ask.h"

#include "ask/converse.h"
#include "ask/recall.h"
#include "ask/replies.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "data/json.h"
#include "report/escape.h"

#define PASSAGES_BESIDE 2 /* of what people wrote, behind an answer of what to do */
#define PASSAGES_ALONE 3  /* where that is the answer */

static bool wants_passages(enum aim aim)
{
    return aim == AIM_ACT || aim == AIM_PREVENT || aim == AIM_SEEN;
}

/* What is looked for in the knowledge base: the fault, for "what to do" says nothing of it. */
static struct str looked_for(struct arena *arena, const struct ask_matter *matter,
                             struct str question)
{
    const struct report *report = matter->report;
    const struct alert *alert = report->casefile->alert;
    if (!report->known)
        return str_printf(arena, "%.*s %.*s", STR_ARG(question), STR_ARG(alert->name));
    return str_printf(arena, "%.*s %s %.*s", STR_ARG(report->best->subject),
                      kind_text(report->best->kind), STR_ARG(alert->name));
}

static void say_what_can_be_asked(struct answering *answering)
{
    struct buf list = buf_new(answering->arena);
    for (int i = 0; i < AIM_NONE; i++)
        buf_printf(&list, "%s%s", i > 0 ? "; " : "", aim_example((enum aim)i));
    say_again(answering, STR("That is not understood, or is not about this incident."));
    say_again(answering, str_printf(answering->arena, "It can be asked: %s.", buf_str(&list).ptr));
}

static void answer_by_templates(struct answering *answering, struct str question)
{
    struct ask_answer *out = answering->out;
    struct arena *arena = answering->arena;
    out->is_understood = true;
    reply(answering);
    if (out->asked.aim != AIM_NONE) {
        if (out->said_count == 0)
            say_again(answering, reply_of_nothing(arena, &out->asked));
        if (wants_passages(out->asked.aim))
            recall_passages(answering, looked_for(arena, answering->matter, question),
                            PASSAGES_BESIDE);
        return;
    }
    recall_evidence(answering, question);
    if (out->said_count == 0)
        recall_passages(answering, question, PASSAGES_ALONE);
    out->is_understood = out->said_count > 0;
    if (!out->is_understood)
        say_what_can_be_asked(answering);
}

bool ask(struct arena *arena, const struct ask_matter *matter, struct str question,
         struct ask_answer *out, struct err *err)
{
    *out = (struct ask_answer){0};
    question = str_trim(escape_utf8(arena, question));
    if (question.len == 0)
        return err_set(err, ERR_USAGE, "a question is wanted");
    if (question.len > QUESTION_BYTES_MAX)
        return err_set(err, ERR_USAGE, "a question has at most %zu bytes", QUESTION_BYTES_MAX);
    struct answering answering = answering_new(arena, matter, out);
    out->asked = aim_of(arena, question, answering.casefile);
    answer_by_templates(&answering, question);
    if (panel_can(matter->panel, ABILITY_EXPLAIN))
        converse(&answering, question);
    return true;
}

/* ---- JSON ---- */

static void put_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

static void put_tool(struct buf *out, const struct tool_use *it)
{
    json_put_comma(out);
    buf_add_char(out, '{');
    put_text(out, "tool", it->name);
    json_put_key(out, "input");
    buf_add(out, it->input);
    put_text(out, "failure", it->failure);
    buf_add_char(out, '}');
}

static void put_passage(struct buf *out, const struct kb_hit *it)
{
    json_put_comma(out);
    buf_add_char(out, '{');
    put_text(out, "cite", str_printf(out->arena, "kb:%lld", (long long)it->number));
    put_text(out, "path", it->path);
    put_text(out, "title", it->title);
    put_text(out, "section", it->section);
    buf_printf(out, ",\"first_line\":%u,\"last_line\":%u", it->first_line, it->last_line);
    put_text(out, "sha", it->sha);
    buf_add_char(out, '}');
}

void ask_put_json(struct buf *out, struct str question, const struct ask_answer *answer)
{
    buf_add_char(out, '{');
    put_text(out, "question", question);
    buf_printf(out, ",\"understood\":%s", answer->is_understood ? "true" : "false");
    put_text(out, "aim", str_of(aim_name(answer->asked.aim)));
    buf_add(out, STR(",\"said\":["));
    for (const struct said *it = answer->said; it; it = it->next) {
        json_put_comma(out);
        buf_add_char(out, '{');
        put_text(out, "text", it->text);
        buf_printf(out, ",\"command\":%s}", it->is_command ? "true" : "false");
    }
    buf_add(out, STR("],\"tools\":["));
    for (uint32_t i = 0; i < answer->tools_count; i++)
        put_tool(out, &answer->tools[i]);
    buf_add(out, STR("],\"passages\":["));
    for (uint32_t i = 0; i < answer->passages_count; i++)
        put_passage(out, &answer->passages[i]);
    buf_printf(out, "],\"refused\":%u", answer->refused);
    put_text(out, "model", answer->model);
    put_text(out, "failure", answer->failure);
    buf_add_char(out, '}');
}
