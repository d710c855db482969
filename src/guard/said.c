/* SPDX-License-Identifier: Apache-2.0 */
/* What is said by single words: names, denials, directions, and how sure it sounds. */
#include "guard/said.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "guard/said_parts.h"

#include <ctype.h>
#include <string.h>

#define QUOTE_WORDS_MAX 4
#define STEM_BYTES 6 /* "reconc" */
#define CLOSE 3      /* words between a denial, and what it denies */

static bool is_number(const struct saying *saying, uint32_t at)
{
    return at < saying->words.count && saying->words.items[at].kind == WORD_NUMBER;
}

/* ---- names ---- */

static bool some_know(const struct saying *saying, struct str lower)
{
    for (uint32_t i = 0; i < saying->cited_count; i++)
        if (facts_know(&saying->cited[i], lower))
            return true;
    return false;
}

/* A service of the case may be named where a line names it; what is said of it is checked. */
static bool some_quote(const struct saying *saying, struct str lower)
{
    for (uint32_t i = 0; i < saying->cited_count; i++)
        if (facts_has_name(saying->cited[i].claim, lower))
            return true;
    return false;
}

static bool some_contain(const struct saying *saying, struct str lower)
{
    for (uint32_t i = 0; i < saying->cited_count; i++)
        if (str_contains(saying->cited[i].own, lower))
            return true;
    return false;
}

/* A word of general use that orders nobody about, and blames nobody. */
static bool is_harmless(struct str word)
{
    while (word.len > 0 && !isalnum((unsigned char)word.ptr[word.len - 1]))
        word.len--;
    return !lexicon_has(SENSE_ORDERS, word) && !lexicon_has(SENSE_WELL, word) &&
           !lexicon_has(SENSE_BLAME, word) && !lexicon_has(SENSE_CAUSES, word) &&
           (lexicon_is_form(word) || (lexicon_topics(word) & ~lexicon_grave_topics()) != 0 ||
            lexicon_has(SENSE_NO, word));
}

/* What others wrote may be quoted, if it is too short to tell a story: "OOM command not allowed".
 */
static bool may_be_quoted(const struct saying *saying, struct str lower)
{
    if (some_contain(saying, lower))
        return true;
    struct str rest = lower, word;
    uint32_t count = 0;
    while (str_split(&rest, ' ', &word))
        if (++count > QUOTE_WORDS_MAX || !is_harmless(word))
            return false;
    for (uint32_t i = 0; i < saying->cited_count; i++)
        if (str_contains(saying->cited[i].claim, lower))
            return true;
    return false;
}

/* Of a word that is in other form in a claim: "reconciling", "reconciliation". */
static bool some_have_stem(const struct saying *saying, struct str lower)
{
    const size_t len = lower.len > 6 ? lower.len - 3 : lower.len > 4 ? lower.len - 1 : lower.len;
    return some_contain(saying, str_slice(lower, 0, len));
}

static bool is_ordinary(const struct saying *saying, uint32_t at)
{
    const struct str word = said_plain(saying, at);
    for (int sense = 0; sense < SENSES_COUNT; sense++)
        if (lexicon_has((enum sense)sense, word))
            return true;
    return lexicon_topics(word) != 0 || lexicon_is_form(word) || str_ends(word, STR("ly")) ||
           word.len <= 2;
}

/* "95th" where a claim speaks of `latency_p95_ms`. */
static bool is_percentile(const struct saying *saying, struct str lower)
{
    return lower.len == 4 && str_ends(lower, STR("th")) &&
           some_contain(saying, str_printf(saying->arena, "p%.2s", lower.ptr));
}

/* A word of a message that is a word of ours elsewhere: "reconciliation", of `reconcile_every_s`.
 */
static bool may_be_said(const struct saying *saying, uint32_t at)
{
    const struct str lower = saying->words.items[at].lower;
    const struct str stem = str_slice(lower, 0, STEM_BYTES);
    bool is_quoted = false;
    for (uint32_t i = 0; i < saying->cited_count; i++)
        is_quoted |= str_contains(saying->cited[i].claim, stem);
    if (!is_quoted || lower.len < STEM_BYTES)
        return false;
    for (const struct evidence *it = saying->casefile->evidence; it; it = it->next)
        if (str_find_no_case(facts_of(saying->arena, it).own, stem) != STR_NPOS)
            return true;
    return false;
}

