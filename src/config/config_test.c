/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "base/arena.h"
#include "base/clock.h"
#include "config/keys.h"
#include "expert/experts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Of a section whose items have a `url`, and nothing else. */
static bool read_item(struct arena *arena, const struct yaml_entries *entries, struct str prefix,
                      void **out, struct err *err)
{
    *out = NULL;
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct yaml_entry *entry = &entries->items[i];
        if (!str_starts(entry->path, prefix) || entry->path.len <= prefix.len ||
            entry->path.ptr[prefix.len] != '.')
            continue;
        if (str_ends(entry->path, STR(".odd")))
            return err_set(err, ERR_USAGE, "%u:%u: odd", entry->line, entry->column);
        if (str_ends(entry->path, STR(".url")))
            *out = (void *)(uintptr_t)str_copy(arena, entry->value).ptr;
    }
    return true;
}

/* How many entries of models there are. */
static bool read_experts(struct arena *arena, const struct yaml_entries *entries, struct str prefix,
                         void **out, struct err *err)
{
    static char name[] = "models";
    (void)arena, (void)prefix;
    *out = name;
    for (uint32_t i = 0; i < entries->count; i++)
        if (str_ends(entries->items[i].path, STR(".odd")))
            return err_set(err, ERR_USAGE, "%u:%u: odd", entries->items[i].line,
                           entries->items[i].column);
    return true;
}

static const struct config_readers readers = {.sources = {.read = read_item},
                                              .notify = {.read = read_item},
                                              .experts = {.read = read_experts}};

static bool reads(struct arena *arena, const char *text, struct config *out,
                  struct config_warning **warnings, struct err *err)
{
    *err = (struct err){0};
    return config_read(arena, str_of(text), &readers, out, warnings, err);
}

static void nothing_is_all_as_standard(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct config config;
    struct config_warning *warnings;
    struct err err;
    static const char *const texts[] = {"", "# nothing\n", "serve:\nsources:\nnotify:\n", "{}"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (!reads(arena, texts[i], &config, &warnings, &err))
            fail_msg("%s: %s", texts[i], err.text);
        assert_null(warnings);
        assert_string_equal(config.serve.host.ptr, "127.0.0.1");
        assert_true(config.serve.is_loopback && config.serve.port == 8080);
        assert_int_equal(config.serve.workers, 2);
        assert_int_equal(config.serve.deadline_ns, 60 * NS_PER_S);
        assert_int_equal(config.serve.retention_ns, 365 * NS_PER_DAY);
        assert_int_equal(config.receive.bytes_max, INT64_C(20) << 30);
        assert_int_equal(config.receive.retention_ns, 7 * NS_PER_DAY);
        assert_true(config.receive.is_on && str_eq(config.receive.store, STR("embedded")));
        assert_int_equal(config.webhooks.token.len + config.page_url.len, 0);
        assert_int_equal(config.sources.count + config.notify.count, 0);
    }
    arena_free(arena);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct config config;
    struct config_warning *warnings;
    struct err err;
    setenv("WARROOM_TEST_TOKEN", "t0ken", 1);
    setenv("WARROOM_TEST_HOST", "prometheus.lan", 1);
    assert_true(
        reads(arena,
              "sources:\n"
              "  prometheus: {url: \"http://${WARROOM_TEST_HOST}:9090/${WARROOM_TEST_HOST}\"}\n"
              "  shop: {kind: git, path: /srv/shop, mapping: {service: [a, b]}}\n"
              "  short: http://x\n"
              "serve:\n"
              "  listen: \"[::1]:0\"\n"
              "  workers: 8\n"
              "  deadline: 90s\n"
              "receive: {retention: 30d, size: 1.5TB, enabled: false}\n"
              "webhooks:\n"
              "  token: env:WARROOM_TEST_TOKEN\n"
              "  pagerduty: {secret: [\"${WARROOM_TEST_TOKEN}\", env:WARROOM_TEST_TOKEN]}\n"
              "  sentry: {secret: env:WARROOM_TEST_TOKEN}\n"
              "notify:\n"
              "  oncall: {kind: slack}\n"
              "page_url: https://war.example.com/x//\n",
              &config, &warnings, &err));
    assert_string_equal(err.text, "");
    assert_null(warnings);
    assert_int_equal(config.sources.count, 3);
    assert_true(str_eq(config.sources.items[0].name, STR("prometheus")));
    assert_string_equal(config.sources.items[0].thing, "http://prometheus.lan:9090/prometheus.lan");
    assert_true(str_eq(config.sources.items[1].prefix, STR("sources.shop")));
    assert_int_equal(config.sources.items[1].line, 3);
    assert_string_equal(config.serve.host.ptr, "::1");
    assert_true(config.serve.is_loopback && config.serve.port == 0 && config.serve.workers == 8);
    assert_int_equal(config.serve.deadline_ns, 90 * NS_PER_S);
    assert_int_equal(config.receive.bytes_max, INT64_C(1500000000000));
    assert_false(config.receive.is_on);
    assert_true(str_eq(config.webhooks.token, STR("t0ken")));
    assert_int_equal(config.webhooks.pagerduty.count, 2);
    assert_true(str_eq(config.webhooks.pagerduty.items[0], STR("t0ken")));
    assert_int_equal(config.webhooks.sentry.count, 1);
    assert_int_equal(config.notify.count, 1);
    assert_true(str_eq(config.page_url, STR("https://war.example.com/x")));
    arena_free(arena);
}

