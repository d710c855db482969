/* SPDX-License-Identifier: Apache-2.0 */
#include "text/miner.h"

#include "base/arena.h"
#include "base/buf.h"
#include "text/like_for_tests.h"
#include "text/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

/* ---- what becomes of some messages ---- */

static const struct {
    const char *why;
    const char *messages[9];
    const char *want[9]; /* the templates, by text */
} cases[] = {
    {"verbs stay apart",
     {"VM started", "VM paused", "VM resumed", "VM stopped", "VM started"},
     {"VM paused", "VM resumed", "VM started", "VM stopped"}},
    {"single words, too",
     {"normal", "warning", "normal", "critical", "down", "up", "unknown", "failed"},
     {"critical", "down", "failed", "normal", "unknown", "up", "warning"}},
    {"numbers are one template", {"took 5 ms", "took 17 ms"}, {"took <duration> ms"}},
    {"however they are written", {"mask ffffffff", "mask 17", "mask 0x1f"}, {"mask <any>"}},
    {"names that differ in their number",
     {"link eth0 is up", "link eth1 is up", "link lo is up"},
     {"link <any> is up"}},
    {"one such name is the text's own",
     {"cache L3 is cold", "cache L3 is cold"},
     {"cache L3 is cold"}},
    {"users by the word before",
     {"login of user ann ok", "login of user bob ok", "login of user eve ok"},
     {"login of user <user> ok"}},
    {"two of them may be states",
     {"user ann left", "user bob left"},
     {"user ann left", "user bob left"}},
    {"plain words by their number",
     {"got apple juice", "got pear juice", "got plum juice", "got fig juice", "got kiwi juice",
      "got lime juice", "got date juice"},
     {"got <word> juice"}},
    {"hosts by their dots", {"ping db.shop.internal", "ping cache.shop.internal"}, {"ping <word>"}},
    {"what was thrown is not a host",
     {"caught java.io.IOException", "caught java.net.SocketException"},
     {"caught java.io.IOException", "caught java.net.SocketException"}},
    {"nor is what the line is about",
     {"cron startup succeeded", "nfs startup succeeded", "acpi startup succeeded"},
     {"acpi startup succeeded", "cron startup succeeded", "nfs startup succeeded"}},
    {"a value may be empty",
     {"from 10.0.0.1 (a1.x.org)", "from 10.0.0.2 ()"},
     {"from <ip> (<any>)"}},
    {"a unit goes with its number",
     {"sent 1.5 KB, free 3.2 MB", "sent 17 B, free 3.1 MB"},
     {"sent <size>, free <size>"}},
    {"a value with marks is a value",
     {"synced to 10.0.0.1, level 3", "synced to LOCAL(0), level 10"},
     {"synced to <ip>, level <number>"}},
    {"lists of any length",
     {"delete a-1, a-2", "delete a-3", "delete a-1, a-2, a-3, a-4"},
     {"delete <any>"}},
    {"a name and its value is no value",
     {"wait 5 now", "wait t=5 now"},
     {"wait <number> now", "wait t=<number> now"}},
    {"nothing", {""}, {""}},
};

static struct miner *mined(struct arena *arena, const char *const *messages, size_t max)
{
    struct miner *miner = miner_new(arena, (struct miner_limits){0});
    for (size_t i = 0; i < max && messages[i]; i++)
        miner_add(miner, str_of(messages[i]));
    miner_finish(miner);
    return miner;
}

static void messages_become_templates(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        const struct miner *miner = mined(arena, cases[i].messages, 9);
        uint32_t count = 0;
        for (; count < miner_templates_count(miner); count++) {
            const char *want = count < 9 ? cases[i].want[count] : NULL;
            const struct str got = miner_template(miner, count)->text;
            if (!want || !str_eq(got, str_of(want)))
                fail_msg("%s: `%.*s`, not `%s`", cases[i].why, STR_ARG(got), want ? want : "");
        }
        if (cases[i].want[count])
            fail_msg("%s: there is no `%s`", cases[i].why, cases[i].want[count]);
        arena_free(arena);
    }
}

/* ---- a stream of many kinds ---- */

