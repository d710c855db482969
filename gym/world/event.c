/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/event.h"

#include "base/clock.h"
#include "gym/world/world.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void event_write(int fd, const char *type, const char *reason, const char *object,
                 const char *format, va_list arguments)
{
    char message[512];
    vsnprintf(message, sizeof message, format, arguments);
    json_t *row =
        json_pack("{s:f, s:s, s:s, s:s, s:s, s:i, s:s}", "timestamp",
                  (double)(wall_clock_ns() / NS_PER_MS) / 1e3, "type", type, "reason", reason,
                  "object", object, "source", "supervisor", "count", 1, "message", message);
    char *text = row ? json_dumps(row, JSON_COMPACT | JSON_REAL_PRECISION(13)) : NULL;
    json_decref(row);
    if (!text)
        return;
    const size_t len = strlen(text);
    text[len] = '\n';
    if (write(fd, text, len + 1) < 0)
        perror("warroom gym: an event is lost");
    free(text);
}
