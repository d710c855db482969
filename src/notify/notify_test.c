/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/notify.h"

#include "base/arena.h"
#include "net/mail.h"
#include "net/tape.h"
#include "report/escape.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define REPORT                                                                                     \
    "{\"verdict\":{\"known\":true,\"subject\":\"cart\",\"cause\":\"its code became slow\","        \
    "\"kind\":\"slow_code\",\"confidence\":0.93},\"summary\":[\"`GET /cart` took 4 s [E3].\"],"    \
    "\"impact\":[],\"leads\":[{\"subject\":\"stock\",\"state\":\"abandoned\",\"reason\":\"it has " \
    "room\"}],\"gaps\":[{\"signal\":\"traces\",\"subject\":\"\",\"text\":\"there are none\"}],"    \
    "\"mitigations\":[{\"text\":\"Take it back.\",\"command\":\"git revert 1a2b\"}],"              \
    "\"next_steps\":[\"watch it\"],\"changes\":{\"named\":true,\"candidates\":[{\"id\":\"1a2b\","  \
    "\"why\":\"`1a2b` did it [E9].\",\"revert\":\"git revert 1a2b\"}]}}"

struct world {
    struct arena *arena;
    struct news news;
    struct dispatch dispatch;
    int64_t now_ns;
};

static int setup(void **state)
{
    struct arena *arena = arena_new("test");
    struct world *world = arena_push(arena, struct world);
    struct err err = {0};
    *world = (struct world){.arena = arena,
                            .news = {.phase = NEWS_VERDICT,
                                     .id = STR("20261122-0203-7f3a"),
                                     .title = STR("SlowPages: cart"),
                                     .url = STR("https://warroom.example/#/20261122-0203-7f3a"),
                                     .alert_id = STR("PGR0VU2"),
                                     .started_ns = INT64_C(1795314842) * NS_PER_S}};
    assert_true(news_read_report(arena, STR(REPORT), &world->news, &err));
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    arena_free(((struct world *)*state)->arena);
    return 0;
}

static bool read_notifier(struct world *world, const char *yaml, struct notifier **out,
                          struct err *err)
{
    struct yaml_entries entries;
    *err = (struct err){0};
    assert_true(yaml_read(world->arena, str_of(yaml), &entries, err));
    return notifier_read(world->arena, &entries, STR("notify.team"), (void **)out, err);
}

static struct notifier *notifier_of(struct world *world, const char *yaml)
{
    struct notifier *notifier;
    struct err err;
    if (!read_notifier(world, yaml, &notifier, &err))
        fail_msg("%s", err.text);
    return notifier;
}

static json_t *encoded(struct world *world, const char *yaml, struct str thread,
                       struct request *request)
{
    struct notifier *notifier = notifier_of(world, yaml);
    struct err err = {0};
    *request = (struct request){0};
    assert_true(
        notifier->type->encode(world->arena, notifier, &world->news, thread, request, &err));
    json_t *body = json_loadb(request->body.ptr, request->body.len, 0, NULL);
    assert_non_null(body);
    return body;
}

static const char *text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void the_report_becomes_news(void **state)
{
    const struct world *world = *state;
    assert_true(world->news.known);
    assert_string_equal(world->news.ruled_out.items[0].ptr, "`stock`: it has room");
    assert_string_equal(world->news.gaps.items[0].ptr, "`traces`: there are none");
    assert_string_equal(world->news.next_steps.items[0].ptr, "Take it back. `git revert 1a2b`");
    assert_string_equal(world->news.change.ptr, "1a2b");
    assert_string_equal(news_headline(world->arena, &world->news).ptr,
                        "`cart`: its code became slow (93 %)");
}

static void what_is_no_report_is_refused(void **state)
{
    struct world *world = *state;
    struct err err = {0};
    assert_false(news_read_report(world->arena, STR("{}"), &world->news, &err));
    assert_false(news_read_report(world->arena, STR("<html>"), &world->news, &err));
    assert_int_equal(err.kind, ERR_CORRUPT);
}

/* ---- the configuration ---- */

