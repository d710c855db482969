// SPDX-License-Identifier: Apache-2.0
#include "config.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX 65536 /* keys, certificates, zones */

static bool option_parse(const char *line, struct config_option *option)
{
    if (sscanf(line, " %39[a-z0-9_.] = %239[^\n]", option->key, option->value) == 2)
        return true;
    char equals;
    option->value[0] = '\0'; /* `key =`: empty, which is not missing */
    return sscanf(line, " %39[a-z0-9_.] %c", option->key, &equals) == 2 && equals == '=';
}

static bool line_is_blank(const char *line)
{
    line += strspn(line, " \t\n");
    return *line == '\0' || *line == '#';
}

static void folder_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(out, size, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
}

bool config_read(struct config *config, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        fprintf(stderr, "shop: %s: %s\n", path, strerror(errno));
        return false;
    }
    char line[320];
    bool good = true;
    config->count = 0;
    folder_of(path, config->folder, sizeof config->folder);
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

bool config_flag(const struct config *config, const char *key, bool fallback)
{
    const char *const words[] = {fallback ? "true" : "false", fallback ? "false" : "true", NULL};
    return (config_choice(config, key, words) == 0) == fallback;
}

bool config_has_word(const struct config *config, const char *key, const char *word)
{
    char words[CONFIG_VALUE_SIZE];
    snprintf(words, sizeof words, "%s", config_text(config, key, ""));
    char *rest = words;
    for (char *one; (one = strsep(&rest, " "));)
        if (strcmp(one, word) == 0)
            return true;
    return false;
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

unsigned config_choice(const struct config *config, const char *key, const char *const words[])
{
    const char *text = config_text(config, key, words[0]);
    for (unsigned i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    fprintf(stderr, "shop: %s = %s: wants one of", key, text);
    for (unsigned i = 0; words[i]; i++)
        fprintf(stderr, " %s", words[i]);
    fputc('\n', stderr);
    exit(2);
}

bool config_path(const struct config *config, const char *key, char *out, size_t size)
{
    const char *name = config_text(config, key, NULL);
    if (!name)
        return false;
    snprintf(out, size, "%s%s%s", name[0] == '/' ? "" : config->folder, name[0] == '/' ? "" : "/",
             name);
    return true;
}

char *config_file(const struct config *config, const char *key)
{
    char path[CONFIG_VALUE_SIZE + sizeof config->folder + 2];
    if (!config_path(config, key, path, sizeof path))
        return NULL;
    FILE *file = fopen(path, "re");
    char *text = calloc(1, FILE_BYTES_MAX);
    if (!file || !text) {
        fprintf(stderr, "shop: %s: %s: %s\n", key, path, strerror(errno));
        exit(2);
    }
    size_t length = fread(text, 1, FILE_BYTES_MAX - 1, file);
    fclose(file);
    while (length > 0 && text[length - 1] == '\n')
        text[--length] = '\0';
    return text;
}

char *config_secret(const struct config *config, const char *key)
{
    char *text = config_file(config, key);
    if (text)
        text[strcspn(text, "\r\n")] = '\0';
    return text;
}
