/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/objects.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why;
    const char *text;
    const char *want; /* "KIND/NAME@SPACE", a star where it is live, divided by blanks */
} cases[] = {
    {"nothing", "", ""},
    {"one object", "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"namespace\":\"s\"}}",
     "Pod/a@s"},
    {"what has a uid is live", "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"uid\":\"1\"}}",
     "Pod/a@*"},
    {"an empty status says nothing",
     "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"},\"status\":{}}", "Pod/a@"},
    {"items of a typed list need no kind",
     "{\"kind\":\"PodList\",\"items\":[{\"metadata\":{\"name\":\"a\"}},{\"metadata\":{\"name\":"
     "\"b\"},\"status\":{\"phase\":\"Running\"}}]}",
     "Pod/a@ Pod/b@*"},
    {"documents of YAML",
     "# ours\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n---\nkind: Node\nmetadata: "
     "{name: n, uid: x}\n",
     "Pod/a@ Node/n@*"},
    {"a list of YAML",
     "apiVersion: v1\nitems:\n- kind: Pod\n  metadata:\n    name: a\n    namespace: s\n  status:\n "
     "   phase: Pending\nkind: List\n",
     "Pod/a@s*"},
    {"JSON one after the other",
     "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}\n{\"kind\":\"Pod\",\"metadata\":{\"name\":"
     "\"b\"}}",
     "Pod/a@ Pod/b@"},
    {"what is damaged ends the reading",
     "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}{\"kind\":\"Pod\",\"meta", "Pod/a@"},
    {"a description", "Name:  a\nLabels:  kind=x\nmetadata:  no\n", ""},
    {"another JSON", "{\"a\":[1,2],\"kind\":\"x\"}", ""},
    {"a kind that is no text", "{\"kind\":{\"a\":1},\"metadata\":{\"name\":[]}}", ""},
    {"an alias is not followed", "kind: Pod\nmetadata:\n  name: &x a\n  uid: *x\n", "Pod/a@*"},
    {"a mapping as a key", "kind: Pod\n? {a: b}\n: c\n", ""},
};

static void objects_are_found_by_content(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new("test");
        struct objects objects = objects_read(arena, str_of(cases[i].text));
        char got[256] = "";
        for (uint32_t k = 0; k < objects.count; k++) {
            const struct object *object = &objects.items[k];
            const size_t len = strlen(got);
            snprintf(got + len, sizeof got - len, "%s%.*s/%.*s@%.*s%s", k > 0 ? " " : "",
                     STR_ARG(object->kind), STR_ARG(object->name), STR_ARG(object->space),
                     object->live ? "*" : "");
        }
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].why, got, cases[i].want);
        objects_free(&objects);
        arena_free(arena);
    }
}

static void secrets_are_emptied(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct objects objects = objects_read(
        arena, STR("{\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\",\"annotations\":{\"last\":"
                   "\"hunter2\"}},\"data\":{\"pw\":\"hunter2\"},\"stringData\":\"hunter2\"}"));
    assert_int_equal(objects.count, 1);
    const struct str text = object_declaration(arena, &objects.items[0]);
    assert_false(str_contains(text, STR("hunter2")));
    assert_true(str_contains(text, STR("\"pw\"")));
    objects_free(&objects);
    arena_free(arena);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    char text[8192] = "kind: ";
    memset(text + 6, '[', sizeof text - 7);
    struct objects objects = objects_read(arena, str_of(text));
    assert_int_equal(objects.count, 0);
    objects_free(&objects);
    arena_free(arena);
}

static void plurals_are_those_of_kubectl(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    static const char *const words[][2] = {{"Pod", "pods"},
                                           {"NetworkPolicy", "networkpolicies"},
                                           {"Ingress", "ingresses"},
                                           {"Endpoints", "endpoints"},
                                           {"StorageClass", "storageclasses"}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        assert_true(str_eq(object_plural(arena, str_of(words[i][0])), str_of(words[i][1])));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_found_by_content),
        cmocka_unit_test(secrets_are_emptied),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(plurals_are_those_of_kubectl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
