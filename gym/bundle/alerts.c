/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/bundle/alerts.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* The same firing is told when it begins, when its group changes and when it ends. */
static const char *firing_of(const json_t *alert, char out[160])
{
    const char *print = json_string_value(json_object_get(alert, "fingerprint"));
    const char *starts = json_string_value(json_object_get(alert, "startsAt"));
    snprintf(out, 160, "%s %s", print ? print : "", starts ? starts : "");
    return out;
}

/* Adds or renews each firing of a body; the last word on each counts. */
static void body_take(json_t *firings, const json_t *body)
{
    size_t index;
    json_t *alert;
    char name[160];
    json_array_foreach(json_object_get(body, "alerts"), index, alert)
    {
        json_object_set(firings, firing_of(alert, name), alert);
    }
}

bool alerts_export(struct world *world, struct str opening, const char *path, struct err *err)
{
    json_t *firings = json_object(), *out = json_array(), *alert;
    json_t *opened = json_loadb(opening.ptr, opening.len, 0, NULL);
    const char *key;
    char *line = NULL, name[160];
    size_t room = 0;
    FILE *in = fopen(world_path(world, "alerts.jsonl"), "re");
    while (in && getline(&line, &room, in) > 0) {
        json_t *body = json_loads(line, 0, NULL);
        body_take(firings, body);
        json_decref(body);
    }
    free(line);
    if (in)
        fclose(in);
    const json_t *first = json_array_get(json_object_get(opened, "alerts"), 0);
    firing_of(first, name);
    json_object_foreach(firings, key, alert)
    {
        if (strcmp(key, name) != 0)
            json_array_append(out, alert);
    }
    const bool ok = json_dump_file(out, path, JSON_INDENT(1)) == 0;
    json_decref(opened);
    json_decref(firings);
    json_decref(out);
    return ok || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}
