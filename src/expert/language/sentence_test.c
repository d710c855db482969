/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Against what the published implementation says (sentence_reference.jsonl, which
 * scripts/sentence_reference.js writes). The weights are no part of the project: `make encoder`
 * fetches them, WARROOM_ENCODER names a folder that has them, and without them this is skipped.
 */
#include "expert/language/sentence.h"

#include "base/arena.h"
#include "expert/language/sentence_weights.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define REFERENCE "src/expert/language/sentence_reference.jsonl"
#define EVERY 32 /* of the numbers, as the script writes them */
#define EXACT 1e-5

static struct arena *test_arena;
static const struct sentence_encoder *encoder;
static struct sentence_weights weights;
static json_t *reference;

static int open_all(void **state)
{
    (void)state;
    test_arena = arena_new("test");
    reference = json_array();
    const char *folder = getenv("WARROOM_ENCODER");
    struct err err = {0};
    if (!sentence_open(test_arena, folder ? folder : ".deps/encoder", &encoder, &err) ||
        !sentence_weights_read(test_arena, folder ? folder : ".deps/encoder", &weights, &err)) {
        print_message("skipped: no encoder (`make encoder` fetches it): %s\n", err.text);
        encoder = NULL;
    }
    char line[8192];
    FILE *file = fopen(REFERENCE, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        assert_int_equal(json_array_append_new(reference, json_loads(line, 0, NULL)), 0);
    fclose(file);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    json_decref(reference);
    arena_free(test_arena);
    return 0;
}

static struct str text_of(size_t line)
{
    const json_t *text = json_object_get(json_array_get(reference, line), "text");
    return (struct str){json_string_value(text), json_string_length(text)};
}

static void texts_are_cut_as_the_reference_cuts_them(void **state)
{
    (void)state;
    if (!encoder)
        skip();
    for (size_t i = 0; i < json_array_size(reference); i++) {
        const json_t *want = json_object_get(json_array_get(reference, i), "pieces");
        uint16_t pieces[SENTENCE_PIECES_MAX];
        const uint32_t count = pieces_cut(&weights.pieces, text_of(i), pieces, SENTENCE_PIECES_MAX);
        if (count != json_array_size(want))
            print_error("%.*s\n", STR_ARG(text_of(i)));
        assert_int_equal(count, json_array_size(want));
        for (uint32_t j = 0; j < count; j++)
            assert_int_equal(pieces[j], json_integer_value(json_array_get(want, j)));
    }
}

static void directions_are_those_of_the_reference(void **state)
{
    (void)state;
    if (!encoder)
        skip();
    for (size_t i = 0; i < json_array_size(reference); i++) {
        const json_t *want = json_object_get(json_array_get(reference, i), "numbers");
        const struct str text = text_of(i);
        float got[1][SENTENCE_NUMBERS];
        sentence_encode(encoder, &text, 1, got);
        for (size_t j = 0; j < json_array_size(want); j++) {
            const double far =
                fabs((double)got[0][j * EVERY] - json_real_value(json_array_get(want, j)));
            if (!(far <= EXACT))
                print_error("%.*s: %zu: %g\n", STR_ARG(text), j * EVERY, far);
            assert_true(far <= EXACT);
        }
        assert_true(fabs(sentence_likeness(got[0], got[0]) - 1.0) < EXACT);
    }
}

static void company_changes_no_bit(void **state)
{
    (void)state;
    if (!encoder)
        skip();
    const size_t count = json_array_size(reference);
    struct str *texts = arena_push_many(test_arena, struct str, count + 1);
    float(*all)[SENTENCE_NUMBERS] =
        arena_alloc(test_arena, (count + 1) * sizeof(float[SENTENCE_NUMBERS]));
    for (size_t i = 0; i < count; i++)
        texts[i] = text_of(i);
    texts[count] = STR("");
    sentence_encode(encoder, texts, (uint32_t)count + 1, all);
    for (size_t i = 0; i < count; i++) {
        float alone[1][SENTENCE_NUMBERS];
        sentence_encode(encoder, &texts[i], 1, alone);
        assert_memory_equal(alone[0], all[i], sizeof alone[0]);
    }
    assert_true(sentence_likeness(all[count], all[count]) == 0.0);
}

static void the_like_lies_near(void **state)
{
    (void)state;
    if (!encoder)
        skip();
    const struct str texts[] = {STR("no more connections to the database can be made"),
                                STR("all database connections are in use"),
                                STR("certificate has expired")};
    float numbers[3][SENTENCE_NUMBERS];
    sentence_encode(encoder, texts, 3, numbers);
    assert_true(sentence_likeness(numbers[0], numbers[1]) >
                sentence_likeness(numbers[0], numbers[2]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_cut_as_the_reference_cuts_them),
        cmocka_unit_test(directions_are_those_of_the_reference),
        cmocka_unit_test(company_changes_no_bit),
        cmocka_unit_test(the_like_lies_near),
    };
    return cmocka_run_group_tests_name("sentence", tests, open_all, close_all);
}
