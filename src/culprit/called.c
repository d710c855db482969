/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A name of a service and a part of a path are held to be the same if they are so without case,
 * separators and what says only that it is a service: "printing-service" and
 * `services/printing/db.c`. Of a path the first part that is called like a service counts: what is
 * above owns what is below. A part that is spelled as a service is comes before one that is not.
 */
#include "culprit/called.h"

#include "base/arena.h"
#include "culprit/change.h"

#define NAME_BYTES_MAX 128 /* of a service or a part of a path */
#define NAME_BYTES_MIN 3   /* what is left without "service": shorter is no name */
#define PARTS_MAX 16       /* of a path */
#define PATHS_MAX 10000    /* of a list */

/* "printing" of "Printing-Service", "printingservice" and "printing.conf"; written into `out`. */
static struct str plain_name(struct str name, char out[NAME_BYTES_MAX])
{
    static const char *const generic[] = {"service", "services", "server",    "svc",
                                          "api",     "app",      "deployment"};
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < NAME_BYTES_MAX; i++) {
        const char c = name.ptr[i];
        if (c == '.' && i > 0)
            break; /* an ending */
        if (c >= 'A' && c <= 'Z')
            out[len++] = (char)(c - 'A' + 'a');
        else if (c != '-' && c != '_' && c != '.' && c != ' ')
            out[len++] = c;
    }
    struct str plain = {out, len};
    for (size_t i = 0; i < sizeof generic / sizeof *generic; i++) {
        const struct str ending = str_of(generic[i]);
        if (str_ends(plain, ending) && plain.len >= ending.len + NAME_BYTES_MIN)
            return str_slice(plain, 0, plain.len - ending.len);
    }
    return plain;
}

struct called called_new(struct arena *arena, const struct map *services)
{
    struct called called = {.services = services,
                            .plain = map_new(arena),
                            .of_plain = arena_push_many(arena, uint32_t, services->count)};
    for (uint32_t i = 0; i < services->count; i++) {
        char plain[NAME_BYTES_MAX];
        const uint32_t before = called.plain.count;
        const uint32_t number = map_add(&called.plain, plain_name(services->keys[i], plain));
        if (number == before)
            called.of_plain[number] = i;
    }
    return called;
}

uint32_t called_like(const struct called *called, struct str path)
{
    struct str part;
    for (int i = 0; i < PARTS_MAX && str_split(&path, '/', &part); i++) {
        char plain[NAME_BYTES_MAX];
        const uint32_t spelled = map_find(called->services, part);
        if (part.len > 0 && spelled != MAP_NONE)
            return spelled;
        const uint32_t number = map_find(&called->plain, plain_name(part, plain));
        if (part.len > 0 && number != MAP_NONE)
            return called->of_plain[number];
    }
    return MAP_NONE;
}

uint32_t called_in_list(const struct called *called, struct str paths,
                        uint32_t services[CALLED_MAX])
{
    uint32_t count = 0;
    struct str path;
    for (int i = 0; i < PATHS_MAX && path_list_next(&paths, &path); i++) {
        const uint32_t service = called_like(called, path);
        uint32_t at = 0;
        while (at < count && services[at] != service)
            at++;
        if (service == MAP_NONE || at < count)
            continue;
        if (count == CALLED_MAX)
            return 0;
        services[count++] = service;
    }
    return count;
}
