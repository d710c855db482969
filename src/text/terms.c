/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names are given whole and in parts, because either side may have only the other: an alert says
 * "node not ready" where the code says NodeNotReady, and a stack trace has the whole name, which is
 * rarer than its parts and so says more.
 */
#include "text/terms.h"

#include <string.h>

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_of_name(char c)
{
    return is_upper(c) || is_lower(c) || is_digit(c) || c == '_';
}

static bool ends_with(const char *word, size_t len, const char *ending)
{
    const size_t ending_len = strlen(ending);
    return len >= ending_len && memcmp(word + len - ending_len, ending, ending_len) == 0;
}

#define STEM_BYTES_MIN 3 /* shorter stems would throw unlike words together */

/* A stem has a vowel: "string" and "bring" do not end in -ing. */
static bool is_stem(const char *word, size_t len)
{
    if (len < STEM_BYTES_MIN)
        return false;
    for (size_t i = 0; i < len; i++)
        if (strchr("aeiouy", word[i]))
            return true;
    return false;
}

size_t term_stem(char *word, size_t len)
{
    if (ends_with(word, len, "ies") && len > STEM_BYTES_MIN + 1) {
        word[len - 3] = 'y';
        len -= 2;
    } else if (len > STEM_BYTES_MIN && ends_with(word, len, "s") && !ends_with(word, len, "ss") &&
               !ends_with(word, len, "us") && !ends_with(word, len, "is")) {
        len--;
    }
    const size_t whole = len;
    if (ends_with(word, len, "ing") && is_stem(word, len - 3))
        len -= 3;
    else if (ends_with(word, len, "ed") && is_stem(word, len - 2))
        len -= 2;
    else if ((ends_with(word, len, "tion") || ends_with(word, len, "sion")) &&
             is_stem(word, len - 3))
        len -= 3;
    const bool doubled = whole - len >= 2 && word[len - 1] == word[len - 2];
    if (doubled && !strchr("aeioulsz", word[len - 1]))
        len--; /* stopped, stop */
    if (len > STEM_BYTES_MIN + 1 && word[len - 1] == 'e')
        len--; /* cache, cached */
    return len;
}

/* How many bytes the first part of a name has; what stands before it must have been taken off. */
static size_t part_len(struct str name)
{
    size_t len = 1;
    while (len < name.len && name.ptr[len] != '_') {
        const char before = name.ptr[len - 1], c = name.ptr[len];
        if (is_digit(before) != is_digit(c) || (is_lower(before) && is_upper(c)))
            break;
        const bool word_begins =
            is_upper(before) && is_upper(c) && len + 1 < name.len && is_lower(name.ptr[len + 1]);
        if (word_begins)
            break; /* HTTPServer: the last capital is the next word's */
        len++;
    }
    return len;
}

static struct str without_marks(struct str name)
{
    while (name.len > 0 && name.ptr[0] == '_')
        name = str_slice(name, 1, name.len);
    while (name.len > 0 && name.ptr[name.len - 1] == '_')
        name.len--;
    return name;
}

static bool is_number(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit(text.ptr[i]))
            return false;
    return true;
}

static struct term give(struct terms *terms, struct str text, enum term_kind kind)
{
    for (size_t i = 0; i < text.len; i++)
        terms->text[i] = is_upper(text.ptr[i]) ? (char)(text.ptr[i] + 'a' - 'A') : text.ptr[i];
    const bool stems = kind == TERM_PLAIN || kind == TERM_PART;
    const size_t len = stems ? term_stem(terms->text, text.len) : text.len;
    return (struct term){.text = {terms->text, len}, .kind = kind};
}

static bool next_part(struct terms *terms, struct term *out)
{
    while (terms->name.len > 0) {
        terms->name = without_marks(terms->name);
        if (terms->name.len == 0)
            break;
        const size_t len = part_len(terms->name);
        const struct str part = str_slice(terms->name, 0, len);
        terms->name = str_slice(terms->name, len, terms->name.len);
        if (len < 2)
            continue;
        *out = give(terms, part, is_number(part) ? TERM_NUMBER : TERM_PART);
        return true;
    }
    return false;
}

static struct str take_name(struct str *rest)
{
    size_t from = 0;
    while (from < rest->len && !is_of_name(rest->ptr[from]))
        from++;
    size_t to = from;
    while (to < rest->len && is_of_name(rest->ptr[to]))
        to++;
    const struct str name = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->len);
    return name;
}

bool terms_next(struct terms *terms, struct term *out)
{
    if (next_part(terms, out))
        return true;
    while (terms->rest.len > 0) {
        const struct str name = without_marks(take_name(&terms->rest));
        if (name.len < 2 || name.len > TERM_BYTES_MAX)
            continue;
        if (part_len(name) < name.len) {
            terms->name = name;
            *out = give(terms, name, TERM_NAME);
        } else {
            *out = give(terms, name, is_number(name) ? TERM_NUMBER : TERM_PLAIN);
        }
        return true;
    }
    return false;
}

#define COMMON_BYTES_MAX 6 /* the longest of them: every word of a history is asked about */

bool term_is_common(struct str word)
{
    /* as term_stem() leaves them */
    static const char *const common[] = {
        "the",  "this",  "that",   "thi",  "is",    "in",    "it",    "to",     "of",    "on",
        "and",  "or",    "for",    "with", "was",   "were",  "are",   "be",     "been",  "has",
        "have", "had",   "not",    "no",   "but",   "by",    "as",    "at",     "an",    "from",
        "when", "which", "we",     "you",  "our",   "they",  "there", "their",  "will",  "would",
        "can",  "could", "should", "do",   "does",  "did",   "so",    "if",     "than",  "then",
        "its",  "some",  "any",    "all",  "also",  "caus",  "into",  "us",     "me",    "my",
        "he",   "she",   "who",    "what", "where", "these", "those", "becaus", "after", "while",
        "only", "just",  "such",   "due",  "may",   "more",  "now",   NULL};
    if (word.len == 0 || word.len > COMMON_BYTES_MAX)
        return false;
    for (const char *const *it = common; *it; it++)
        if (**it == word.ptr[0] && strlen(*it) == word.len && memcmp(word.ptr, *it, word.len) == 0)
            return true;
    return false;
}

bool pair_next(struct pair *pair, struct term term, struct str *out)
{
    if (term.kind == TERM_NAME || term_is_common(term.text))
        return false;
    const size_t before = pair->len;
    if (before > 0) {
        memcpy(pair->text, pair->last, before);
        pair->text[before] = ' ';
        memcpy(pair->text + before + 1, term.text.ptr, term.text.len);
        *out = (struct str){pair->text, before + 1 + term.text.len};
    }
    memcpy(pair->last, term.text.ptr, term.text.len);
    pair->len = term.text.len;
    return before > 0;
}
