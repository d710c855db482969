/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/tagger.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect_found(const struct log_numbers *numbers, const char *line, const char *wanted)
{
    struct arena *arena = arena_new("test");
    struct buf out = buf_new(arena);
    static struct found found[TOKENS_MAX];
    const uint32_t count = tagger_find(numbers, str_of(line), found);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&out, "%s%s:%.*s", i ? " " : "", tag_name(found[i].tag),
                   STR_ARG(str_slice(str_of(line), found[i].start, found[i].end)));
    assert_string_equal(buf_str(&out).ptr, wanted);
    arena_free(arena);
}

static void the_form_rules_out_what_cannot_be(void **state)
{
    (void)state;
    struct log_numbers *nothing = calloc(1, sizeof *nothing);
    struct tokens tokens;
    tokens_cut(STR("10.0.0.1:80 word"), &tokens);
    assert_int_equal(tokens.count, 4);
    assert_true(tagger_may_be(&tokens, 0) & (1u << TAG_IP));
    assert_false(tagger_may_be(&tokens, 0) & (1u << TAG_USER));
    assert_false(tagger_may_be(&tokens, 0) & (1u << TAG_OUTSIDE));
    assert_int_equal(tagger_may_be(&tokens, 2), 1u << TAG_PORT);
    assert_false(tagger_may_be(&tokens, 3) & (1u << TAG_NUMBER));
    assert_false(tagger_may_be(&tokens, 3) & (1u << TAG_INSIDE));
    expect_found(nothing, "10.0.0.1:80 word", "ip:10.0.0.1 port:80");
    expect_found(nothing, "", "");
    free(nothing);
}

static void the_best_sequence_wins(void **state)
{
    (void)state;
    int32_t scores[2][TAGS] = {{0}}, after[TAGS][TAGS] = {{0}};
    const uint32_t any[2] = {UINT32_MAX, UINT32_MAX};
    uint8_t labels[2];
    scores[0][TAG_DURATION] = 1;
    scores[0][TAG_NUMBER] = 2;
    after[TAG_DURATION][TAG_INSIDE] = 5;
    tagger_decode(scores, any, 2, (const int32_t(*)[TAGS])after, labels);
    assert_int_equal(labels[0], TAG_DURATION);
    assert_int_equal(labels[1], TAG_INSIDE);
}

static void the_shipped_numbers_find_what_stands_in_a_line(void **state)
{
    (void)state;
    const struct log_numbers *shipped = log_numbers_shipped();
    expect_found(shipped, "could not connect to db-3.prod.internal:5432",
                 "host:db-3.prod.internal port:5432");
    expect_found(shipped, "user alice logged in from 10.2.3.4", "user:alice ip:10.2.3.4");
    expect_found(shipped, "opened /srv/app/data.db in 12 ms",
                 "path:/srv/app/data.db duration:12 ms");
    expect_found(shipped, "created 5f6d2c1e-1111-4222-8333-444455556666 at 2026-11-22T02:00:00Z",
                 "uuid:5f6d2c1e-1111-4222-8333-444455556666 time:2026-11-22T02:00:00Z");
}

static void names_of_types_are_read_back(void **state)
{
    (void)state;
    enum tag tag;
    for (int i = TAG_INSIDE + 1; i < TAGS; i++) {
        assert_true(tag_of(str_of(tag_name((enum tag)i)), &tag));
        assert_int_equal(tag, i);
    }
    assert_false(tag_of(STR(""), &tag));
    assert_false(tag_of(STR("address"), &tag));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_rules_out_what_cannot_be),
        cmocka_unit_test(the_best_sequence_wins),
        cmocka_unit_test(the_shipped_numbers_find_what_stands_in_a_line),
        cmocka_unit_test(names_of_types_are_read_back),
    };
    return cmocka_run_group_tests_name("log tagger", tests, NULL, NULL);
}