static void check_name(struct saying *saying, uint32_t at)
{
    static const char never_names[] = " e.g i.e etc vs and/or a.m p.m utc ";
    const struct word *word = &saying->words.items[at];
    if (word->kind == WORD_QUOTE) {
        said_count(saying, may_be_quoted(saying, word->lower), word->text,
                   "is quoted, and stands in none of the claims it cites");
    } else if (is_percentile(saying, word->lower)) {
        return;
    } else if (word->kind == WORD_NAME) {
        char padded[16];
        const size_t len = word->lower.len;
        if (len < sizeof padded - 2) {
            memcpy(padded + 1, word->lower.ptr, len);
            padded[0] = padded[len + 1] = ' ';
            padded[len + 2 < sizeof padded ? len + 2 : len + 1] = '\0';
            if (strstr(never_names, padded))
                return;
        }
        said_count(saying, some_know(saying, word->lower), word->text,
                   "is in none of the claims it cites");
    } else if (said_entity(saying, at).len > 0) {
        said_count(saying, some_know(saying, word->lower) || some_quote(saying, word->lower),
                   word->text, "is in none of the claims it cites");
    } else if (word->kind == WORD_PLAIN && !is_ordinary(saying, at) &&
               !str_eq(word->lower, STR("utc"))) {
        said_count(saying, some_have_stem(saying, word->lower) || may_be_said(saying, at),
                   word->text, "is no word of the claims it cites");
    }
}

/* ---- what it speaks of ---- */

static void check_topic(struct saying *saying, uint32_t at)
{
    const struct str word = said_plain(saying, at);
    if (lexicon_has(SENSE_FREE, word) || said_entity(saying, at).len > 0)
        return;
    const uint64_t topics = lexicon_topics(word);
    if (topics != 0)
        said_count(saying, (topics & saying->topics) != 0 || some_have_stem(saying, word), word,
                   "is nothing that the claims it cites speak of");
}

/* ---- denials ---- */

static bool says_zero(const struct facts *facts, enum role role)
{
    for (uint32_t i = 0; i < facts->numbers_count; i++)
        if (facts->numbers[i].amount.written == 0 && facts->numbers[i].role == role &&
            !facts->numbers[i].is_quoted)
            return true;
    return false;
}

static void check_denial(struct saying *saying, uint32_t at)
{
    if (said_is(saying, at + 1, " only just ") ||
        (said_is(saying, at + 1, " longer more less fewer later ") &&
         said_is(saying, at + 2, " than ")))
        return;
    const enum role role = said_role(saying, at);
    bool ok = false;
    const struct str word = said_plain(saying, at), next = said_plain(saying, at + 1);
    const struct str together =
        str_printf(saying->arena, "%.*s %.*s", STR_ARG(word), STR_ARG(next));
    for (uint32_t i = 0; i < saying->cited_count; i++) {
        const struct facts *facts = &saying->cited[i];
        if (!said_is_of(saying, facts, at))
            continue;
        ok |= says_zero(facts, role) || (role == ROLE_NOW && facts->denies) ||
              (next.len > 0 && str_contains(facts->claim, together));
    }
    said_count(saying, ok, word, "denies what the claims it cites do not");
}

static bool is_denied(const struct saying *saying, uint32_t at)
{
    for (uint32_t back = 1; back <= CLOSE && back <= at; back++) {
        if (said_is_stop(saying, at - back, ",;:."))
            return false;
        if (said_has(saying, at - back, SENSE_NO))
            return true;
    }
    return false;
}

/* ---- directions ---- */

/* "from false to true", "from http://a to https://a": in this order, if a claim has one. */
static void check_values(struct saying *saying, uint32_t at)
{
    if (!said_is(saying, at, " from ") || !said_is(saying, at + 2, " to ") ||
        at + 3 >= saying->words.count || is_number(saying, at + 1) || is_number(saying, at + 3))
        return;
    const struct str from = saying->words.items[at + 1].lower,
                     to = saying->words.items[at + 3].lower;
    bool told = false, ok = false;
    for (uint32_t i = 0; i < saying->cited_count; i++) {
        const struct facts *facts = &saying->cited[i];
        if (facts->from.len == 0 || !said_is_of(saying, facts, at))
            continue;
        told = true;
        ok |= str_eq(facts->from, from) && str_eq(facts->to, to);
    }
    if (told)
        said_count(saying, ok, saying->words.items[at + 3].text, "is not what it was changed to");
}

/* "more than 5", "or longer": a bound, not a direction. "no longer", "any more": a denial. */
static bool is_bound(const struct saying *saying, uint32_t at)
{
    return (said_is(saying, at + 1, " than ") &&
            (is_number(saying, at + 2) || said_is(saying, at + 2, " a an half "))) ||
           (at > 0 && said_is(saying, at - 1, " or and no any once ")) ||
           (said_is(saying, at, " more less ") &&
            said_is(saying, at + 1, " likely recent recently "));
}

