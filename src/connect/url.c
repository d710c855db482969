/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/url.h"

#include "base/arena.h"
#include "base/clock.h"

#include <ctype.h>

static void put_escaped(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (isalnum(c) || (c && strchr("-._~", c)))
            buf_add_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

struct url url_begin(struct arena *arena, struct str base, const char *path)
{
    struct url url = {.text = buf_new(arena)};
    while (base.len > 0 && base.ptr[base.len - 1] == '/')
        base.len--;
    buf_add(&url.text, base);
    buf_add(&url.text, str_of(path));
    return url;
}

struct url url_form(struct arena *arena)
{
    return (struct url){.text = buf_new(arena)};
}

void url_param(struct url *url, const char *name, struct str value)
{
    const bool is_form = !url->has_param && url->text.len == 0;
    if (!is_form)
        buf_add_char(&url->text, url->has_param ? '&' : '?');
    url->has_param = true;
    put_escaped(&url->text, str_of(name));
    buf_add_char(&url->text, '=');
    put_escaped(&url->text, value);
}

void url_param_int(struct url *url, const char *name, int64_t value)
{
    url_param(url, name, str_printf(url->text.arena, "%lld", (long long)value));
}

void url_param_seconds(struct url *url, const char *name, int64_t time_ns)
{
    url_param(url, name,
              str_printf(url->text.arena, "%lld.%03lld", (long long)(time_ns / NS_PER_S),
                         (long long)(time_ns % NS_PER_S / NS_PER_MS)));
}

void url_part(struct url *url, struct str part)
{
    buf_add_char(&url->text, '/');
    put_escaped(&url->text, part);
}

struct str url_text(struct url *url)
{
    return buf_str(&url->text);
}
