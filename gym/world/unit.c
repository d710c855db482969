/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/unit.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLICAS_MAX 8
#define NUMBER_MAX 1000000

static const struct {
    const char *key;
    size_t offset;
    size_t text_size; /* 0: it is a number */
} keys[] = {
    {"replicas", offsetof(struct unit, replicas), 0},
    {"memory_max_mb", offsetof(struct unit, memory_max_mb), 0},
    {"cpu_max_percent", offsetof(struct unit, cpu_max_percent), 0},
    {"files_max", offsetof(struct unit, files_max), 0},
    {"health_failures", offsetof(struct unit, health_failures), 0},
    {"program", offsetof(struct unit, program), sizeof((struct unit *)0)->program},
    {"health_path", offsetof(struct unit, health_path), sizeof((struct unit *)0)->health_path},
};

static bool key_set(struct unit *unit, const char *key, const char *value)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char *at = (char *)unit + keys[i].offset;
        if (strcmp(keys[i].key, key) != 0)
            continue;
        if (keys[i].text_size > 0)
            return (size_t)snprintf(at, keys[i].text_size, "%s", value) < keys[i].text_size;
        char *end;
        const unsigned long number = strtoul(value, &end, 10);
        *(uint32_t *)(void *)at = (uint32_t)number;
        return end != value && *end == '\0' && number <= NUMBER_MAX;
    }
    return false;
}

bool unit_read(const char *path, struct unit *out, struct err *err)
{
    char line[256], key[32], value[64];
    *out = (struct unit){.replicas = REPLICAS_MAX, .program = "shop", .health_failures = 3};
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    bool ok = true;
    while (ok && fgets(line, sizeof line, file)) {
        if (line[strspn(line, " \t\r\n")] == '\0' || line[0] == '#')
            continue;
        value[0] = '\0';
        ok = sscanf(line, " %31[a-z_] = %63[^\n]", key, value) >= 1 && key_set(out, key, value);
    }
    fclose(file);
    if (!ok)
        return err_set(err, ERR_CORRUPT, "%s: `%.*s` says nothing of a unit", path,
                       (int)strcspn(line, "\n"), line);
    return true;
}
