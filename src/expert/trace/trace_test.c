/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/small.h"
#include "expert/trace/blame.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_near(a, b, by) assert_true(fabs((a) - (b)) <= (by))

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new("test");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- rows as the tools give them ---- */

static const struct field call_columns[] = {
    {"kind", TYPE_TEXT, 0, "", NULL},
    {"service", TYPE_TEXT, 0, "", NULL},
    {"operation", TYPE_TEXT, 0, "", NULL},
    {"caller", TYPE_TEXT, 0, "", NULL},
    {"hits_since", TYPE_INT, 0, "", NULL},
    {"tries_since", TYPE_INT, 0, "", NULL},
    {"more", TYPE_BOOL, 0, "", NULL},
    {"strength", TYPE_REAL, 0, "", NULL},
    {0},
};

static const struct field edge_columns[] = {
    {"caller", TYPE_TEXT, 0, "", NULL},
    {"callee", TYPE_TEXT, 0, "", NULL},
    {0},
};

static const struct field unseen_columns[] = {
    {"kind", TYPE_TEXT, 0, "", NULL},
    {"callee", TYPE_TEXT, 0, "", NULL},
    {"strength", TYPE_REAL, 0, "", NULL},
    {0},
};

static const struct field step_columns[] = {
    {"service", TYPE_TEXT, 0, "", NULL},
    {"operation", TYPE_TEXT, 0, "", NULL},
    {"callee", TYPE_TEXT, 0, "", NULL},
    {"requests_since", TYPE_INT, 0, "", NULL},
    {"ms_base", TYPE_REAL, 0, "", NULL},
    {"growth_ms", TYPE_REAL, 0, "", NULL},
    {"strength", TYPE_REAL, 0, "", NULL},
    {"share", TYPE_REAL, 0, "", NULL},
    {0},
};

struct call_row {
    const char *kind, *service, *operation, *caller;
    int64_t hits, tries;
    double strength;
};

/* The shop calls orders, which calls stock; orders is slow, and the way to it looks slow. */
static const struct call_row usual[] = {
    {"gap", "orders", "place", "shop", 30, 60, 0.4}, {"slow", "orders", "place", "", 55, 60, 0.9},
    {"failed", "shop", "GET /", "", 6, 60, 0.1},     {"own", "orders", "", "", 50, 60, 0.8},
    {"path", "stock", "reserve", "", 3, 60, 0.05},
};

static void add_call(struct batch *rows, const struct call_row *call)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "kind", value_text(str_of(call->kind)));
    batch_set(rows, row, "service", value_text(str_of(call->service)));
    batch_set(rows, row, "operation", value_text(str_of(call->operation)));
    batch_set(rows, row, "caller", value_text(str_of(call->caller)));
    batch_set(rows, row, "hits_since", value_int(call->hits));
    batch_set(rows, row, "tries_since", value_int(call->tries));
    batch_set(rows, row, "more", value_bool(true));
    batch_set(rows, row, "strength", value_real(call->strength));
}

static void add_edge(struct batch *rows, const char *caller, const char *callee)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "caller", value_text(str_of(caller)));
    batch_set(rows, row, "callee", value_text(str_of(callee)));
}

static void add_step(struct batch *rows, const char *service, const char *operation, double grown)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(str_of(service)));
    batch_set(rows, row, "operation", value_text(str_of(operation)));
    batch_set(rows, row, "callee", value_text(STR("")));
    batch_set(rows, row, "requests_since", value_int(60));
    batch_set(rows, row, "ms_base", value_real(7));
    batch_set(rows, row, "growth_ms", value_real(grown));
    batch_set(rows, row, "strength", value_real(0.5));
    batch_set(rows, row, "share", value_real(0.5));
}

/* The same, from the first row to the last or the other way round. */
static struct span_classes classes_of(bool backwards)
{
    struct batch *calls = batch_new(arena, call_columns), *edges = batch_new(arena, edge_columns);
    struct batch *unseen = batch_new(arena, unseen_columns);
    struct batch *steps = batch_new(arena, step_columns);
    const size_t count = sizeof usual / sizeof *usual;
    for (size_t i = 0; i < count; i++)
        add_call(calls, &usual[backwards ? count - 1 - i : i]);
    add_edge(edges, backwards ? "orders" : "shop", backwards ? "stock" : "orders");
    add_edge(edges, backwards ? "shop" : "orders", backwards ? "orders" : "stock");
    add_edge(edges, "stock", "db");
    add_step(steps, backwards ? "shop" : "orders", backwards ? "GET /" : "place",
             backwards ? 1 : 24);
    add_step(steps, backwards ? "orders" : "shop", backwards ? "place" : "GET /",
             backwards ? 24 : 1);
    const size_t row = batch_add_row(unseen);
    batch_set(unseen, row, "kind", value_text(STR("late")));
    batch_set(unseen, row, "callee", value_text(STR("db")));
    batch_set(unseen, row, "strength", value_real(0.05));
    const struct class_rows rows = {
        .calls = calls, .edges = edges, .unseen = unseen, .steps = steps};
    return span_classes_of(arena, &rows);
}

static const struct span_class *find(const struct span_classes *classes, const char *service)
{
    for (uint32_t i = 0; i < classes->count; i++)
        if (str_eq(classes->items[i].service, str_of(service)))
            return &classes->items[i];
    fail_msg("no class of %s", service);
    return NULL;
}

