/* SPDX-License-Identifier: Apache-2.0 */
/* A mail in plain text (RFC 5322), to a server of one's own (net/mail.h). */
#include "notify/notify.h"

#include "base/arena.h"
#include "net/mail.h"
#include "notify/words.h"
#include "report/escape.h"

#define SUBJECT_CHARS_MAX 120
#define TEXT_CHARS_MAX 20000
#define SPAN_NS (30 * NS_PER_S)

static const struct field settings[] = {
    {"to", TYPE_TEXT, 0, "one address, or several with commas between", NULL},
    {"from", TYPE_TEXT, 0, "an address", NULL},
    {"server", TYPE_TEXT, 0, "smtp://HOST:PORT or smtps://HOST:PORT", NULL},
    {"user", TYPE_TEXT, FIELD_OPTIONAL, "where the server wants one", NULL},
    {"password", TYPE_TEXT, FIELD_OPTIONAL, "env:NAME or file:/path", NULL},
    {0},
};

static bool deliver(struct arena *arena, const struct notifier *notifier, const struct news *news,
                    struct dispatch *dispatch, struct err *err)
{
    struct mail mail = {
        .server = notifier_text(notifier, "server"),
        .user = notifier_text(notifier, "user"),
        .password = notifier_text(notifier, "password"),
        .from = notifier_text(notifier, "from"),
        .subject = escape_clip(arena,
                               str_printf(arena, "%.*s: %.*s", STR_ARG(news->title),
                                          STR_ARG(news_headline(arena, news))),
                               SUBJECT_CHARS_MAX),
        .text = words_of_news(arena, news, TEXT_CHARS_MAX),
        .thread = news->id,
        .now_ns = dispatch->now_ns,
    };
    struct str rest = notifier_text(notifier, "to"), address;
    while (str_split(&rest, ',', &address)) {
        if (mail.to_count == MAIL_TO_MAX)
            return err_set(err, ERR_USAGE, "to: at most %d addresses", MAIL_TO_MAX);
        mail.to[mail.to_count++] = str_trim(address);
    }
    return mail_send(arena, &mail, SPAN_NS, err);
}

const struct notifier_type notifier_email = {
    .name = "email",
    .summary = "a mail in plain text",
    .settings = settings,
    .place = "server",
    .deliver = deliver,
};
