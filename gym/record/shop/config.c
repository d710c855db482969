// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool option_parse(const char *line, struct config_option *option)
{
    return sscanf(line, " %39[a-z0-9_.] = %159[^\n]", option->key, option->value) == 2;
}

static bool line_is_blank(const char *line)
{
    line += strspn(line, " \t\n");
    return *line == '\0' || *line == '#';
}

bool config_read(struct config *config, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        fprintf(stderr, "shop: %s: %s\n", path, strerror(errno));
        return false;
    }
    char line[256];
    bool good = true;
    config->count = 0;
    while (good && fgets(line, sizeof line, file)) {
        if (line_is_blank(line))
            continue;
        good = config->count < CONFIG_OPTIONS_MAX &&
               option_parse(line, &config->options[config->count]);
        config->count++;
    }
    if (!good)
        fprintf(stderr, "shop: %s: no option, or one too many: %s", path, line);
    fclose(file);
    return good;
}

const char *config_text(const struct config *config, const char *key, const char *fallback)
{
    for (unsigned i = 0; i < config->count; i++)
        if (strcmp(config->options[i].key, key) == 0)
            return config->options[i].value;
    return fallback;
}

bool config_flag(const struct config *config, const char *key)
{
    return strcmp(config_text(config, key, "false"), "true") == 0;
}

long config_number(const struct config *config, const char *key, long fallback, long min, long max)
{
    const char *text = config_text(config, key, NULL);
    if (!text)
        return fallback;
    char *end;
    errno = 0;
    const long number = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < min || number > max) {
        fprintf(stderr, "shop: %s = %s: wants a number from %ld to %ld\n", key, text, min, max);
        exit(2);
    }
    return number;
}