static const struct {
    const char *text, *error;
} bad[] = {
    {"serve: {lisen: x}", "1:16: there is no key `serve.lisen`; did you mean `serve.listen`?"},
    {"serv:\n  listen: x", "2:11: there is no key `serv.listen`; did you mean `serve.listen`?"},
    {"zebra: 1", "1:8: there is no key `zebra`; `warroom config explain`"},
    {"serve: {workers: 2}\nserve: {workers: 3}", "2:18: serve.workers: it is there twice"},
    {"serve: 3", "1:8: there is no key `serve`"},
    {"- 1", "1:3: there is no key `[0]`"},
    {"serve: {workers: many}", "1:18: serve.workers: a whole number from 1 to 64"},
    {"serve: {workers: 0}", "a whole number from 1 to 64"},
    {"serve: {deadline: 1s}", "1:19: serve.deadline: a time from 5s to 1h is wanted, not `1s`"},
    {"serve: {deadline: soon}", "a time from 5s to 1h"},
    {"receive: {size: 20}", "a size from"},
    {"receive: {size: 20GiBs}", "a size from"},
    {"receive: {size: .MB}", "a size from"},
    {"receive: {size: 99999999TiB}", "a size from"},
    {"receive: {store: paper}", "embedded, or clickhouse"},
    {"receive: {store: clickhouse}", "wants receive.clickhouse.url"},
    {"receive: {enabled: yes}", "true or false is wanted, not `yes`"},
    {"serve: {listen: \"8080\"}", "ADDRESS:PORT is wanted"},
    {"serve: {listen: \"example.com:80\"}", "ADDRESS:PORT is wanted"},
    {"serve: {listen: \"127.0.0.1:70000\"}", "ADDRESS:PORT is wanted"},
    {"serve: {listen: \"::1:80\"}", "ADDRESS:PORT is wanted"},
    {"serve: {listen: \"0.0.0.0:80\"}", "serve.tls.certificate"},
    {"serve: {listen: \"[::]:80\"}", "serve.tls.certificate"},
    {"serve: {listen: \"10.0.0.1:80\", behind_proxy: true}", "webhooks.token"},
    {"serve: {tls: {certificate: /nowhere.pem}}", "/nowhere.pem: No such file"},
    {"serve: {tls: {key: /etc/passwd}}", "both or neither"},
    {"webhooks: {token: \"env:WARROOM_TEST_NOT_SET\"}", "1:19: webhooks.token: the environment"},
    {"webhooks: {token: \"file:/nowhere\"}", "1:19: webhooks.token: /nowhere"},
    {"webhooks: {token: \"\"}", "it is empty"},
    {"webhooks: {token: \"a b\"}", "a secret is one word"},
    {"webhooks: {pagerduty: {secret: [a, b, c, d, e]}}", "at most 4"},
    {"page_url: \"${WARROOM_TEST_NOT_SET}\"", "1:11: page_url: the environment has no WARROOM"},
    {"page_url: \"${}\"", "`${NAME}` is wanted"},
    {"page_url: \"${A\"", "without its `}`"},
    {"page_url: javascript:x", "http://... or https://..."},
    {"sources: {a: {odd: 1}}", "1:20: odd"},
    {"experts: {a: {odd: 1}}", "1:20: odd"},
    {"expert: {a: {url: x}}", "1:19: there is no key `expert.a.url`"},
    {"a: [", "2:1:"},
    {"a: b: c", "1:5:"},
};

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct config config;
        struct err err;
        if (reads(arena, bad[i].text, &config, NULL, &err))
            fail_msg("%s: was taken", bad[i].text);
        if (!strstr(err.text, bad[i].error))
            fail_msg("%s: %s", bad[i].text, err.text);
    }
    arena_free(arena);
}

