/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects of Kubernetes as the API server gives them: `kubectl get -o json` or `-o yaml`, one
 * object, a List, or several documents one after the other.
 *
 * What they are is told by their content alone. Values of secrets are taken out before anybody
 * sees them.
 */
#pragma once

#include "base/str.h"

#include <jansson.h>

struct arena;

struct object {
    json_t *json;     /* borrowed from its objects; texts of YAML are all strings */
    struct str kind;  /* "Deployment" */
    struct str name;  /* never empty: an object without one is left out */
    struct str space; /* its namespace; empty: it has none, or does not say */
    bool live;        /* the API server gave it: it has a uid, a version or a status */
    bool listed;      /* it came in a List */
};

struct objects {
    struct arena *arena;
    json_t *documents;
    struct object *items;
    uint32_t count;
    uint32_t room;
};

#define OBJECTS_MAX 5000
#define OBJECTS_BYTES_MAX ((size_t)8 << 20)

/* Empty where there are none; what is damaged ends the reading, and what was before it counts. */
struct objects objects_read(struct arena *arena, struct str text);
void objects_free(struct objects *objects);

/* "networkpolicies" of "NetworkPolicy": the plural that kubectl has for the kind. */
struct str object_plural(struct arena *arena, struct str kind);

/*
 * What stands at a path such as "spec.nodeName"; of scalars the text. Empty, or NULL, where there
 * is nothing. Line ends and other control bytes become blanks: a value cannot make lines.
 */
struct str object_text(struct arena *arena, const json_t *json, const char *path);
json_t *object_at(const json_t *json, const char *path);

/* JSON of what is declared: without status, history and managed fields. */
struct str object_declaration(struct arena *arena, const struct object *object);