static void facts_are_those_of_the_rows(void **state)
{
    (void)state;
    const struct span_classes classes = classes_of(false);
    assert_int_equal(classes.count, 4);
    const double *orders = find(&classes, "orders")->of, *shop = find(&classes, "shop")->of;
    assert_near(orders[CLASS_SLOW], 0.9, 1e-9);
    assert_near(orders[CLASS_SLOW_SHARE], 55.0 / 60, 1e-9);
    assert_near(orders[CLASS_SLOW_ALONE], 0.9, 1e-9); /* stock is not sick */
    assert_near(orders[CLASS_OWN], 0.8, 1e-9);
    assert_near(orders[CLASS_GAP], 0.4, 1e-9);
    assert_near(orders[CLASS_GAP_ALONE], 0.4, 1e-9); /* the shop is not slow */
    assert_near(orders[CLASS_GAP_CALLERS], 1, 1e-9);
    assert_near(orders[CLASS_PATH], 0.25, 1e-9);
    assert_near(orders[CLASS_PATH_FIRST], 1, 1e-9);
    assert_near(orders[CLASS_GROWTH], 24 / (24 + 8 * 8.0), 1e-9);
    assert_near(orders[CLASS_DEPTH], 1.0 / 3, 1e-9);
    assert_near(shop[CLASS_CALLEE_SICK], 0.9, 1e-9);
    assert_near(shop[CLASS_FAILED_ALONE], 0.1 * (1 - 0.9), 1e-9);
    assert_near(shop[CLASS_PATH_FIRST], 0, 1e-9);
    assert_near(find(&classes, "stock")->of[CLASS_CALLS_UNSEEN], 0.05, 1e-9);
    assert_near(find(&classes, "db")->of[CLASS_LATE], 0.05, 1e-9);
    assert_near(find(&classes, "db")->of[CLASS_UNSEEN], 1, 1e-9);
}

static void the_order_of_rows_is_nothing_to_it(void **state)
{
    (void)state;
    const struct span_classes a = classes_of(false), b = classes_of(true);
    assert_int_equal(a.count, b.count);
    for (uint32_t i = 0; i < a.count; i++) {
        assert_true(str_eq(a.items[i].service, b.items[i].service));
        assert_true(str_eq(a.items[i].operation, b.items[i].operation));
        for (int fact = 0; fact < CLASS_FACTS_COUNT; fact++)
            assert_near(a.items[i].of[fact], b.items[i].of[fact], 1e-12);
    }
}

static void who_is_slow_itself_is_at_fault(void **state)
{
    (void)state;
    const struct span_classes classes = classes_of(false);
    double probabilities[8], sum = 0;
    trace_blame(trace_weights_shipped(), &classes, probabilities);
    for (uint32_t i = 0; i < classes.count; i++)
        sum += probabilities[i];
    assert_near(sum, 1, 0.005);
    assert_true(probabilities[find(&classes, "orders") - classes.items] > 0.5);
}

static void nothing_asked_is_no_class(void **state)
{
    (void)state;
    const struct class_rows rows = {0};
    assert_int_equal(span_classes_of(arena, &rows).count, 0);
}

/* ---- by name ---- */

static bool ask(const char *task, const char *material, struct opinion *out, struct err *err)
{
    const struct brief brief = {.task = task, .material = str_of(material)};
    return small_infer(small_expert_find(STR("trace")), &brief, arena, out, err);
}

static void its_own_example_is_answered_in_any_order(void **state)
{
    (void)state;
    const struct small_task *task = small_expert_find(STR("trace"))->tasks;
    struct opinion opinion, other;
    struct err err = {0};
    assert_true(ask(task->name, task->material, &opinion, &err));
    json_t *answer = json_loadb(opinion.text.ptr, opinion.text.len, 0, NULL);
    const json_t *first = json_array_get(json_object_get(answer, "classes"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "service")), "orders");
    json_decref(answer);
    assert_true(ask(task->name,
                    "{\"classes\": [{\"service\": \"orders\", \"operation\": \"place\", \"slow\": "
                    "0.9, \"path\": 0.7, \"strongest\": 0.9}, {\"service\": \"shop\", "
                    "\"operation\": \"GET /\", \"gap\": 0.8, \"strongest\": 0.3}]}",
                    &other, &err));
    assert_true(str_eq(opinion.text, other.text));
    json_t *card = json_loads(small_expert_find(STR("trace"))->card().ptr, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(card, "name")), "trace");
    json_decref(card);
}

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "{}",
                                        "{\"classes\": []}",
                                        "{\"classes\": [1]}",
                                        "{\"classes\": [{\"service\": \"a\", \"slow\": 2}]}",
                                        "{\"classes\": [{\"service\": \"a\", \"slow\": \"much\"}]}",
                                        "{\"classes\": [{\"operation\": \"a\"}]}"};
    struct opinion opinion;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_false(ask("rank_span_classes", wrong[i], &opinion, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
    struct err err = {0};
    assert_false(ask("write_a_poem", "{}", &opinion, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_those_of_the_rows),
        cmocka_unit_test(the_order_of_rows_is_nothing_to_it),
        cmocka_unit_test(who_is_slow_itself_is_at_fault),
        cmocka_unit_test(nothing_asked_is_no_class),
        cmocka_unit_test(its_own_example_is_answered_in_any_order),
        cmocka_unit_test(what_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests_name("trace", tests, setup, teardown);
}
