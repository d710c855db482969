/* SPDX-License-Identifier: Apache-2.0 */
/* News as plain text, for whatever has no form of its own. */
#pragma once

#include "base/buf.h"
#include "notify/news.h"

/* The headline, what was found, what to do, and where to read on; at most `chars_max` characters.
 */
struct str words_of_news(struct arena *arena, const struct news *news, size_t chars_max);

/* "- line" for each, and how many more there are; nothing where there is none. */
void words_put_list(struct buf *out, const char *heading, const struct news_lines *lines);
