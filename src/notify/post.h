/* SPDX-License-Identifier: Apache-2.0 */
/* A message as JSON, posted. */
#pragma once

#include "net/courier.h"

#include <jansson.h>

/* Takes the body over. `key` is sent as a bearer token; empty: none is. */
void post_json(struct arena *arena, struct str url, struct str key, json_t *body,
               struct request *out);