static struct str message_of(struct arena *arena, uint32_t *seed)
{
    static const char *const words[] = {"alpha", "beta", "gamma", "delta", "omega"};
    const uint32_t a = next_random(seed), b = next_random(seed), c = next_random(seed);
    switch (next_random(seed) % 9) {
    case 0:
        return str_printf(arena, "connection from 10.0.%u.%u:%u refused", a % 256, b % 256, c);
    case 1:
        return str_printf(arena, "job %s in %u ms", a % 2 ? "started" : "paused", b);
    case 2:
        return str_printf(arena, "user u%u logged in from host-%u", a % 50, b % 99);
    case 3:
        return str_printf(arena, "%s: %s %s", words[a % 5], words[b % 5], words[c % 5]);
    case 4:
        return str_printf(arena, "key=%s size=%u state=%s", words[a % 5], b, words[c % 5]);
    case 5:
        return str_printf(arena, "copied %u.%u %s", a % 10, b % 10, c % 2 ? "KB" : "MB");
    case 6:
        return str_printf(arena, "lost db%u, db%u%s", a % 9, b % 9, c % 2 ? ", db3" : "");
    case 7:
        return str_printf(arena, "noise %x%x %c%c%c", a, b, 'a' + (int)(a % 26),
                          'a' + (int)(b % 26), 'a' + (int)(c % 26));
    default:
        return str_printf(arena, "at Jun %u 02:00:%02u the disk was %u%% full", 1 + a % 28, b % 60,
                          c % 100);
    }
}

/* All that a miner says about its templates, as one text. */
static struct str told(struct arena *arena, const struct miner *miner)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < miner_templates_count(miner); i++) {
        const struct mined_template *it = miner_template(miner, i);
        buf_printf(&out, "%llu %u %.*s | %.*s\n", (unsigned long long)it->count, it->shapes,
                   STR_ARG(it->text), STR_ARG(it->wild));
    }
    buf_printf(&out, "%llu of %llu dropped\n", (unsigned long long)miner_dropped(miner),
               (unsigned long long)miner_messages(miner));
    return buf_str(&out);
}

#define STREAM 6000
#define SHARDS_MAX 7

/* The stream in an order of its own, through so many miners that are merged in an order. */
static struct str mined_in_shards(struct arena *arena, struct miner_limits limits, uint32_t seed,
                                  uint32_t shards)
{
    struct str *messages = arena_push_many(arena, struct str, STREAM);
    struct miner *miners[SHARDS_MAX];
    uint32_t stream_seed = 42;
    for (uint32_t i = 0; i < STREAM; i++)
        messages[i] = message_of(arena, &stream_seed);
    for (uint32_t i = STREAM - 1; seed != 0 && i > 0; i--) {
        const uint32_t k = (next_random(&seed) << 15 ^ next_random(&seed)) % (i + 1);
        const struct str other = messages[k];
        messages[k] = messages[i];
        messages[i] = other;
    }
    for (uint32_t i = 0; i < shards; i++)
        miners[i] = miner_new(arena, limits);
    for (uint32_t i = 0; i < STREAM; i++)
        miner_add(miners[seed == 0 ? 0 : next_random(&seed) % shards], messages[i]);
    for (uint32_t left = shards; left > 1; left--) {
        const uint32_t into = next_random(&seed) % (left - 1);
        miner_merge(miners[into], miners[left - 1]);
    }
    miner_finish(miners[0]);
    return told(arena, miners[0]);
}

/* With room for all, and with so little that most shapes are dropped. */
static void any_sharding_and_any_order_ends_alike(void **state)
{
    (void)state;
    static const struct miner_limits limits[] = {{0}, {200, 64}, {60, 16}, {9, 32}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct arena *arena = arena_new("test");
        const struct str whole = mined_in_shards(arena, limits[i], 0, 1);
        for (uint32_t seed = 1; seed <= 8; seed++) {
            const struct str got = mined_in_shards(arena, limits[i], seed, 1 + seed % SHARDS_MAX);
            if (!str_eq(whole, got))
                fail_msg("limits %zu, seed %u:\n%s\nnot\n%s", i, seed, got.ptr, whole.ptr);
        }
        arena_free(arena);
    }
}

static void what_is_dropped_is_counted(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct miner *miner = miner_new(arena, (struct miner_limits){100, 32});
    size_t bytes = 0;
    uint32_t seed = 7;
    char word[9] = "";
    for (uint32_t i = 0; i < 50000; i++) {
        for (int k = 0; k < 8; k++)
            word[k] = (char)('a' + next_random(&seed) % 26);
        miner_add(miner, str_printf(arena, "junk %s came", word));
        miner_add(miner, i % 2 ? str_printf(arena, "%.3s: %s", word, word + 5)
                               : str_printf(arena, "%s. go", word));
        if (i % 10 == 0)
            miner_add(miner, STR("the queue is full"));
        if (i == 1000)
            bytes = miner_bytes(miner) - arena_used_bytes(arena);
    }
    assert_true(miner_bytes(miner) - arena_used_bytes(arena) <= 2 * bytes);
    miner_finish(miner);

    uint64_t kept = 0;
    bool frequent = false, junk = false;
    for (uint32_t i = 0; i < miner_templates_count(miner); i++) {
        const struct mined_template *it = miner_template(miner, i);
        kept += it->count;
        frequent |= str_eq(it->text, STR("the queue is full")) && it->count == 5000;
        junk |= str_eq(it->text, STR("junk <word> came")) && it->count == 50000;
    }
    assert_true(frequent); /* junk of another structure does not crowd it out ... */
    assert_true(junk);     /* ... and is told for what it is */
    assert_int_equal(miner_messages(miner), 105000);
    assert_int_equal(kept + miner_dropped(miner), 105000);
    assert_int_not_equal(miner_find(miner, STR("junk neverseen came")), MINER_NONE);
    arena_free(arena);
}

