/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/post.h"

#include "base/arena.h"

#include <stdlib.h>

void post_json(struct arena *arena, struct str url, struct str key, json_t *body,
               struct request *out)
{
    char *text = json_dumps(body, JSON_COMPACT);
    out->url = url;
    out->body = str_copy(arena, str_of(text));
    out->headers[out->headers_count++] =
        (struct header){.name = "Content-Type", .value = STR("application/json; charset=utf-8")};
    if (key.len > 0)
        out->headers[out->headers_count++] =
            (struct header){.name = "Authorization",
                            .value = str_printf(arena, "Bearer %.*s", STR_ARG(key)),
                            .secret = true};
    free(text);
    json_decref(body);
}
