/* SPDX-License-Identifier: Apache-2.0 */
#include "report/balance.h"

#include "base/arena.h"
#include "report/prose.h"

#define ROWS_MAX 6     /* the JSON has all of them */
#define BAR_COLUMNS 20 /* of a terminal, for all of it */
#define PERCENT_MIN 1  /* less than that is told of nothing */
#define LEFT_ALL 0.995 /* what leaves as much takes nothing that anybody would see */

/* The next one that is shown, or NULL. */
static const struct contribution *next_shown(const struct report *report, uint32_t *at,
                                             uint32_t *shown)
{
    const struct hypothesis *best = report->best;
    while (best && *at < best->contributions_count && *shown < ROWS_MAX) {
        const struct contribution *it = &best->contributions[(*at)++];
        if (!prose_stands(report, it->evidence) || prose_percent(it->share) < PERCENT_MIN)
            continue;
        ++*shown;
        return it;
    }
    return NULL;
}

/* What a service it calls has taken of this piece; 0: nothing. */
static int percent_explained(const struct hypothesis *best, const struct contribution *it)
{
    const double before = it->weight * best->place * best->age;
    return it->explained_by.len > 0 && before > 0 ? prose_percent(1 - it->left / before) : 0;
}

/* One sentence on what lessens all pieces alike; empty: nothing does. No name of others in it. */
static struct str lessened(struct arena *arena, const struct hypothesis *best)
{
    const bool place = best->place < LEFT_ALL, age = best->age < LEFT_ALL;
    if (place && age)
        return str_printf(arena,
                          "Its place in the graph leaves %d%% of all that, and the time since its "
                          "last change %d%% of the rest.",
                          prose_percent(best->place), prose_percent(best->age));
    if (place)
        return str_printf(arena, "Its place in the graph leaves %d%% of all that.",
                          prose_percent(best->place));
    if (age)
        return str_printf(arena, "The time since its last change leaves %d%% of all that.",
                          prose_percent(best->age));
    return STR("");
}

/* Empty where it is about the suspect itself; else whose trouble was handed down to it. */
static struct str whose(const struct hypothesis *best, const struct contribution *it)
{
    return str_eq(it->evidence->subject, best->subject) ? STR("") : it->evidence->subject;
}

static struct str bar(struct arena *arena, double share)
{
    static const char full[BAR_COLUMNS + 1] = "####################";
    const double columns = prose_share(share) * BAR_COLUMNS + 0.5;
    return str_copy(arena, (struct str){.ptr = full, .len = (size_t)columns});
}

/* ---- text ---- */

static void text_row(struct page *page, const struct contribution *it)
{
    text_label(page, str_printf(page->arena, "%3d%%", prose_percent(it->share)), STYLE_NONE);
    text_words(page, bar(page->arena, it->share), STYLE_DIM);
    text_words(page, STR(" "), STYLE_NONE);
    text_words(page, str_of(finding_text(it->evidence->finding)), STYLE_NONE);
    const struct str caller = whose(page->report->best, it);
    if (caller.len > 0) {
        text_words(page, STR(", of its caller "), STYLE_NONE);
        text_words(page, caller, STYLE_BOLD);
    }
    const int explained = percent_explained(page->report->best, it);
    if (explained > 0) {
        text_words(page, str_printf(page->arena, ", less %d%% that ", explained), STYLE_NONE);
        text_words(page, it->explained_by, STYLE_BOLD);
        text_words(page, STR(" explains"), STYLE_NONE);
    }
    text_words(page, STR(" "), STYLE_NONE);
    text_words(page, text_id_of(page, it->evidence), STYLE_DIM);
    text_end_line(page);
}

void text_balance(struct page *page)
{
    uint32_t at = 0, shown = 0;
    const struct contribution *it = next_shown(page->report, &at, &shown);
    if (!it)
        return;
    text_section(page,
                 page->report->known ? "WHAT COUNTS FOR IT" : "WHAT COUNTS FOR THE BEST GUESS");
    for (; it; it = next_shown(page->report, &at, &shown))
        text_row(page, it);
    const struct str note = lessened(page->arena, page->report->best);
    if (note.len == 0)
        return;
    text_label(page, STR(""), STYLE_NONE);
    text_words(page, note, STYLE_DIM);
    text_end_line(page);
}

/* ---- markdown ---- */

void md_balance(const struct md *page)
{
    uint32_t at = 0, shown = 0;
    const struct contribution *it = next_shown(page->report, &at, &shown);
    if (!it)
        return;
    md_fixed(page, page->report->known ? "\n## What counts for it\n"
                                       : "\n## What counts for the best guess\n");
    md_fixed(page, "\n| Share | What | Explained away | Evidence |\n|--:|---|---|---|\n");
    for (; it; it = next_shown(page->report, &at, &shown)) {
        const int explained = percent_explained(page->report->best, it);
        const struct str caller = whose(page->report->best, it);
        buf_printf(page->out, "| %d%% | %s", prose_percent(it->share),
                   finding_text(it->evidence->finding));
        if (caller.len > 0) {
            md_fixed(page, ", of its caller ");
            md_code(page, caller);
        }
        md_fixed(page, " | ");
        if (explained > 0) {
            buf_printf(page->out, "%d%%, by ", explained);
            md_code(page, it->explained_by);
        }
        buf_printf(page->out, " | E%u |\n", it->evidence->id);
    }
    const struct str note = lessened(page->arena, page->report->best);
    if (note.len > 0)
        buf_printf(page->out, "\n%.*s\n", STR_ARG(note));
}

/* ---- HTML ---- */

static void html_row(const struct html *html, const struct contribution *it)
{
    html_raw(html, "<tr><td class=\"time\">");
    html_meter(html, "hot", it->share);
    buf_printf(html->out, "<span class=\"percent\">%d%%</span></td><td>", prose_percent(it->share));
    html_cite(html, it->evidence->id);
    buf_printf(html->out, "</td><td class=\"full\">%s", finding_text(it->evidence->finding));
    const struct str caller = whose(html->best, it);
    if (caller.len > 0) {
        html_raw(html, ", of its caller ");
        html_code(html, caller);
    }
    const int explained = percent_explained(html->best, it);
    if (explained > 0) {
        buf_printf(html->out, " <span class=\"quiet\">less %d%% that ", explained);
        html_code(html, it->explained_by);
        html_raw(html, " explains</span>");
    }
    html_raw(html, "</td></tr>\n");
}

void html_balance(const struct html *html)
{
    uint32_t at = 0, shown = 0;
    const struct contribution *it = next_shown(html->report, &at, &shown);
    if (!it)
        return;
    html_section(html,
                 html->report->known ? "What counts for it" : "What counts for the best guess", 0);
    html_raw(html, "<table class=\"stack\"><thead><tr><th>Share</th><th>Evidence</th><th>What</th>"
                   "</tr></thead><tbody>\n");
    for (; it; it = next_shown(html->report, &at, &shown))
        html_row(html, it);
    html_raw(html, "</tbody></table>\n");
    const struct str note = lessened(html->arena, html->best);
    if (note.len > 0) {
        html_raw(html, "<p class=\"note\">");
        html_text(html, note);
        html_raw(html, "</p>\n");
    }
    html_section_end(html);
}