static void others_come_in_where_it_is_safe(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct config config;
    struct err err;
    setenv("WARROOM_TEST_TOKEN", "t0ken", 1);
    assert_true(reads(arena,
                      "serve: {listen: \"0.0.0.0:80\", behind_proxy: true}\n"
                      "webhooks: {token: env:WARROOM_TEST_TOKEN}\n",
                      &config, NULL, &err));
    assert_false(config.serve.is_loopback);
    assert_true(reads(arena, "serve: {listen: \"127.1.2.3:80\"}", &config, NULL, &err));
    assert_true(config.serve.is_loopback);
    assert_true(reads(arena, "serve: {listen: \"localhost:80\"}", &config, NULL, &err));
    assert_true(config.serve.is_loopback && str_eq(config.serve.host, STR("127.0.0.1")));
    arena_free(arena);
}

static void a_secret_in_the_file_is_taken_with_a_warning(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct config config;
    struct config_warning *warnings;
    struct err err;
    assert_true(reads(arena,
                      "webhooks: {token: abc}\n"
                      "sources: {a: {api_key: abc, url: x, ca_key: /etc/x, key: \"env:X\"}}\n",
                      &config, &warnings, &err));
    assert_true(config.has_plain_secret && str_eq(config.webhooks.token, STR("abc")));
    assert_non_null(strstr(warnings->text.ptr, "1:19: webhooks.token: it stands in the file"));
    assert_non_null(strstr(warnings->next->text.ptr, "2:24: sources.a.api_key: it stands"));
    assert_null(warnings->next->next);
    arena_free(arena);
}

