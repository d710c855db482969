/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus/worth.h"

#include "train/corpus/ease.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char runbook[] = "If the error rate of the gateway rises after a rollout, roll back "
                              "first. Then read the log of the new "
                              "pods: most failures of a deploy are a missing setting or a "
                              "connection that is refused. Restart only "
                              "what hangs, and tell the person on call what you did.";
static const char garden[] = "Prune the roses in spring, when the buds begin to swell. Take out "
                             "old wood and leave the strongest "
                             "shoots. Water them well in dry weeks, and give them compost before "
                             "the first flowers open in June.";
static const char page[] =
    "Home | Shop | Sign up | Log in | Cart (0)\nSALE!!! FREE SHIPPING!!! Click here\n"
    "Home | Shop | Sign up | Log in | Cart (0)\nSubscribe to our newsletter\n"
    "Home | Shop | Sign up | Log in | Cart (0)\nSALE!!! FREE SHIPPING!!! Click here\n";

static struct worth_weights shipped(void)
{
    struct worth_weights weights;
    struct err err = {0};
    assert_true(worth_shipped(&weights, &err));
    return weights;
}

static void what_is_about_running_software_is_relevant(void **state)
{
    (void)state;
    const struct worth_weights weights = shipped();
    assert_true(worth_chance(&weights, WORTH_RELEVANCE, str_of(runbook)) > 0.8);
    assert_true(worth_chance(&weights, WORTH_RELEVANCE, str_of(garden)) < 0.3);
}

static void what_nobody_wrote_is_poor(void **state)
{
    (void)state;
    const struct worth_weights weights = shipped();
    assert_true(worth_chance(&weights, WORTH_QUALITY, str_of(runbook)) > 0.8);
    assert_true(worth_chance(&weights, WORTH_QUALITY, str_of(garden)) > 0.8);
    assert_true(worth_chance(&weights, WORTH_QUALITY, str_of(page)) < 0.3);
}

static void any_bytes_have_a_chance(void **state)
{
    (void)state;
    const struct worth_weights weights = shipped();
    static char long_line[20000];
    memset(long_line, 'x', sizeof long_line);
    const struct str texts[] = {
        STR(""), STR("\n\n"), STR("\xff\x00\x01"), {long_line, sizeof long_line}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int worth = 0; worth < WORTH_COUNT; worth++) {
            const double chance = worth_chance(&weights, (enum worth)worth, texts[i]);
            assert_true(chance >= 0.0 && chance <= 1.0);
        }
}

static void weights_of_other_columns_are_refused(void **state)
{
    (void)state;
    struct worth_weights weights;
    struct err err = {0};
    assert_false(worth_parse(STR("{\"relevance\": {\"weights\": {\"bias\": 1}}}"), &weights, &err));
    assert_non_null(strstr(err.text, "warroom train filters"));
    assert_false(worth_parse(STR("none"), &weights, &err));
}

static void simple_texts_come_first(void **state)
{
    (void)state;
    const struct str simple = STR("the disk is full and the disk is slow"),
                     complex =
                         STR("io.netty.channel.AbstractChannel$AnnotatedConnectException: "
                             "connect(10.0.0.1:8443) ECONNREFUSED at NioSocketChannel.java:337");
    assert_true(ease_difficulty(simple, 0.15) < ease_difficulty(complex, 0.15));
    assert_true(ease_difficulty(simple, 0.15) < ease_difficulty(simple, 0.5));
    assert_int_equal(ease_stage(0.0), 0);
    assert_int_equal(ease_stage(1.0), EASE_STAGES - 1);
    assert_true(ease_difficulty(STR(""), 0.0) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_about_running_software_is_relevant),
        cmocka_unit_test(what_nobody_wrote_is_poor),
        cmocka_unit_test(any_bytes_have_a_chance),
        cmocka_unit_test(weights_of_other_columns_are_refused),
        cmocka_unit_test(simple_texts_come_first),
    };
    return cmocka_run_group_tests_name("worth", tests, NULL, NULL);
}
