/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the page that are looked up: who reads them wants to check, so nothing is cut. */
#include "report/html.h"

#include "base/arena.h"
#include "report/consulted.h"
#include "report/escape.h"
#include "report/prose.h"

#define NOTE_CHARS_MAX 600

static const char dash[] = "<span class=\"quiet\">&ndash;</span>";

/* ---- hypotheses ---- */

static void hypothesis_row(const struct html *html, const struct hypothesis *it)
{
    html_raw(html, "<tr><td class=\"time\">");
    html_meter(html, it == html->best && html->report->known ? "hot" : "", it->confidence);
    buf_printf(html->out, "<span class=\"percent\">%d%%</span></td><td><b>",
               prose_percent(it->confidence));
    html_text(html, it->subject);
    html_raw(html, "</b>");
    if (it->instance.len > 0) {
        html_raw(html, "<br><span class=\"quiet\">");
        html_text(html, it->instance);
        html_raw(html, "</span>");
    }
    html_raw(html, "</td><td class=\"full\">");
    html_claim(html, prose_cause(html->report, it));
    if (it->would_settle.len > 0) {
        html_raw(html, "<br><span class=\"quiet\">");
        html_claim(html, it->would_settle);
        html_raw(html, "</span>");
    }
    html_raw(html, "</td><td>");
    html_citations(html, it->cited_for, it->cited_for_count);
    html_raw(html, "</td><td>");
    html_citations(html, it->cited_against, it->cited_against_count);
    html_raw(html, "</td></tr>\n");
}

void html_hypotheses(const struct html *html)
{
    if (!html->best)
        return;
    html_section(html, "Hypotheses", 0);
    html_raw(html,
             "<table class=\"stack\"><thead><tr><th>Confidence</th><th>Where</th><th>What</th>"
             "<th>For</th><th>Against</th></tr></thead><tbody>\n");
    for (const struct hypothesis *it = html->best; it; it = it->next)
        hypothesis_row(html, it);
    html_raw(html, "</tbody></table>\n");
    html_section_end(html);
}

/* ---- evidence ---- */

/* In single quotes a shell reads everything as it is, but for the single quote. */
static struct str quoted_for_shell(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    buf_add_char(&out, '\'');
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\'')
            buf_add(&out, STR("'\\''"));
        else
            buf_add_char(&out, text.ptr[i]);
    buf_add_char(&out, '\'');
    return buf_str(&out);
}

static void query(const struct html *html, struct str sql)
{
    if (sql.len == 0)
        return;
    html_raw(html, "<details><summary>query</summary><pre class=\"query\">warroom query BUNDLE ");
    html_text(html, quoted_for_shell(html->arena, sql));
    html_raw(html, "</pre></details>");
}

static void evidence_row(const struct html *html, const struct evidence *it)
{
    buf_printf(html->out, "<tr id=\"E%u\"><td><b>E%u</b></td><td>%s</td><td>", it->id, it->id,
               signal_name(it->signal));
    html_text(html, it->instance.len > 0 ? it->instance : it->subject);
    html_raw(html, "</td><td class=\"claim full\">");
    html_claim(html, it->claim);
    if (it->bearing == BEARING_REFUTES)
        html_raw(html, " <span class=\"badge warn\">speaks against</span>");
    if (!prose_is_for_a_cause(it))
        buf_printf(html->out, " <span class=\"badge\">%s</span>",
                   it->finding == FINDING_IMPACT ? "impact" : "about the alert");
    query(html, it->query);
    html_raw(html, "</td><td class=\"time\">");
    if (it->onset_ns != 0)
        html_text(html, prose_is_history(it) ? time_format(html->arena, it->onset_ns)
                                             : time_format_short(html->arena, it->onset_ns));
    else
        html_raw(html, dash);
    html_raw(html, "</td><td class=\"num\">");
    html_meter(html, html->best && prose_cites(html->best, it) ? "hot" : "", it->strength);
    buf_printf(html->out, "%.2f</td></tr>\n", prose_share(it->strength));
}

void html_evidence(const struct html *html)
{
    const uint32_t count = prose_count(html->casefile, BEARING_SUPPORTS) +
                           prose_count(html->casefile, BEARING_REFUTES);
    html_section(html, "Evidence", count);
    if (count == 0) {
        html_raw(html, "<p class=\"empty\">None was found.</p>\n");
    } else {
        html_raw(html, "<table class=\"stack\"><thead><tr><th>Id</th><th>Signal</th><th>About</th>"
                       "<th>Claim</th><th>Began</th><th class=\"num\">Strength</th></tr></thead>"
                       "<tbody>\n");
        for (const struct evidence *it = html->casefile->evidence; it; it = it->next)
            if (it->bearing != BEARING_GAP)
                evidence_row(html, it);
        html_raw(html, "</tbody></table>\n");
    }
    html_section_end(html);
}

