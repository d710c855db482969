/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/facts.h"

#include "base/arena.h"
#include "base/buf.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEW_DIGITS 1000.0      /* from here on three digits are told of a number, */
#define FEW_DIGITS_ERROR 0.005 /* so it may be off by half of the third */
#define WORD_BYTES_MAX 63      /* of a number */

enum entity_kind { ENTITY_NONE, ENTITY_NAME, ENTITY_QUOTE, ENTITY_TIME, ENTITY_NUMBER };

/* ---- what is an entity ---- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_time(struct str word)
{
    static const char shape[] = "dd:dd:dd";
    if (word.len != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (shape[i] == 'd' ? !isdigit((unsigned char)word.ptr[i]) : word.ptr[i] != ':')
            return false;
    return true;
}

/* "39", "2.7", "1,200", "5%", "39ms" */
static bool is_number(struct str word, double *value, int *decimals)
{
    char digits[WORD_BYTES_MAX + 1];
    size_t len = 0, at = 0;
    bool point = false;
    *decimals = 0;
    for (; at < word.len && len < WORD_BYTES_MAX; at++) {
        const char c = word.ptr[at];
        if (c == ',' && at > 0 && !point)
            continue;
        if (!(isdigit((unsigned char)c) || (c == '-' && at == 0) || (c == '.' && !point && at > 0)))
            break;
        *decimals += point;
        point |= c == '.';
        digits[len++] = c;
    }
    digits[len] = '\0';
    size_t letters = 0;
    for (; at < word.len && letters <= 3; at++, letters++)
        if (!isalpha((unsigned char)word.ptr[at]) && word.ptr[at] != '%')
            return false;
    *value = strtod(digits, NULL);
    return len > 0 && isdigit((unsigned char)digits[len - 1]) && letters <= 3;
}

static bool is_name(struct str word)
{
    for (size_t i = 0; i + 1 < word.len; i++)
        if (word.ptr[i] == '_' || (i == 0 && word.ptr[i] == '/') ||
            (i > 0 && word.ptr[i] == '-' && isdigit((unsigned char)word.ptr[i + 1])) ||
            (word.len > 2 && islower((unsigned char)word.ptr[i]) &&
             isupper((unsigned char)word.ptr[i + 1])))
            return true;
    return false;
}

/* Without the marks of the sentence that it stands in. */
static struct str bare(struct str word)
{
    static const char marks[] = ".,;:!?()[]'";
    while (word.len > 0 && strchr(marks, word.ptr[word.len - 1]))
        word.len--;
    while (word.len > 0 && strchr(marks, word.ptr[0]))
        word = str_slice(word, 1, word.len);
    return word;
}

static bool is_blank(char c)
{
    return isspace((unsigned char)c);
}

/* What stands between two of these marks at the beginning of `rest`; false: it does not. */
static bool take_marked(struct str *rest, char mark, struct str *out)
{
    const char end[] = {mark, '\0'};
    const size_t len =
        rest->ptr[0] == mark ? str_find(str_slice(*rest, 1, rest->len), str_of(end)) : STR_NPOS;
    if (len == STR_NPOS)
        return false;
    *out = str_slice(*rest, 1, len + 1);
    *rest = str_slice(*rest, len + 2, rest->len);
    return true;
}

/* The next word, name or quotation, and what it is; false at the end. */
static bool next_entity(struct str *rest, enum entity_kind *kind, struct str *out, double *value,
                        int *decimals)
{
    while (rest->len > 0 && (is_blank(rest->ptr[0]) || strchr("(['", rest->ptr[0])))
        *rest = str_slice(*rest, 1, rest->len);
    if (rest->len == 0)
        return false;
    if (str_starts(*rest, STR("\"`"))) /* a quotation whose words are marked */
        *rest = str_slice(*rest, 1, rest->len);
    if (take_marked(rest, '`', out)) {
        *kind = ENTITY_NAME;
        if (rest->len > 0 && rest->ptr[0] == '"')
            *rest = str_slice(*rest, 1, rest->len);
        return true;
    }
    if (take_marked(rest, '"', out)) {
        *kind = ENTITY_QUOTE;
        return true;
    }
    size_t len = 1;
    while (len < rest->len && !is_blank(rest->ptr[len]) && rest->ptr[len] != '"' &&
           rest->ptr[len] != '`')
        len++;
    *out = bare(str_slice(*rest, 0, len));
    *rest = str_slice(*rest, len, rest->len);
    *kind = is_time(*out)                      ? ENTITY_TIME
            : is_number(*out, value, decimals) ? ENTITY_NUMBER
            : is_name(*out)                    ? ENTITY_NAME
                                               : ENTITY_NONE;
    return true;
}

