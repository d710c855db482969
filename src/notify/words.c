/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/words.h"

#include "report/escape.h"

void words_put_list(struct buf *out, const char *heading, const struct news_lines *lines)
{
    if (lines->count == 0)
        return;
    buf_printf(out, "\n%s\n", heading);
    for (uint32_t i = 0; i < lines->count; i++)
        buf_printf(out, "- %.*s\n", STR_ARG(lines->items[i]));
    if (lines->left > 0)
        buf_printf(out, "- and %u more\n", lines->left);
}

struct str words_of_news(struct arena *arena, const struct news *news, size_t chars_max)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "%.*s\n%.*s\n", STR_ARG(news->title), STR_ARG(news_headline(arena, news)));
    words_put_list(&out, "What was found", &news->summary);
    words_put_list(&out, "Impact", &news->impact);
    if (news->change.len > 0)
        buf_printf(&out, "\nChange: %.*s\n", STR_ARG(news->change_why));
    words_put_list(&out, "What to do", &news->next_steps);
    words_put_list(&out, "Ruled out", &news->ruled_out);
    words_put_list(&out, "Not known", &news->gaps);
    const struct str text = escape_clip(arena, buf_str(&out), chars_max);
    return news->url.len == 0
               ? text
               : str_printf(arena, "%.*s\n%.*s\n", STR_ARG(text), STR_ARG(news->url));
}
