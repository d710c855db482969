/* SPDX-License-Identifier: Apache-2.0 */
#include "data/digest.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The examples of FIPS 180-4 and RFC 4231. */
static void digests_are_those_of_the_standards(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct digest digest, again;
    struct err err = {0};
    assert_true(digest_sha256(STR("abc"), &digest, &err));
    assert_string_equal(digest_hex(arena, &digest).ptr,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(digest_sha256(STR(""), &digest, &err));
    assert_string_equal(digest_hex(arena, &digest).ptr,
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_true(
        digest_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), &digest, &err));
    assert_string_equal(digest_hex(arena, &digest).ptr,
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_true(digest_of_hex(
        STR("5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"), &again));
    assert_true(digest_equals(&digest, &again));
    again.bytes[31] ^= 1;
    assert_false(digest_equals(&digest, &again));
    arena_free(arena);
}

static void what_is_no_digest_is_refused(void **state)
{
    (void)state;
    struct digest digest;
    assert_false(digest_of_hex(STR(""), &digest));
    assert_false(digest_of_hex(STR("5b"), &digest));
    assert_false(digest_of_hex(
        STR("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384g"), &digest));
    assert_false(digest_of_hex(
        STR("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38430"), &digest));
}

static void a_secret_equals_itself_only(void **state)
{
    (void)state;
    assert_true(secret_equals(STR("abc"), STR("abc")));
    assert_false(secret_equals(STR("abc"), STR("abd")));
    assert_false(secret_equals(STR("abc"), STR("abcabc")));
    assert_false(secret_equals(STR("abc"), STR("ab")));
    assert_false(secret_equals(STR("abc"), STR("")));
    assert_false(secret_equals(STR(""), STR("")));
    assert_false(secret_equals(STR(""), STR("a")));
    assert_true(secret_equals(STR("a\0b"), STR("a\0b")));
    assert_false(secret_equals(STR("a\0b"), STR("a\0c")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_standards),
        cmocka_unit_test(what_is_no_digest_is_refused),
        cmocka_unit_test(a_secret_equals_itself_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
