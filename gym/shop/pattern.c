// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8
#include "pattern.h"
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pattern {
    pcre2_code *code;
    pcre2_match_context *context;
};

/* The library's own limit is the default: some tenths of a second. */
static void set_limit(struct pattern *pattern, const struct config *config, const char *key)
{
    char name[80];
    snprintf(name, sizeof name, "%s_match_limit", key);
    pattern->context = pcre2_match_context_create(NULL);
    if (!pattern->context)
        abort();
    pcre2_set_match_limit(pattern->context,
                          (uint32_t)config_number(config, name, 10000000, 1, 2000000000));
}

struct pattern *pattern_new(const struct config *config, const char *key, const char *fallback)
{
    const char *text = config_text(config, key, fallback);
    int error;
    PCRE2_SIZE at;
    struct pattern *pattern = calloc(1, sizeof *pattern);
    if (!pattern)
        abort();
    pattern->code =
        pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, PCRE2_CASELESS, &error, &at, NULL);
    set_limit(pattern, config, key);
    if (pattern->code)
        return pattern;
    PCRE2_UCHAR why[160];
    pcre2_get_error_message(error, why, sizeof why);
    fprintf(stderr, "shop: %s = %s: character %zu: %s\n", key, text, at + 1, (const char *)why);
    exit(2);
}

void pattern_free(struct pattern *pattern)
{
    pcre2_match_context_free(pattern->context);
    pcre2_code_free(pattern->code);
    free(pattern);
}

enum pattern_result pattern_match(const struct pattern *pattern, const char *text)
{
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    if (!data)
        abort();
    const int result =
        pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, data, pattern->context);
    pcre2_match_data_free(data);
    return result >= 0                     ? PATTERN_MATCH
           : result == PCRE2_ERROR_NOMATCH ? PATTERN_NO_MATCH
                                           : PATTERN_GAVE_UP;
}