/* ---- what was not there ---- */

static const char *state_class(enum source_state state)
{
    static const char *const classes[] = {
        [SOURCE_READ] = "good",
        [SOURCE_EMPTY] = "",
        [SOURCE_MISSING] = "warn",
        [SOURCE_BROKEN] = "bad",
    };
    return classes[state];
}

/* 1234567 as 1,234,567: rows are counted in millions. */
static void rows(const struct html *html, int64_t count)
{
    const struct str digits = str_printf(html->arena, "%lld", (long long)count);
    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && (digits.len - i) % 3 == 0 && digits.ptr[i - 1] != '-')
            html_raw(html, ",");
        buf_add_char(html->out, digits.ptr[i]);
    }
}

void html_sources(const struct html *html)
{
    if (!html->casefile->sources)
        return;
    html_section(html, "Sources", 0);
    html_raw(html, "<table><thead><tr><th>Source</th><th>State</th><th class=\"num\">Rows</th>"
                   "</tr></thead><tbody>\n");
    for (const struct source_entry *it = html->casefile->sources; it; it = it->next) {
        html_raw(html, "<tr><td>");
        html_text(html, it->name);
        if (it->note.len > 0) {
            html_raw(html, "<br><span class=\"quiet\">");
            html_text(html, escape_clip(html->arena, it->note, NOTE_CHARS_MAX));
            html_raw(html, "</span>");
        }
        buf_printf(html->out, "</td><td><span class=\"badge %s\">%s</span></td><td class=\"num\">",
                   state_class(it->state), source_state_name(it->state));
        if (it->state == SOURCE_MISSING)
            html_raw(html, dash);
        else
            rows(html, it->rows);
        html_raw(html, "</td></tr>\n");
    }
    html_raw(html, "</tbody></table>\n");
    html_section_end(html);
}

void html_gaps(const struct html *html)
{
    const uint32_t count = prose_count(html->casefile, BEARING_GAP);
    if (count == 0)
        return;
    html_section(html, "What could not be found out", count);
    html_raw(html, "<ul class=\"claims\">\n");
    for (const struct evidence *it = html->casefile->evidence; it; it = it->next) {
        if (it->bearing != BEARING_GAP)
            continue;
        buf_printf(html->out, "<li><span class=\"quiet\">%s</span> ", signal_name(it->signal));
        html_claim(html, it->claim);
        html_raw(html, "</li>\n");
    }
    html_raw(html, "</ul>\n");
    html_section_end(html);
}

void html_withdrawn(const struct html *html)
{
    const struct withdrawal *withdrawn = html->casefile->withdrawn;
    if (!withdrawn)
        return;
    html_section(html, "Withdrawn claims", 0);
    html_raw(html, "<ul class=\"claims\">\n");
    for (; withdrawn; withdrawn = withdrawn->next) {
        buf_printf(html->out, "<li>E%u: <s>", withdrawn->evidence->id);
        html_claim(html, withdrawn->evidence->claim);
        html_raw(html, "</s><br><span class=\"quiet\">");
        html_text(html, withdrawn->why);
        html_raw(html, "</span></li>\n");
    }
    html_raw(html, "</ul>\n<p class=\"note\">Their own queries do not bear them out, so they count "
                   "for nothing.</p>\n");
    html_section_end(html);
}

/* ---- who else was asked ---- */

static void consulted_row(const struct html *html, const struct consultation *it)
{
    html_raw(html, "<tr><td><b>");
    html_text(html, consulted_who(it));
    html_raw(html, "</b></td><td>");
    html_code(html, it->task);
    html_raw(html, it->failure.len > 0 ? "</td><td class=\"full\"><span class=\"badge warn\">not "
                                         "used</span> "
                                       : "</td><td class=\"full\">");
    html_text(html,
              escape_clip(html->arena,
                          it->failure.len > 0 ? it->failure : consulted_outcome(html->arena, it),
                          NOTE_CHARS_MAX));
    if (it->because.len > 0) {
        html_raw(html, "<br><span class=\"quiet\">");
        html_text(html, escape_clip(html->arena, it->because, NOTE_CHARS_MAX));
        html_raw(html, "</span>");
    }
    html_raw(html, "</td><td>");
    html_text(html, consulted_usage(html->arena, it));
    html_raw(html, "</td></tr>\n");
}

void html_consulted(const struct html *html)
{
    const struct consultation *it = html->casefile->consultations;
    if (!it)
        return;
    html_section(html, "Models that were asked", 0);
    html_raw(html, "<table class=\"stack\"><thead><tr><th>Who</th><th>What for</th><th>What came "
                   "of it</th><th>Usage</th></tr></thead><tbody>\n");
    for (; it; it = it->next)
        consulted_row(html, it);
    html_raw(html, "</tbody></table>\n");
    html_section_end(html);
}
