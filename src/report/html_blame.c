/* SPDX-License-Identifier: Apache-2.0 */
/* Which change did it: the one that is named as a card, the others as a list. */
#include "report/html.h"

#include "base/arena.h"
#include "report/escape.h"
#include "report/prose.h"

#define LINE_CHARS_MAX 200
#define DIFF_LINES_MAX 40
#define SHARE_TOLD 0.01 /* less is told to programs only */

static void diff_lines(const struct html *html, struct str diff)
{
    struct str line;
    for (uint32_t count = 0; count < DIFF_LINES_MAX && str_split(&diff, '\n', &line); count++) {
        const char sign = line.len > 0 ? line.ptr[0] : ' ';
        html_raw(html, sign == '+'   ? "<span class=\"came\">"
                       : sign == '-' ? "<span class=\"went\">"
                                     : "<span>");
        html_text(html, escape_clip(html->arena, line, LINE_CHARS_MAX));
        html_raw(html, "</span>"); /* a block each: a line break would be one more */
    }
}

static void fact(const struct html *html, const char *name, struct str text)
{
    if (text.len == 0)
        return;
    buf_printf(html->out, "<dt>%s</dt><dd>", name);
    html_text(html, text);
    html_raw(html, "</dd>\n");
}

static struct str time_or_none(const struct html *html, int64_t time_ns)
{
    return time_ns != 0 ? str_printf(html->arena, "%s UTC", time_format(html->arena, time_ns).ptr)
                        : STR("");
}

static void details(const struct html *html, const struct blamed *it)
{
    const struct exhibit_change *change = it->change;
    if (change->diff.len > 0) {
        html_raw(html, "<pre class=\"diff\">");
        diff_lines(html, change->diff);
        html_raw(html, "</pre>\n");
    }
    html_raw(html, "<dl class=\"commands\">\n");
    fact(html, "Landed", time_or_none(html, change->landed_ns));
    fact(html, "Deployed",
         change->brought_ns != 0 && change->service.len > 0
             ? str_printf(html->arena, "%s, to %.*s", time_or_none(html, change->brought_ns).ptr,
                          STR_ARG(change->service))
             : time_or_none(html, change->brought_ns));
    fact(html, "Author", change->author);
    fact(html, "Ask", change->owners);
    if (it->revert.len > 0) {
        html_raw(html, "<dt class=\"of-command\">Revert</dt><dd><pre class=\"command\">");
        html_text(html, it->revert);
        html_raw(html, "</pre></dd>\n");
    }
    html_raw(html, "</dl>\n");
}

static void blamed(const struct html *html, const struct blamed *it, bool is_first)
{
    html_raw(html, is_first ? "<li class=\"blamed\">" : "<li>");
    buf_printf(html->out, "<b>%d%%</b> ", prose_percent(it->probability));
    html_meter(html, "share", it->probability);
    html_raw(html, " ");
    html_claim(html, it->why);
    if (is_first && it->change)
        details(html, it);
    html_raw(html, "</li>\n");
}

void html_blame(const struct html *html)
{
    const struct report *report = html->report;
    if (report->blame.len == 0)
        return;
    html_raw(html, "<section class=\"act\">\n<h2>Which change did it");
    html_raw(html, report->blames ? "<small>if a change did; nothing was taken back</small></h2>\n"
                                  : "</h2>\n");
    html_raw(html, "<p class=\"cause\">");
    html_claim(html, report->blame);
    html_raw(html, "</p>\n");
    if (report->blames) {
        html_raw(html, "<ol class=\"claims blame\">\n");
        for (const struct blamed *it = report->blamed; it; it = it->next)
            if (it == report->blamed || it->probability >= SHARE_TOLD)
                blamed(html, it, it == report->blamed);
        html_raw(html, "</ol>\n");
    }
    html_raw(html, "</section>\n");
}
