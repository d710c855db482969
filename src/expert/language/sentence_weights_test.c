/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/language/sentence_weights.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TENSOR(name, shape, type)                                                                  \
    "{\"name\":\"" name "\",\"shape\":" shape ",\"dtype\":\"" type "\"}"
#define MODEL(paths, tensors)                                                                      \
    "{\"weightsManifest\":[{\"paths\":" paths ",\"weights\":[" tensors "]}]}"
#define WORDS "[[\"?\",0],[\"a\",0],[\"b\",0],[\"c\",0],[\"d\",0],[\"e\",0],[\"f\",-1.5]]"

static void a_wrong_manifest_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *want; /* a part of the error; NULL: it is right */
    } cases[] = {
        {MODEL("[\"a\"]", TENSOR("t", "[2,3]", "float32")), NULL},
        {MODEL("[\"a\"]", TENSOR("t", "[]", "int32")), NULL},
        {"", "line 1"},
        {"[]", "no list `weightsManifest`"},
        {"{\"weightsManifest\":[]}", "no list `weightsManifest`"},
        {MODEL("[\"../a\"]", ""), "plain name"},
        {MODEL("[\".a\"]", ""), "plain name"},
        {MODEL("[\"a\\u0000b\"]", ""), "line 1"}, /* jansson refuses it */
        {MODEL("[7]", ""), "plain name"},
        {MODEL("[\"a\"]", "{}"), "tensor 0 has no name"},
        {MODEL("[\"a\"]", TENSOR("t", "[2]", "uint8")), "neither float32 nor int32"},
        {MODEL("[\"a\"]", TENSOR("t", "[-1]", "float32")), "one too large"},
        {MODEL("[\"a\"]", TENSOR("t", "[0]", "float32")), "one too large"},
        {MODEL("[\"a\"]", TENSOR("t", "\"x\"", "float32")), "no shape"},
        {MODEL("[\"a\"]", TENSOR("t", "[65536,65536]", "float32")), "one too large"},
        {MODEL("[\"a\"]", TENSOR("t", "[9223372036854775807]", "float32")), "one too large"},
        {MODEL("[\"a\"]", TENSOR("t", "[4096,4096]", "float32") "," TENSOR("u", "[1]", "int32")),
         "`u` has no shape, or one too large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        struct weights_manifest manifest;
        struct err err = {0};
        const bool ok = weights_manifest_parse(arena, str_of(cases[i].json), &manifest, &err);
        if (ok != !cases[i].want || (cases[i].want && !strstr(err.text, cases[i].want)))
            print_error("%s: %s\n", cases[i].json, err.text);
        assert_int_equal(ok, !cases[i].want);
        assert_true(ok || strstr(err.text, cases[i].want));
        arena_free(arena);
    }
}

static void a_wrong_vocabulary_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *want;
    } cases[] = {
        {WORDS, NULL},
        {"[]", "a list of 7"},
        {"{}", "a list of 7"},
        {"[1,2,3,4,5,6,7]", "piece 0 is not"},
        {"[[\"\",0],1,1,1,1,1,1]", "piece 0 has 0 bytes"},
        {"[[\"a\",\"b\"],1,1,1,1,1,1]", "piece 0 is not"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        struct pieces pieces;
        struct err err = {0};
        const bool ok = pieces_parse(arena, str_of(cases[i].json), &pieces, &err);
        assert_int_equal(ok, !cases[i].want);
        assert_true(ok || strstr(err.text, cases[i].want));
        arena_free(arena);
    }
}

static void text_is_cut_by_a_vocabulary(void **state)
{
    (void)state;
    static const char vocabulary[] =
        "[[\"?\",0],[\"-\",0],[\"-\",0],[\"-\",0],[\"-\",0],[\"-\",0],[\"\u2581\",-3],"
        "[\"a\",-4],[\"ab\",-5],[\"b\",-4],[\"\u2581ab\",-6],[\"ff\",-2]]";
    static const struct {
        const char *text;
        uint16_t want[8];
        uint32_t count;
    } cases[] = {
        {"", {0}, 0},
        {" ", {6, 6}, 2},
        {"ab", {10}, 1},
        {"aab", {6, 7, 8}, 3},
        {"xyz", {6, 0}, 2},
        {"a\xff\xfe"
         "b",
         {6, 7, 0, 9},
         4},
        {"\uff41\ufb00", {6, 7, 11}, 3},
    };
    struct arena *arena = arena_new("test");
    struct pieces pieces;
    struct err err;
    assert_true(pieces_parse(arena, str_of(vocabulary), &pieces, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint16_t got[8];
        const uint32_t count = pieces_cut(&pieces, str_of(cases[i].text), got, 8);
        assert_int_equal(count, cases[i].count);
        assert_memory_equal(got, cases[i].want, count * sizeof *got);
    }
    uint16_t two[2];
    assert_int_equal(pieces_cut(&pieces, STR("ab ab ab"), two, 2), 2);
    arena_free(arena);
}

/* ---- folders ---- */

static void write_file(const char *folder, const char *name, const void *bytes, size_t len)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static void a_wrong_folder_is_told(void **state)
{
    (void)state;
    static const char model[] =
        MODEL("[\"numbers\"]", TENSOR("module/Embeddings_en", "[2,256]", "float32"));
    static float numbers[512];
    char folder[] = "/tmp/warroom-encoder-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct arena *arena = arena_new("test");
    struct sentence_weights weights;
    struct err err = {0};
    assert_false(sentence_weights_read(arena, folder, &weights, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "model.json: No such file"));
    const struct str fifo = str_printf(arena, "%s/model.json", folder);
    assert_int_equal(mkfifo(fifo.ptr, 0600), 0);
    assert_false(sentence_weights_read(arena, folder, &weights, &err));
    assert_non_null(strstr(err.text, "model.json: it is no plain file"));
    unlink(fifo.ptr);

    write_file(folder, "model.json", model, sizeof model - 1);
    write_file(folder, "vocab.json", WORDS, sizeof WORDS - 1);
    write_file(folder, "numbers", numbers, sizeof numbers - 3);
    assert_false(sentence_weights_read(arena, folder, &weights, &err));
    assert_non_null(strstr(err.text, "3 bytes of its numbers are missing"));

    write_file(folder, "numbers", numbers, sizeof numbers);
    assert_false(sentence_weights_read(arena, folder, &weights, &err));
    assert_non_null(strstr(err.text, "`module/Embeddings_en` of 7 x 256 floats is wanted"));

    char more[sizeof numbers + 1] = {0};
    write_file(folder, "numbers", more, sizeof more);
    assert_false(sentence_weights_read(arena, folder, &weights, &err));
    assert_non_null(strstr(err.text, "numbers: it is larger than 2048 bytes"));

    numbers[300] = NAN;
    write_file(folder, "numbers", numbers, sizeof numbers);
    assert_false(sentence_weights_read(arena, folder, &weights, &err));
    assert_non_null(strstr(err.text, "holds what is no number"));

    write_file(folder, "vocab.json", "[", 1);
    assert_false(sentence_weights_read(arena, folder, &weights, &err));
    assert_non_null(strstr(err.text, "vocab.json: line 1"));

    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = {"model.json", "vocab.json", "numbers"};
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_manifest_is_told),
        cmocka_unit_test(a_wrong_vocabulary_is_told),
        cmocka_unit_test(text_is_cut_by_a_vocabulary),
        cmocka_unit_test(a_wrong_folder_is_told),
    };
    return cmocka_run_group_tests_name("sentence_weights", tests, NULL, NULL);
}
