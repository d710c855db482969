/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/events/manifest.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define SERVICE                                                                                    \
    "kind: Service\nmetadata:\n  name: web # by hand\nspec:\n  ports:\n"                           \
    "  - name: http\n    port: 80\n  - port: 443\n  list: [a, \"b: c\"]\n"

static const struct {
    const char *why;
    const char *text;
    const char *object; /* "Kind/name" */
    const char *path;
    const char *want; /* NULL: there is no such object */
} values[] = {
    {"a scalar", SERVICE, "Service/web", "metadata.name", "web"},
    {"an item of a sequence has a number", SERVICE, "Service/web", "spec.ports[1].port", "443"},
    {"so has one in brackets", SERVICE, "Service/web", "spec.list[1]", "b: c"},
    {"a sequence may stand at its parent's indent",
     "kind: A\nmetadata: {name: x}\nv:\n- one\n- two\n", "A/x", "v[1]", "two"},
    {"many documents", "kind: A\nmetadata: {name: x}\n---\n" SERVICE, "Service/web",
     "spec.ports[0].name", "http"},
    {"a damaged document costs itself only", "kind: [\n---\n" SERVICE, "Service/web",
     "metadata.name", "web"},
    {"a List is its items",
     "kind: List\nitems:\n- kind: A\n  metadata: {name: x}\n  v: 1\n"
     "- kind: A\n  metadata: {name: y}\n  v: 2\n",
     "A/y", "v", "2"},
    {"without a name it is no object", "kind: A\nv: 1\n", "A/", "v", NULL},
    {"an alias is not followed", "kind: A\nmetadata: {name: x}\na: &q 1\nb: *q\nc: 2\n", "A/x", "c",
     "2"},
    {"dashes inside a text divide nothing", "kind: A\nmetadata: {name: x}\nv: a---b\n", "A/x", "v",
     "a---b"},
    {"no text, no objects", "", "A/x", "v", NULL},
};

static const struct manifest *find(const struct manifests *manifests, const char *object)
{
    char name[128];
    for (uint32_t i = 0; i < manifests->count; i++) {
        snprintf(name, sizeof name, "%.*s/%.*s", STR_ARG(manifests->items[i].kind),
                 STR_ARG(manifests->items[i].name));
        if (strcmp(name, object) == 0)
            return &manifests->items[i];
    }
    return NULL;
}

static void values_have_paths(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        const struct manifests all = manifest_parse(arena, str_of(values[i].text));
        const struct manifest *got = find(&all, values[i].object);
        if (!got != !values[i].want)
            fail_msg("%s: %s is %sthere", values[i].why, values[i].object, got ? "" : "not ");
        if (!got)
            continue;
        const struct str value = entries_value(&got->entries, values[i].path);
        if (!str_eq(value, str_of(values[i].want)))
            fail_msg("%s: `%.*s`, not `%s`", values[i].why, STR_ARG(value), values[i].want);
    }
    arena_free(arena);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    char text[4096];
    memset(text, '[', sizeof text);
    const struct manifests all =
        manifest_parse(arena, (struct str){.ptr = text, .len = sizeof text});
    assert_int_equal(all.count, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_paths),
        cmocka_unit_test(depth_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