/* What the sentence's own numbers say around `at`: 1 up, -1 down, 0 nothing. */
static int own_direction(const struct saying *saying, uint32_t at)
{
    uint32_t begin = at, end = at;
    while (begin > 0 && !said_is_stop(saying, begin - 1, ";:."))
        begin--;
    while (!said_is_stop(saying, end, ";:."))
        end++;
    const struct amount *before = NULL, *now = NULL;
    for (uint32_t i = begin; i < end; i++) {
        if (!is_number(saying, i) || saying->words.items[i].amount.in_words)
            continue;
        const enum role role = said_role(saying, i);
        if (role == ROLE_BEFORE && !before)
            before = &saying->words.items[i].amount;
        if (role == ROLE_NOW && !now)
            now = &saying->words.items[i].amount;
    }
    if (!before || !now || before->unit != now->unit)
        return 0;
    return now->number > before->number ? 1 : now->number < before->number ? -1 : 0;
}

static void check_direction(struct saying *saying, uint32_t at, bool up)
{
    if (is_bound(saying, at) || is_denied(saying, at))
        return;
    bool ok = false;
    for (uint32_t i = 0; i < saying->cited_count; i++)
        if (said_is_of(saying, &saying->cited[i], at))
            ok |= up ? saying->cited[i].rose : saying->cited[i].fell;
    const int own = own_direction(saying, at);
    if (own != 0)
        ok = (own > 0) == up;
    said_count(saying, ok, said_plain(saying, at), "is not the way it went");
}

/* ---- how sure it sounds ---- */

/* "exhausted", of what the claim says that it was far from its limit. */
static void check_shortage(struct saying *saying, uint32_t at)
{
    bool ok = is_denied(saying, at);
    for (uint32_t i = 0; i < saying->cited_count; i++)
        ok |= !str_contains(saying->cited[i].claim, STR("only at")) &&
              (saying->cited[i].rose || saying->cited[i].denies);
    said_count(saying, ok, said_plain(saying, at), "is more than the claims it cites say");
}

static bool tells_severity(const struct saying *saying)
{
    const struct str name = str_of(severity_name(saying->casefile->triage.severity));
    for (uint32_t i = 0; i < saying->words.count; i++)
        if (str_eq(said_plain(saying, i), name))
            return true;
    return false;
}

static void check_manner(struct saying *saying, uint32_t at)
{
    const struct str word = said_plain(saying, at);
    if (lexicon_has(SENSE_SURE, word))
        said_count(saying, false, word, "is surer than anybody can be");
    if (said_is(saying, at, " must ") && said_is(saying, at + 1, " have "))
        said_count(saying, false, STR("must have"), "is surer than anybody can be");
    if (lexicon_has(SENSE_SUPERLATIVE, word) && !is_number(saying, at + 1))
        said_count(saying, some_contain(saying, word), word, "compares what nobody compared");
    if (said_is(saying, at, " most ") &&
        said_is(saying, at + 1, " affected important critical severe serious "))
        said_count(saying, false, STR("most"), "compares what nobody compared");
    if (lexicon_has(SENSE_ORDERS, word))
        said_count(saying, some_know(saying, word), word, "is no word of a report");
    if (said_is(saying, at, " dropped ") && at > 0 && said_is(saying, at - 1, " was were been be "))
        said_count(saying, some_contain(saying, STR("was dropped")), word,
                   "is more than that it became less");
    if (lexicon_has(SENSE_WELL, word))
        said_count(saying, some_know(saying, word), word,
                   "says that it is nothing, which no claim does");
    if (str_eq(word, STR("severity")))
        said_count(saying, tells_severity(saying), word, "is not what was found");
    if (lexicon_has(SENSE_SHORTAGE, word))
        check_shortage(saying, at);
    if (said_is(saying, at, " ongoing ") ||
        (said_is(saying, at, " still ") &&
         said_is(saying, at + 1, " there failing down broken happening active unresolved the ")))
        said_count(saying, some_contain(saying, STR("still")), word,
                   "is not what the claims it cites say of its end");
}

/* ---- all of it ---- */

static void check_words(struct saying *saying)
{
    for (uint32_t at = 0; at < saying->words.count; at++) {
        check_name(saying, at);
        if (saying->words.items[at].kind != WORD_PLAIN || said_entity(saying, at).len > 0)
            continue;
        check_topic(saying, at);
        check_values(saying, at);
        check_manner(saying, at);
        if (said_has(saying, at, SENSE_NO))
            check_denial(saying, at);
        if (said_has(saying, at, SENSE_UP))
            check_direction(saying, at, true);
        if (said_has(saying, at, SENSE_DOWN))
            check_direction(saying, at, false);
    }
}