/* ---- where it stands ---- */

static bool is_quote(char c)
{
    return c == '"' || c == '\\' || c == '`';
}

/* Quotes and backslashes are written in as many ways as there are formats, line ends as "\\n". */
static struct str without_quotes(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < text.len; i++) {
        const bool ends_line = text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == 'n';
        if (ends_line)
            buf_add_char(&out, ' ');
        else if (!is_quote(text.ptr[i]))
            buf_add_char(&out, text.ptr[i]);
        i += ends_line;
    }
    return buf_str(&out);
}

/* For its numbers: what stands in quotes counts as well. */
static struct str opened(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        out[i] = is_quote(text.ptr[i]) ? ' ' : text.ptr[i];
    return (struct str){out, text.len};
}

/* As a whole word; "_" may follow, for a name can be that of several series. */
static bool stands_in(struct str raw, struct str name)
{
    for (size_t at; name.len > 0 && (at = str_find(raw, name)) != STR_NPOS;
         raw = str_slice(raw, at + 1, raw.len))
        if ((at == 0 || !is_word(raw.ptr[at - 1]) || !is_word(name.ptr[0])) &&
            (at + name.len == raw.len || !isalnum((unsigned char)raw.ptr[at + name.len]) ||
             !is_word(name.ptr[name.len - 1])))
            return true;
    return false;
}

static bool is_same(double found, double told, int decimals)
{
    const double error = fabs(found - told);
    return error <= 0.5 * pow(10, -decimals) * (1 + 1e-9) ||
           (fabs(told) >= FEW_DIGITS && error <= FEW_DIGITS_ERROR * fabs(told));
}

/* Among the numbers of a text of others. */
static bool text_has_number(struct str text, double told, int decimals)
{
    enum entity_kind kind;
    struct str word;
    double value;
    int places;
    while (next_entity(&text, &kind, &word, &value, &places))
        if (kind == ENTITY_NUMBER && is_same(value, told, decimals))
            return true;
    return false;
}

static bool rows_have(const json_t *rows, enum entity_kind kind, struct str word, double told,
                      int decimals)
{
    const json_t *row, *value;
    const char *name;
    size_t i;
    json_array_foreach(rows, i, row)
    {
        json_object_foreach((json_t *)(uintptr_t)row, name, value)
        {
            if (kind == ENTITY_NUMBER
                    ? json_is_number(value) && is_same(json_number_value(value), told, decimals)
                    : json_is_string(value) && str_contains(str_of(json_string_value(value)), word))
                return true;
        }
    }
    return false;
}

static bool is_told_or_measured(struct arena *arena, const struct facts_data *data,
                                enum entity_kind kind, struct str word, double value, int decimals)
{
    if (rows_have(data->rows, kind, word, value, decimals))
        return true;
    for (uint32_t i = 0; i <= data->references_count; i++) {
        const struct str text = i == 0 ? data->alert : data->references[i - 1];
        if (kind == ENTITY_NUMBER ? text_has_number(opened(arena, text), value, decimals)
                                  : str_contains(text, word))
            return true;
    }
    return false;
}

struct facts facts_check(struct arena *arena, struct str summary, const struct facts_data *data)
{
    const struct str raw = without_quotes(arena, data->raw);
    struct facts facts = {.missing = STR("")};
    enum entity_kind kind;
    struct str word;
    double value = 0;
    int decimals = 0;
    while (next_entity(&summary, &kind, &word, &value, &decimals)) {
        const bool is_measured = kind == ENTITY_TIME || kind == ENTITY_NUMBER;
        if (kind == ENTITY_NONE || (is_measured && !data->with_numbers))
            continue;
        facts.entities++;
        if (is_measured ? is_told_or_measured(arena, data, kind, word, value, decimals)
                        : stands_in(raw, str_trim(without_quotes(arena, word))))
            facts.borne_out++;
        else
            facts.missing = str_printf(arena, "%.*s%s%.*s", STR_ARG(facts.missing),
                                       facts.missing.len > 0 ? ", " : "", STR_ARG(word));
    }
    return facts;
}
