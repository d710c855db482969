// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8
#include "pattern.h"
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pattern {
    pcre2_code *code;
};

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
    if (pattern->code)
        return pattern;
    PCRE2_UCHAR why[160];
    pcre2_get_error_message(error, why, sizeof why);
    fprintf(stderr, "shop: %s = %s: character %zu: %s\n", key, text, at + 1, (const char *)why);
    exit(2);
}

void pattern_free(struct pattern *pattern)
{
    pcre2_code_free(pattern->code);
    free(pattern);
}

enum pattern_result pattern_match(const struct pattern *pattern, const char *text)
{
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    if (!data)
        abort();
    const int result = pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, data, NULL);
    pcre2_match_data_free(data);
    return result >= 0                     ? PATTERN_MATCH
           : result == PCRE2_ERROR_NOMATCH ? PATTERN_NO_MATCH
                                           : PATTERN_GAVE_UP;
}
