/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/lines.h"

#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "report/prose.h"
#include "store/telemetry.h"

#include <ctype.h>

#define QUOTE_WORDS_MAX 10
#define QUOTE_BACK_WORDS_MAX 2 /* "Connection refused" says little without what was refused */

static bool is_of_lines(const struct evidence *evidence)
{
    return evidence->signal == SIGNAL_LOGS && evidence->bearing == BEARING_SUPPORTS &&
           (evidence->finding == FINDING_COMPLAINT || evidence->finding == FINDING_LOG_ERRORS ||
            evidence->finding == FINDING_EXCEPTION);
}

bool lines_tell_of(const struct casefile *casefile, struct str service)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (is_of_lines(it) && str_eq(it->subject, service))
            return true;
    return false;
}

/* About the subject, then complaints, then the strongest. */
static bool tells_more(const struct evidence *a, const struct evidence *b, struct str subject)
{
    const bool a_ours = str_eq(a->subject, subject), b_ours = str_eq(b->subject, subject);
    const bool a_says = a->finding == FINDING_COMPLAINT, b_says = b->finding == FINDING_COMPLAINT;
    return a_ours != b_ours             ? a_ours
           : a_says != b_says           ? a_says
           : a->strength != b->strength ? a->strength > b->strength
                                        : a->id < b->id;
}

/* The next in that order; NULL before the first, and after the last. */
const struct evidence *lines_next(const struct casefile *casefile, struct str subject,
                                  const struct evidence *before)
{
    const struct evidence *best = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (is_of_lines(it) && (!before || tells_more(before, it, subject)) && it != before &&
            (!best || tells_more(it, best, subject)))
            best = it;
    return best;
}

/* The second name of the claim: what was found in the lines; the first is who logged them. */
bool lines_names(struct str claim, struct str *who, struct str *words)
{
    struct piece piece;
    uint32_t count = 0;
    while (count < 2 && prose_next(&claim, &piece))
        if (piece.kind == PIECE_NAME)
            *(count++ == 0 ? who : words) = piece.text;
    return count == 2;
}

static bool ends_clause(struct str line, size_t at)
{
    const char c = line.ptr[at];
    return (unsigned char)c < ' ' || c == '`' || c == '"' || c == ';' ||
           (c == ' ' && at + 1 < line.len && line.ptr[at + 1] == '(') ||
           (c == ',' && at + 1 < line.len && line.ptr[at + 1] == ' ') ||
           (c == '.' && (at + 1 == line.len || line.ptr[at + 1] == ' '));
}

/* Where the part before ": " begins, if it is a few plain words; else where it was. */
static size_t one_part_back(struct str line, size_t from)
{
    size_t at = from, words = 1;
    if (from < 3 || line.ptr[from - 2] != ':' || line.ptr[from - 1] != ' ')
        return from;
    for (at = from - 2; at > 0 && !(line.ptr[at - 1] == ' ' && at > 1 && line.ptr[at - 2] == ':');
         at--) {
        const char c = line.ptr[at - 1];
        words += c == ' ';
        if (!(isalpha((unsigned char)c) || c == ' ' || c == '-' || c == '_') ||
            words > QUOTE_BACK_WORDS_MAX)
            return from;
    }
    return at;
}

/* The words and what of the line belongs to them: up to the end of the clause, or ten words; of few
 * words, what stands before them as well. */
static struct str quote_of(struct str line, struct str words)
{
    size_t from = str_find_no_case(line, words);
    if (from == STR_NPOS)
        return words;
    size_t to = from + words.len;
    uint32_t count = 1;
    for (size_t i = from; i < to; i++)
        count += line.ptr[i] == ' ';
    if (count <= QUOTE_BACK_WORDS_MAX)
        from = one_part_back(line, one_part_back(line, from));
    while (to < line.len && to - from < QUOTE_BYTES_MAX && !ends_clause(line, to) &&
           count < QUOTE_WORDS_MAX)
        count += line.ptr[to++] == ' ';
    return str_trim(str_slice(line, from, to));
}

bool lines_say(struct saying *saying, const struct evidence *evidence, struct str last_speaker)
{
    struct arena *arena = saying->call->scratch;
    struct batch *rows;
    struct err ignored = {0};
    struct str who, words;
    if (!lines_names(evidence->claim, &who, &words) ||
        !telemetry_rows(saying->call->services->telemetry, arena, evidence->query, &rows,
                        &ignored) ||
        rows->rows == 0)
        return false;
    const struct column *line = batch_find(rows, "line");
    line = line ? line : batch_find(rows, "message");
    const struct str quote = claim_quote(
        arena, line && line->known[0] ? quote_of(line->texts[0], words) : words, QUOTE_BYTES_MAX);
    struct buf claim = buf_new(arena);
    if (!str_eq(who, last_speaker))
        buf_printf(&claim, "%s`%.*s` say ", last_speaker.len == 0 ? "the logs of " : "those of ",
                   STR_ARG(who));
    buf_printf(&claim, "\"`%.*s`\"", STR_ARG(quote));
    return saying_claim(saying, " and ", buf_str(&claim), evidence->query);
}
