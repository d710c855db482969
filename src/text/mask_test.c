/* SPDX-License-Identifier: Apache-2.0 */
#include "text/mask.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* The shape with its slots by name. */
static struct str shown(struct arena *arena, const struct shape *shape)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < shape->len; i++) {
        const unsigned char c = (unsigned char)shape->text[i];
        if (c < ENTITIES)
            buf_printf(&out, "<%s>", entity_name((enum entity)c));
        else
            buf_add_char(&out, (char)c);
    }
    return buf_str(&out);
}

static const struct {
    const char *why;
    struct str message;
    const char *want; /* NULL: only that it is bounded */
} messages[] = {
    {"words stay", STR("job started"), "job started"},
    {"white space is one blank", STR(" a \t b\r\n"), "a b"},
    {"numbers do not", STR("took 35 of 40 tries"), "took <number> of <number> tries"},
    {"nor do percents", STR("disk 93% full"), "disk <percent>% full"},
    {"marks at the edges stay", STR("(id 5), done."), "(id <number>), done."},
    {"an address and its port", STR("from 10.0.0.1:80."), "from <ip>:<port>."},
    {"names keep their values", STR("size=5,user=jo"), "size=<number>,user=jo"},
    {"the head of a serial name stays", STR("block blk_-123 lost"), "block blk_<id> lost"},
    {"and that of an address", STR("to http://a.b/c?d=1 now"), "to http://<url> now"},
    {"a path ends with its slash", STR("rule: /var/www/"), "rule: <path>"},
    {"a slash before an address is a mark", STR("src: /10.0.0.1:99"), "src: /<ip>:<port>"},
    {"a request's protocol is its target's", STR("\"GET /a/b HTTP/1.1\" 200"),
     "\"GET <path>\" <number>"},
    {"a file with a wildcard", STR("in C:\\a\\*_b.sqm, x"), "in <path>, x"},
    {"a date in words", STR("at Fri Jun 17 07:07:00 2005"), "at <time>"},
    {"a date with a zone", STR("on Jul 01 08:16:53 PDT 2005, ok"), "on <time>, ok"},
    {"a date and a time", STR("2026-11-22 02:00:00 up"), "<time> up"},
    {"a month alone is a word", STR("May the job run"), "May the job run"},
    {"dots that lead the eye", STR("instruction......0"), "instruction......<number>"},
    {"parts at colons", STR("net:b9000564-fe1a-409b-b8cc-1e88b294cd1d"), "net:<uuid>"},
    {"a list of numbers", STR("ids 1 2 3 4 5 6 7 8 9 10 11 12 13 14 end"), "ids <list> end"},
    {"a list of serial names", STR("lost db1, db2, db3, db4"), "lost <list>"},
    {"two are no list", STR("db11 db12"), "db11 db12"},
    {"a dotted name behind =", STR("cmp=org.x.Main ok"), "cmp=<class> ok"},
    {"what was thrown is no value", STR("e=java.io.IOException"), "e=java.io.IOException"},
    {"one token", STR("ready"), "ready"},
    {"nothing", STR(""), ""},
    {"marks alone", STR("--- ***"), "--- ***"},
    {"NUL and controls are blanks", STR("a\0b\x01 c\x7f"), "a b c?"},
    {"invalid UTF-8 is letters", STR("a\xff\xfe 7"), "a\xff\xfe <number>"},
};

static void what_looks_filled_in_is_a_slot(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        struct shape shape;
        mask_message(messages[i].message, &shape);
        const struct str got = shown(arena, &shape);
        if (!str_eq(got, str_of(messages[i].want)))
            fail_msg("%s: `%.*s`, not `%s`", messages[i].why, STR_ARG(got), messages[i].want);
    }
    arena_free(arena);
}

static void assert_sound(const struct shape *shape, size_t message_len)
{
    assert_true(shape->len < MASK_SHAPE_MAX && shape->atoms_count <= MASK_ATOMS_MAX);
    uint32_t at = 0;
    for (uint32_t i = 0; i < shape->atoms_count; i++) {
        const struct atom *atom = &shape->atoms[i];
        assert_true(atom->from >= at && atom->to >= atom->from && atom->to <= shape->len);
        assert_true(atom->start <= atom->end && atom->end <= message_len);
        at = atom->to;
    }
}

/* Atoms say where in the message they come from. */
static void atoms_know_their_place(void **state)
{
    (void)state;
    const struct str message = STR("at Fri Jun 17 07:07:00 2005: pod web-7f9c4d5b6-x2x9z took 5ms");
    struct shape shape;
    mask_message(message, &shape);
    assert_sound(&shape, message.len);
    const struct str date = str_slice(message, shape.atoms[1].start, shape.atoms[1].end);
    const struct str pod = str_slice(message, shape.atoms[3].start, shape.atoms[3].end);
    assert_true(str_eq(date, STR("Fri Jun 17 07:07:00 2005")));
    assert_true(str_eq(pod, STR("web-7f9c4d5b6-x2x9z")));
}

static void a_message_of_a_megabyte_is_cut(void **state)
{
    (void)state;
    static const char *const repeated[] = {
        "word ",        "1",      "1 ", "(",   "x",  "a.b ",    "a:",       "/a", "..a", "db1 ",
        "\xe6\x97\xa5", "Jun 1 ", "=",  "a= ", "-1", "a1b2-c ", "10.0.0.1 "};
    const size_t size = 1 << 20;
    char *bytes = malloc(size);
    for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++) {
        const size_t len = strlen(repeated[i]);
        for (size_t at = 0; at < size; at++)
            bytes[at] = repeated[i][at % len];
        struct shape shape, again;
        mask_message((struct str){bytes, size}, &shape);
        mask_message((struct str){bytes, MASK_MESSAGE_MAX + 1}, &again);
        assert_sound(&shape, size);
        assert_true(shape.hash == again.hash && shape.len > 0);
    }
    free(bytes);
}

/* Whatever is put together from pieces that mean something here. */
static void any_message_has_a_sound_shape(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        " ", "a",    "7",   ".",    "..", ":",   "/",        "-",  "=",   "()",    "[",
        "]", "Jun ", "12",  "02:0", "0x", "://", "@",        "\\", "db1", "<*>",   "?",
        "*", ", ",   " KB", "_",    "\"", "\n",  "\xc3\xa4", "$",  "#",   "HTTP/1"};
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char message[256] = "";
        for (int i = 0; i < 16; i++) {
            seed = seed * 1664525u + 1013904223u;
            strcat(message, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
        }
        struct shape shape, again;
        mask_message(str_of(message), &shape);
        mask_message(str_of(message), &again);
        assert_sound(&shape, strlen(message));
        assert_int_equal(shape.len, again.len);
        assert_memory_equal(shape.text, again.text, shape.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_looks_filled_in_is_a_slot),
        cmocka_unit_test(atoms_know_their_place),
        cmocka_unit_test(a_message_of_a_megabyte_is_cut),
        cmocka_unit_test(any_message_has_a_sound_shape),
    };
    return cmocka_run_group_tests_name("mask", tests, NULL, NULL);
}
