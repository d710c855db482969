/* SPDX-License-Identifier: Apache-2.0 */
/* A note at the incident of PagerDuty whose webhook opened ours. Source: its REST API, v2. */
#include "notify/notify.h"

#include "base/arena.h"
#include "notify/post.h"
#include "notify/words.h"

#include <jansson.h>

#define NOTE_CHARS_MAX 20000 /* it takes 25,000 */
#define ID_LEN_MAX 64
#define API_URL "https://api.pagerduty.com"

static const struct field settings[] = {
    {"key", TYPE_TEXT, 0, "of the REST API; env:NAME or file:/path", NULL},
    {"from", TYPE_TEXT, 0, "the e-mail address of a user of PagerDuty, who signs the note", NULL},
    {"url", TYPE_TEXT, FIELD_OPTIONAL, "of the API; " API_URL, NULL},
    {0},
};

/* It goes into a path. */
static bool is_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        const char c = id.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return false;
    }
    return id.len > 0 && id.len <= ID_LEN_MAX;
}

static bool encode(struct arena *arena, const struct notifier *notifier, const struct news *news,
                   struct str thread, struct request *out, struct err *err)
{
    (void)thread;
    struct str url = notifier_text(notifier, "url");
    url = url.len > 0 ? url : STR(API_URL);
    if (!is_id(news->alert_id))
        return err_set(err, ERR_USAGE, "the alert did not come from PagerDuty: it has no id there");
    const struct str note = words_of_news(arena, news, NOTE_CHARS_MAX);
    json_t *body = json_pack("{s:{s:s%}}", "note", "content", note.ptr, (size_t)note.len);
    post_json(arena,
              str_printf(arena, "%.*s/incidents/%.*s/notes", STR_ARG(url), STR_ARG(news->alert_id)),
              STR(""), body, out);
    const struct header headers[] = {
        {.name = "Accept", .value = STR("application/vnd.pagerduty+json;version=2")},
        {.name = "From", .value = notifier_text(notifier, "from")},
        {.name = "Authorization",
         .value = str_printf(arena, "Token token=%.*s", STR_ARG(notifier_text(notifier, "key"))),
         .secret = true},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        out->headers[out->headers_count++] = headers[i];
    return true;
}

const struct notifier_type notifier_pagerduty = {
    .name = "pagerduty",
    .summary = "a note at the incident whose webhook opened ours",
    .settings = settings,
    .place = "url",
    .usual_place = API_URL,
    .encode = encode,
};
