/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three forms: what issuers put in front of their keys so that scanners find them (their
 * documentation names these prefixes), what follows a word such as `password` and a sign of
 * assignment, and what stands where URLs, headers and PEM have their secrets.
 */
#include "guard/secrets.h"

#include <ctype.h>

#define SECRET_BYTES_MAX                                                                           \
    4096                   /* of one; a longer one is masked so far, and what follows looked at */
#define SECRET_TAIL_MIN 12 /* behind a prefix; less is a word that begins like one */
#define NAME_BYTES_MAX 64

static const char *const prefixes[] = {
    "AKIA",      "ASIA",    "AIza",        "ghp_",     "gho_",     "ghs_",
    "ghu_",      "ghr_",    "glpat-",      "xoxb-",    "xoxp-",    "xoxa-",
    "xoxs-",     "xapp-",   "sk-",         "sk_live_", "rk_live_", "hf_",
    "npm_",      "dop_v1_", "github_pat_", "ya29.",    "eyJ",      "pypi-",
    "dckr_pat_", "shpat_",  "whsec_",      "SG.",      "hvs.",     "AGE-SECRET-KEY-",
};

/* As parts of a name: "DB_PASSWORD", "apiKey", "client-secret". */
static const char *const names[] = {"password",    "passwd",     "passphrase",   "secret",
                                    "token",       "apikey",     "api_key",      "api-key",
                                    "accesskey",   "access_key", "access-key",   "privatekey",
                                    "private_key", "credential", "authorization"};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static bool is_token(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("_-.+/=~%", c) != NULL);
}

static size_t span(struct str text, size_t at, bool (*is_of)(char c), size_t max)
{
    size_t end = at;
    while (end < text.len && end - at < max && is_of(text.ptr[end]))
        end++;
    return end;
}

/* Each of these: where what starts at `at` ends, or `at` where nothing of that form does. */

static size_t end_of_key(struct str text, size_t at)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const struct str prefix = str_of(prefixes[i]);
        if (!str_starts(str_slice(text, at, text.len), prefix))
            continue;
        const size_t end = span(text, at + prefix.len, is_token, SECRET_BYTES_MAX);
        if (end >= at + prefix.len + SECRET_TAIL_MIN)
            return end;
    }
    return at;
}

static size_t end_of_pem(struct str text, size_t at)
{
    const struct str rest = str_slice(text, at, text.len);
    const struct str begin = STR("-----BEGIN "), end = STR("-----END ");
    if (!str_starts(rest, begin) ||
        str_find(str_slice(rest, 0, NAME_BYTES_MAX), STR("PRIVATE KEY")) == STR_NPOS)
        return at;
    const size_t found = str_find(rest, end);
    if (found == STR_NPOS)
        return text.len;
    const size_t close = str_find(str_slice(rest, found + end.len, rest.len), STR("-----"));
    return close == STR_NPOS ? text.len : at + found + end.len + close + 5;
}

static bool is_of_email(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("._+-%", c) != NULL);
}

static size_t end_of_email(struct str text, size_t at)
{
    const size_t sign = span(text, at, is_of_email, NAME_BYTES_MAX);
    if (sign == at || sign >= text.len || text.ptr[sign] != '@')
        return at;
    size_t end = span(text, sign + 1, is_of_email, NAME_BYTES_MAX);
    while (end > sign + 1 && !isalnum((unsigned char)text.ptr[end - 1]))
        end--; /* the full stop of the sentence */
    const struct str domain = str_slice(text, sign + 1, end);
    return str_find(domain, STR(".")) == STR_NPOS ? at : end;
}

/* "user:password" of "://user:password@host". */
static size_t end_of_user(struct str text, size_t at)
{
    if (at < 3 || !str_eq(str_slice(text, at - 3, at), STR("://")))
        return at;
    for (size_t end = at; end < text.len && end - at < SECRET_BYTES_MAX; end++) {
        if (text.ptr[end] == '@')
            return end;
        if (strchr("/?#\"'` \t\r\n", text.ptr[end])) /* also NUL */
            return at;
    }
    return at;
}

static bool names_a_secret(struct str word)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_find_no_case(word, str_of(names[i])) != STR_NPOS)
            return true;
    return false;
}

static size_t skip_spaces(struct str text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    return at;
}

static bool is_of_value(char c)
{
    return (unsigned char)c > ' ' && !strchr("\"'`,;)}]<>", c);
}

/* Where the value begins of a name that ends at `at`: behind `: `, ` = `, `" => "`. */
static size_t begin_of_value(struct str text, size_t at)
{
    at += at < text.len && (text.ptr[at] == '"' || text.ptr[at] == '\'');
    at = skip_spaces(text, at);
    if (at >= text.len || (text.ptr[at] != ':' && text.ptr[at] != '='))
        return STR_NPOS;
    while (at < text.len && (text.ptr[at] == ':' || text.ptr[at] == '=' || text.ptr[at] == '>'))
        at++;
    at = skip_spaces(text, at);
    return at + (at < text.len && (text.ptr[at] == '"' || text.ptr[at] == '\''));
}

static size_t end_of_value(struct str text, size_t at)
{
    size_t end = span(text, at, is_of_value, SECRET_BYTES_MAX);
    const struct str word = str_slice(text, at, end);
    if (str_eq(word, STR("Bearer")) || str_eq(word, STR("Basic")))
        end = span(text, skip_spaces(text, end), is_of_value, SECRET_BYTES_MAX);
    return end;
}

static void mask(struct buf *out, const char *what, uint32_t *count)
{
    buf_printf(out, "[%s]", what);
    *count += 1;
}

static size_t end_of_secret(struct str text, size_t at)
{
    size_t end = end_of_pem(text, at);
    if (end == at)
        end = end_of_user(text, at);
    return end == at ? end_of_key(text, at) : end;
}

/* A word that is none of these, and the value that it names, if it does. Gives where it ends. */
static size_t take_word(struct buf *out, struct str text, size_t at, struct masked *masked)
{
    const size_t end = span(text, at, is_word, text.len);
    const struct str word = str_slice(text, at, end);
    buf_add(out, word);
    const struct str tail =
        str_slice(word, word.len > NAME_BYTES_MAX ? word.len - NAME_BYTES_MAX : 0, word.len);
    if (!names_a_secret(tail))
        return end;
    const size_t value = begin_of_value(text, end);
    const size_t value_end = value == STR_NPOS ? 0 : end_of_value(text, value);
    if (value == STR_NPOS || value_end == value)
        return end;
    buf_add(out, str_slice(text, end, value));
    mask(out, "secret", &masked->secrets);
    return value_end;
}

void secrets_mask(struct buf *out, struct str text, struct masked *masked)
{
    struct masked ignored = {0};
    if (!masked)
        masked = &ignored;
    for (size_t at = 0; at < text.len;) {
        size_t end = end_of_secret(text, at);
        if (end > at) {
            mask(out, "secret", &masked->secrets);
        } else if ((end = end_of_email(text, at)) > at) {
            mask(out, "email", &masked->emails);
        } else if (is_word(text.ptr[at])) {
            end = take_word(out, text, at, masked);
        } else {
            buf_add_char(out, text.ptr[at]);
            end = at + 1;
        }
        at = end;
    }
}
