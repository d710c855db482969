/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/room.h"

#include "actor/fixture_for_tests.h"

/* edge -> web -> orders -> db <- batch <- clock; other -> store */
static struct fixture *opened(const char *subject)
{
    static const char *const calls[][2] = {{"edge", "web"}, {"web", "orders"},  {"orders", "db"},
                                           {"batch", "db"}, {"clock", "batch"}, {"other", "store"}};
    struct fixture *fix = fixture_open();
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        topology_add(&fix->casefile->topology, str_of(calls[i][0]), str_of(calls[i][1]));
    fix->casefile->subject = str_of(subject);
    return fix;
}

static void take_all(struct room *room, const char *subject, uint32_t pieces)
{
    for (uint32_t i = 0; i < pieces; i++) {
        assert_true(room_is_left(room, str_of(subject)));
        room_take(room, str_of(subject));
    }
    assert_false(room_is_left(room, str_of(subject)));
    room_take(room, str_of(subject)); /* one too many takes nothing from others */
}

static void each_ring_has_room_of_its_own(void **state)
{
    (void)state;
    static const char *const near[] = {"edge", "web", "orders", "db", "batch"};
    struct fixture *fix = opened("web");
    struct room room = room_new(&fix->call, 2);
    take_all(&room, "store", 2);
    for (size_t i = 0; i < sizeof near / sizeof *near; i++)
        assert_true(room_is_left(&room, str_of(near[i])));
    assert_false(room_is_left(&room, STR("clock"))); /* calls nobody that is reached */
    assert_false(room_is_left(&room, STR("other")));
    take_all(&room, "node-7", 2); /* the graph does not show it */
    take_all(&room, "batch", 2);
    for (size_t i = 0; i < sizeof near / sizeof *near; i++)
        assert_false(room_is_left(&room, str_of(near[i])));
    fixture_close(fix);
}

static void where_the_graph_does_not_show_the_alerts_service_all_share_one(void **state)
{
    (void)state;
    static const char *const subjects[] = {"", "unheard-of"};
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        struct fixture *fix = opened(subjects[i]);
        struct room room = room_new(&fix->call, 3);
        take_all(&room, "store", 3);
        assert_false(room_is_left(&room, STR("web")));
        fixture_close(fix);
    }
}

static void no_room_is_no_room(void **state)
{
    (void)state;
    struct fixture *fix = opened("web");
    const struct room room = room_new(&fix->call, 0);
    assert_false(room_is_left(&room, STR("web")));
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ring_has_room_of_its_own),
        cmocka_unit_test(where_the_graph_does_not_show_the_alerts_service_all_share_one),
        cmocka_unit_test(no_room_is_no_room),
    };
    return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