static void files_that_others_may_read_are_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct config config;
    struct config_warning *warnings;
    struct err err = {0};
    char folder[] = "/tmp/warroom-config-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const struct str file = str_printf(arena, "%s/warroom.yaml", folder);
    const struct str token = str_printf(arena, "%s/token", folder);
    FILE *out = fopen(token.ptr, "w");
    fputs("t0ken\n", out);
    fclose(out);
    out = fopen(file.ptr, "w");
    fprintf(out, "webhooks: {token: \"file:%s\", sentry: {secret: abc}}\n", token.ptr);
    fclose(out);
    chmod(token.ptr, 0640);
    chmod(file.ptr, 0604);
    assert_true(config_load(arena, file.ptr, &readers, &config, &warnings, &err));
    assert_true(str_eq(config.webhooks.token, STR("t0ken")));
    assert_non_null(strstr(warnings->text.ptr, "others on this machine may read"));
    assert_non_null(strstr(warnings->next->text.ptr, "it stands in the file"));
    assert_non_null(strstr(warnings->next->next->text.ptr, "secrets stand in it"));
    chmod(token.ptr, 0600);
    chmod(file.ptr, 0600);
    assert_true(config_load(arena, file.ptr, &readers, &config, &warnings, &err));
    assert_null(warnings->next);
    unlink(token.ptr);
    assert_false(config_load(arena, file.ptr, &readers, &config, &warnings, &err));
    assert_non_null(strstr(err.text, "warroom.yaml: 1:19: webhooks.token"));
    unlink(file.ptr);

    const char *path;
    assert_false(config_find(file.ptr, &path, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    setenv("WARROOM_CONFIG", file.ptr, 1);
    assert_false(config_find(NULL, &path, &err));
    unsetenv("WARROOM_CONFIG");
    assert_int_equal(rmdir(folder), 0);
    arena_free(arena);
}

static void a_file_to_begin_with_is_right(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf text = buf_new(arena), uncommented = buf_new(arena);
    struct config config;
    struct config_warning *warnings;
    struct err err;
    config_put_init(&text);
    assert_true(reads(arena, buf_str(&text).ptr, &config, &warnings, &err));
    assert_null(warnings);

    /* and so are its settings, when they are no comments any more; files are not there */
    struct str rest = buf_str(&text), line;
    bool is_setting = false;
    while (str_split(&rest, '\n', &line)) {
        is_setting = is_setting || str_starts(line, STR("# serve:"));
        if (is_setting && str_starts(line, STR("# ")) && !str_contains(line, STR(".pem")) &&
            !str_contains(line, STR("tls:")))
            buf_printf(&uncommented, "%.*s\n", (int)line.len - 2, line.ptr + 2);
    }
    static const char *const secrets[] = {"WARROOM_TOKEN", "PAGERDUTY_SECRET", "SENTRY_SECRET",
                                          "GRAFANA_SECRET", "CLICKHOUSE_PASSWORD"};
    for (size_t i = 0; i < COUNT_OF(secrets); i++)
        setenv(secrets[i], "x", 1);
    if (!reads(arena, buf_str(&uncommented).ptr, &config, &warnings, &err))
        fail_msg("%s\n%s", err.text, buf_str(&uncommented).ptr);
    assert_int_equal(config.webhooks.grafana.count, 1);
    assert_true(str_eq(config.page_url, STR("https://warroom.example.com")));
    arena_free(arena);
}

static void models_are_read_by_who_knows_them(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct config config;
    struct err err = {0};
    assert_true(reads(arena, "page_url: http://h\n", &config, NULL, &err));
    assert_null(config.experts);
    assert_true(reads(arena, "experts:\npolicy:\nlimits:\n", &config, NULL, &err));
    static const char text[] = "experts:\n  local: {kind: openai, url: \"http://localhost:1\", "
                               "model: \"${WARROOM_TEST_MODEL}\"}\npolicy: {logs: none}\n";
    setenv("WARROOM_TEST_MODEL", "seven", 1);
    if (!config_read(arena, STR(text), &config_readers_known, &config, NULL, &err))
        fail_msg("%s", err.text);
    const struct experts *experts = config.experts;
    assert_int_equal(experts->count, 1);
    assert_true(str_eq(experts->items[0].model, STR("seven")));
    assert_int_equal(experts->policy.may[SIGNAL_LOGS], 0);
    assert_false(config_read(arena, STR("policy: {logs: [local]}\n"), &config_readers_known,
                             &config, NULL, &err));
    assert_non_null(strstr(err.text, "1:17: policy.logs[0]: names of models are wanted"));
    assert_false(config_read(arena, STR("policy: {logs: []}\n"), &config_readers_known, &config,
                             NULL, &err));
    arena_free(arena);
}

static void keys_are_explained(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf out = buf_new(arena);
    struct err err;
    assert_true(config_explain(&out, STR("serve.tls"), &readers, &err));
    const struct str text = buf_str(&out);
    assert_true(str_contains(text, STR("serve.tls.key ")));
    assert_false(str_contains(text, STR("serve.listen")));
    assert_false(config_explain(&out, STR("serve.liten"), &readers, &err));
    assert_non_null(strstr(err.text, "did you mean `serve.listen`?"));
    assert_false(config_explain(&out, STR("zebra"), &readers, &err));
    assert_true(config_explain(&out, STR("sources"), &config_readers_known, &err));
    assert_true(str_contains(buf_str(&out), STR("prometheus: ")));
    assert_true(config_explain(&out, STR("experts"), &config_readers_known, &err));
    assert_true(str_contains(buf_str(&out), STR("limits.answer ")));
    for (const struct config_key *key = config_keys; key->path; key++) {
        assert_true((key->standard != NULL) != (key->example != NULL));
        assert_true(strlen(key->summary) < 90 && !str_ends(str_of(key->summary), STR(".")));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_all_as_standard),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(others_come_in_where_it_is_safe),
        cmocka_unit_test(a_secret_in_the_file_is_taken_with_a_warning),
        cmocka_unit_test(files_that_others_may_read_are_told),
        cmocka_unit_test(a_file_to_begin_with_is_right),
        cmocka_unit_test(models_are_read_by_who_knows_them),
        cmocka_unit_test(keys_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