static void settings_are_checked(void **state)
{
    static const struct {
        const char *yaml, *says;
    } cases[] = {
        {"notify:\n  team: {kind: slak}\n", "there is no kind `slak`"},
        {"notify:\n  team: {kind: slack, chanel: x}\n", "2:31: notify.team.chanel: there is no "
                                                        "such key; did you mean `channel`?"},
        {"notify:\n  team: {kind: webhook}\n", "url"},
        {"notify:\n  team: {kind: webhook, url: env:WARROOM_NO_SUCH}\n", "WARROOM_NO_SUCH"},
        {"notify:\n  team:\n    kind: file\n    path: /tmp\n    when: [sometimes]\n",
         "5:12: notify.team.when[0]: opened, verdict, failed or resolved is wanted"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct notifier *notifier;
        struct err err;
        assert_false(read_notifier(*state, cases[i].yaml, &notifier, &err));
        if (!strstr(err.text, cases[i].says))
            fail_msg("%s, not %s", err.text, cases[i].says);
    }
}

static void verdicts_are_told_unless_it_is_said_otherwise(void **state)
{
    const struct notifier *plain = notifier_of(*state, "notify: {team: {kind: file, path: /tmp}}");
    assert_true(notifier_wants(plain, NEWS_VERDICT));
    assert_false(notifier_wants(plain, NEWS_OPENED));
    const struct notifier *other =
        notifier_of(*state, "notify: {team: {kind: file, path: /tmp, when: [opened]}}");
    assert_true(notifier_wants(other, NEWS_OPENED));
    assert_false(notifier_wants(other, NEWS_VERDICT));
}

/* ---- Slack ---- */

#define SLACK "notify: {team: {kind: slack, url: 'https://hooks.slack.example/x'}}"
#define BOT "notify: {team: {kind: slack, key: xoxb, channel: C1}}"

static void slack_gets_blocks(void **state)
{
    struct request request;
    json_t *body = encoded(*state, SLACK, STR(""), &request);
    const json_t *blocks = json_object_get(body, "blocks");
    assert_string_equal(text(json_array_get(blocks, 0), "type"), "header");
    assert_string_equal(text(json_object_get(json_array_get(blocks, 1), "text"), "text"),
                        "`cart`: its code became slow (93 %)");
    assert_null(json_object_get(body, "thread_ts"));
    json_decref(body);
}

static void later_news_of_a_bot_go_into_the_thread(void **state)
{
    struct request request;
    json_t *body = encoded(*state, BOT, STR("1.2"), &request);
    assert_string_equal(text(body, "thread_ts"), "1.2");
    assert_string_equal(text(body, "channel"), "C1");
    assert_non_null(strstr(request.url.ptr, "chat.postMessage"));
    json_decref(body);
}

static void slack_is_never_sent_more_than_it_takes(void **state)
{
    struct world *world = *state;
    struct request request;
    char *long_text = malloc(9001);
    memset(long_text, '&', 9000); /* each becomes five */
    long_text[9000] = '\0';
    world->news.title = str_of(long_text);
    world->news.change_why = str_of(long_text);
    for (uint32_t i = 0; i < NEWS_LINES_MAX; i++)
        world->news.summary.items[i] = str_of(long_text);
    world->news.summary.count = NEWS_LINES_MAX;
    json_t *body = encoded(world, SLACK, STR(""), &request);
    size_t at, all = 0;
    json_t *block;
    json_array_foreach(json_object_get(body, "blocks"), at, block)
    {
        const char *shown = text(json_object_get(block, "text"), "text");
        const size_t chars = shown ? escape_chars(str_of(shown)) : 0;
        assert_true(chars <= (at == 0 ? 150 : 3000));
        all += chars;
    }
    assert_true(all <= 13200);
    json_decref(body);
    free(long_text);
}

static void text_of_others_mentions_nobody_in_slack(void **state)
{
    struct world *world = *state;
    struct request request;
    world->news.summary.items[0] = STR("<!channel> <https://evil.example|log in>");
    json_t *body = encoded(world, SLACK, STR(""), &request);
    assert_null(strstr(request.body.ptr, "<!channel>"));
    assert_non_null(strstr(request.body.ptr, "&lt;!channel&gt;"));
    json_decref(body);
}

static bool send_by(struct world *world, const char *yaml, const char *reply, struct str *thread,
                    struct err *err)
{
    const char *replies[] = {reply};
    const struct notifier *notifier = notifier_of(world, yaml);
    world->dispatch.courier = (struct courier){.transport = tape_of(world->arena, replies, 1),
                                               .clock = clock_fixed(&world->now_ns)};
    *err = (struct err){0};
    return notifier_send(world->arena, notifier, &world->news, &world->dispatch,
                         (struct deadline){NS_PER_S}, thread, err);
}

static void a_bot_remembers_its_thread(void **state)
{
    struct str thread = STR("");
    struct err err;
    assert_true(send_by(*state, BOT, "HTTP 200\n\n{\"ok\":true,\"ts\":\"17.4\"}", &thread, &err));
    assert_string_equal(thread.ptr, "17.4");
    assert_true(send_by(*state, BOT, "HTTP 200\n\n{\"ok\":true,\"ts\":\"18.0\"}", &thread, &err));
    assert_string_equal(thread.ptr, "17.4");
}

static void an_error_with_status_200_is_one(void **state)
{
    struct str thread = STR("");
    struct err err;
    assert_false(send_by(*state, BOT, "HTTP 200\n\n{\"ok\":false,\"error\":\"not_in_channel\"}",
                         &thread, &err));
    assert_non_null(strstr(err.text, "notify.team"));
    assert_non_null(strstr(err.text, "not_in_channel"));
    assert_false(send_by(*state, BOT, "HTTP 200\n\n<html>", &thread, &err));
}

/* ---- the others ---- */

static void a_webhook_gets_one_object(void **state)
{
    struct request request;
    json_t *body = encoded(*state, "notify: {team: {kind: webhook, url: 'https://h/', key: k}}",
                           STR(""), &request);
    assert_string_equal(text(body, "event"), "verdict");
    assert_string_equal(text(body, "resource"), "cart");
    assert_string_equal(text(body, "started_at"), "2026-11-22T02:34:02Z");
    assert_int_equal(json_array_size(json_object_get(body, "data_gaps")), 1);
    assert_true(request.headers[1].secret);
    json_decref(body);
}

#define PAGERDUTY "notify: {team: {kind: pagerduty, key: k, from: a@b.example}}"

static void pagerduty_gets_a_note_at_its_incident(void **state)
{
    struct world *world = *state;
    struct request request;
    json_t *body = encoded(world, PAGERDUTY, STR(""), &request);
    assert_string_equal(request.url.ptr, "https://api.pagerduty.com/incidents/PGR0VU2/notes");
    assert_non_null(strstr(text(json_object_get(body, "note"), "content"), "SlowPages"));
    json_decref(body);
    world->news.alert_id = STR("../../users");
    struct err err = {0};
    const struct notifier *notifier = notifier_of(world, PAGERDUTY);
    assert_false(
        notifier->type->encode(world->arena, notifier, &world->news, STR(""), &request, &err));
}

static void a_file_is_written_whole(void **state)
{
    struct world *world = *state;
    char folder[] = "/tmp/warroom-notify-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const struct str yaml =
        str_printf(world->arena, "notify: {team: {kind: file, path: %s}}", folder);
    struct str thread = STR("");
    struct err err;
    world->news.markdown = STR("# SlowPages\n");
    assert_true(send_by(world, yaml.ptr, "", &thread, &err));
    const struct str path = str_printf(world->arena, "%s/20261122-0203-7f3a.md", folder);
    char bytes[64] = "";
    FILE *file = fopen(path.ptr, "r");
    assert_non_null(file);
    assert_non_null(fgets(bytes, sizeof bytes, file));
    fclose(file);
    assert_string_equal(bytes, "# SlowPages\n");
    world->news.id = STR("../up");
    assert_false(send_by(world, yaml.ptr, "", &thread, &err));
    unlink(path.ptr);
    assert_int_equal(rmdir(folder), 0); /* nothing else lies there */
}

/* ---- mail ---- */

static void no_text_becomes_a_header_of_a_mail(void **state)
{
    struct world *world = *state;
    struct mail mail = {.from = STR("w@a.example"),
                        .to = {STR("b@c.example")},
                        .to_count = 1,
                        .subject = STR("Ärger\r\nBcc: all@a.example, and so on and so on and on"),
                        .text = STR("hi\r\n.\r\nQUIT"),
                        .now_ns = INT64_C(1795314842) * NS_PER_S};
    struct str bytes;
    struct err err = {0};
    assert_true(mail_print(world->arena, &mail, &bytes, &err));
    assert_null(strstr(bytes.ptr, "Bcc"));
    assert_null(strstr(bytes.ptr, "QUIT"));
    assert_non_null(strstr(bytes.ptr, "Date: Sun, 22 Nov 2026 02:34:02 +0000\r\n"));
    for (struct str rest = bytes, line; str_split(&rest, '\n', &line);)
        assert_true(line.len <= 79);
    mail.to[0] = STR("b@c.example>\r\nRCPT TO:<d@e.example");
    assert_false(mail_print(world->arena, &mail, &bytes, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_report_becomes_news, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_report_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(settings_are_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(verdicts_are_told_unless_it_is_said_otherwise, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(slack_gets_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(later_news_of_a_bot_go_into_the_thread, setup, teardown),
        cmocka_unit_test_setup_teardown(slack_is_never_sent_more_than_it_takes, setup, teardown),
        cmocka_unit_test_setup_teardown(text_of_others_mentions_nobody_in_slack, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bot_remembers_its_thread, setup, teardown),
        cmocka_unit_test_setup_teardown(an_error_with_status_200_is_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_webhook_gets_one_object, setup, teardown),
        cmocka_unit_test_setup_teardown(pagerduty_gets_a_note_at_its_incident, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_is_written_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(no_text_becomes_a_header_of_a_mail, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