static bool cite(struct saying *saying, const uint32_t *cites, uint32_t count)
{
    if (count == 0)
        return err_set(saying->err, ERR_DENIED, "it cites no evidence");
    if (count > SAID_CITES_MAX)
        return err_set(saying->err, ERR_DENIED, "it cites more than %d pieces of evidence",
                       SAID_CITES_MAX);
    saying->cited = arena_push_many(saying->arena, struct facts, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct evidence *evidence = casefile_find(saying->casefile, cites[i]);
        if (!evidence || evidence->bearing == BEARING_GAP)
            return err_set(saying->err, ERR_DENIED, "there is no evidence E%u", cites[i]);
        saying->cited[saying->cited_count] = facts_of(saying->arena, evidence);
        const struct facts *facts = &saying->cited[saying->cited_count++];
        saying->topics |= facts->own_topics | (facts->topics & ~lexicon_grave_topics());
    }
    return true;
}

/* The words of the verdict may be used of whom it names; what the alert is about, by all. */
static void add_verdict(struct saying *saying)
{
    saying->topics |= (lexicon_topics_of(saying->casefile->alert->name) |
                       lexicon_topics_of(saying->casefile->alert->summary)) &
                      ~lexicon_grave_topics();
    const struct hypothesis *best = saying->casefile->hypotheses;
    if (!best || best->confidence < CONFIDENCE_MIN)
        return;
    saying->best = best;
    for (uint32_t i = 0; i < saying->cited_count; i++)
        if (str_eq(saying->cited[i].evidence->subject, best->subject))
            saying->topics |= lexicon_topics_of(best->cause) |
                              lexicon_topics_of(str_of(finding_text(best->finding)));
}

/* A number, a time, or a name that the claims have. */
static bool is_about_something(const struct saying *saying)
{
    for (uint32_t i = 0; i < saying->words.count; i++)
        if (saying->words.items[i].kind == WORD_NUMBER ||
            saying->words.items[i].kind == WORD_CLOCK || saying->words.items[i].kind == WORD_NAME ||
            said_entity(saying, i).len > 0 ||
            (saying->words.items[i].kind == WORD_QUOTE &&
             some_contain(saying, saying->words.items[i].lower)))
            return true;
    return false;
}

/* Latin letters, and the marks of prose: what the check can read. */
static bool is_readable(uint32_t code)
{
    return (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code < 0x250 && code != 0xad) ||
           (code >= 0x2010 && code <= 0x201f) || code == 0x2026 || code == 0x03bc;
}

static bool has_markup(const struct saying *saying, struct str sentence)
{
    static const char *const marks[] = {"](", "![", "<", ">", "|", "$(", "{", "}", "@", "://"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        for (uint32_t at = 0; at < saying->words.count; at++)
            if (str_contains(saying->words.items[at].text, str_of(marks[i])) &&
                !some_contain(saying, saying->words.items[at].lower))
                return true;
    for (struct str rest = sentence; rest.len > 0;)
        if (!is_readable(utf8_take(&rest)))
            return true;
    return false;
}

bool said_check(const struct casefile *casefile, struct str sentence, const uint32_t *cites,
                uint32_t cites_count, struct said_score *score, struct err *err)
{
    if (sentence.len == 0 || sentence.len > SAID_BYTES_MAX || !utf8_is_valid(sentence))
        return err_set(err, ERR_DENIED, "it is no sentence of up to %d bytes", SAID_BYTES_MAX);
    struct arena *arena = arena_new("said");
    struct saying saying = {.casefile = casefile, .arena = arena, .err = err};
    bool ok = cite(&saying, cites, cites_count);
    if (ok) {
        saying.words = words_of(arena, sentence);
        add_verdict(&saying);
        check_words(&saying);
        said_check_numbers(&saying);
        said_check_order(&saying);
        said_check_relations(&saying);
        if (saying.words.too_many)
            said_count(&saying, false, STR("..."), "is too long to be read");
        if (!is_about_something(&saying))
            said_count(&saying, false, sentence, "says nothing that evidence could bear out");
        if (has_markup(&saying, sentence))
            said_count(&saying, false, sentence,
                       "holds a link, markup or characters of another script");
        ok = !saying.failed;
    }
    if (score) {
        score->things += saying.score.things;
        score->borne_out += saying.score.borne_out;
    }
    arena_free(arena);
    return ok;
}