static void shapes_lead_to_templates(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct miner *miner = miner_new(arena, (struct miner_limits){0});
    const uint64_t a = miner_add(miner, STR("job 5 started"));
    const uint64_t b = miner_add(miner, STR("job 6 started"));
    const uint64_t c = miner_add(miner, STR("job 6 paused"));
    miner_finish(miner);
    assert_true(a == b && a != c);
    assert_int_equal(miner_template(miner, miner_template_of(miner, a))->count, 2);
    assert_int_equal(miner_template_of(miner, c), 0); /* "paused" is before "started" */
    assert_int_equal(miner_template_of(miner, a ^ c), MINER_NONE);
    arena_free(arena);
}

static void what_was_filled_in_is_read_back(void **state)
{
    (void)state;
    static const char *const messages[] = {"user ann on web-7 (10.0.0.1:80) waited 5ms, status 503",
                                           "user bob on web-8 (10.0.0.2:81) waited 7ms, status 200",
                                           "user eve on web-9 (10.0.0.3:82) waited 9ms, status 404",
                                           NULL};
    static const struct {
        const char *value;
        enum entity entity;
    } wanted[] = {
        {"bob", ENTITY_USER}, {"web-8", ENTITY_ID},     {"10.0.0.2", ENTITY_IP},
        {"81", ENTITY_PORT},  {"7ms", ENTITY_DURATION}, {"200", ENTITY_STATUS},
    };
    struct arena *arena = arena_new("test");
    const struct miner *miner = mined(arena, messages, 4);
    struct parameter got[8];
    const size_t count = miner_parameters(miner, str_of(messages[1]), got, 8);
    assert_int_equal(count, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < count; i++)
        if (!str_eq(got[i].value, str_of(wanted[i].value)) || got[i].entity != wanted[i].entity)
            fail_msg("`%.*s` is <%s>, not `%s` <%s>", STR_ARG(got[i].value),
                     entity_name(got[i].entity), wanted[i].value, entity_name(wanted[i].entity));
    assert_int_equal(miner_parameters(miner, str_of(messages[1]), got, 2), 2);
    assert_int_equal(miner_parameters(miner, STR("of another shape"), got, 8), 0);

    static const char *const sizes[] = {"sent 1.5 KB", "sent 17 B", NULL};
    const struct miner *other = mined(arena, sizes, 3);
    assert_int_equal(miner_parameters(other, str_of(sizes[0]), got, 8), 1);
    assert_true(str_eq(got[0].value, STR("1.5 KB")) && got[0].entity == ENTITY_SIZE);
    arena_free(arena);
}

/* Whatever is put together from pieces that mean something here. */
static void any_message_matches_its_pattern(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        " ", "a", "7", "%",  "_",   "\\",       "(",  ")",    "=",   "\"",    "?",    "x.",
        "<", "*", ">", "\t", "<*>", "\xc3\xa4", ", ", "db1 ", " KB", "Jun 1", "/b/c", ": "};
    struct arena *arena = arena_new("test");
    uint32_t seed = 1;
    for (int round = 0; round < 300; round++) {
        struct str messages[64];
        uint64_t shapes[64];
        struct miner *miner = miner_new(arena, (struct miner_limits){64, 64});
        for (size_t i = 0; i < 64; i++) {
            char message[256] = "";
            for (int k = 0; k < 7; k++)
                strcat(message, pieces[next_random(&seed) % (sizeof pieces / sizeof *pieces)]);
            messages[i] = str_copy(arena, str_of(message));
            shapes[i] = miner_add(miner, messages[i]);
        }
        miner_finish(miner);
        for (size_t i = 0; i < 64; i++) {
            const uint32_t number = miner_template_of(miner, shapes[i]);
            if (number == MINER_NONE)
                continue;
            const struct str pattern = template_like(arena, miner_template(miner, number)->wild);
            if (!like_matches(pattern, messages[i]))
                fail_msg("`%s` does not match `%s`", messages[i].ptr, pattern.ptr);
        }
        arena_reset(arena);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_become_templates),
        cmocka_unit_test(any_sharding_and_any_order_ends_alike),
        cmocka_unit_test(what_is_dropped_is_counted),
        cmocka_unit_test(shapes_lead_to_templates),
        cmocka_unit_test(what_was_filled_in_is_read_back),
        cmocka_unit_test(any_message_matches_its_pattern),
    };
    return cmocka_run_group_tests_name("miner", tests, NULL, NULL);
}
