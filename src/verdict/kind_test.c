/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/kind.h"

#include "base/arena.h"
#include "verdict/verdict.h"
#include "verdict/weights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define PIECES_MAX 5

struct piece {
    enum finding finding;
    double strength;
    enum kind kind;      /* that it names */
    const char *cause;   /* NULL: none */
    const char *subject; /* NULL: `cart` */
    bool eased;
};

#define SHOWN(id, of_strength)                                                                     \
    {                                                                                              \
        .finding = FINDING_##id, .strength = of_strength                                           \
    }
#define NAMED(id, of_strength, kind_id)                                                            \
    {                                                                                              \
        .finding = FINDING_##id, .strength = of_strength, .kind = KIND_##kind_id                   \
    }

/* That much more comes in where users do: 1 - 1 / its rise. */
#define LOAD(of_strength)                                                                          \
    {                                                                                              \
        .finding = FINDING_TRAFFIC, .strength = of_strength, .kind = KIND_TRAFFIC,                 \
        .subject = "web"                                                                           \
    }

static int64_t now_ns;
static const struct alert alert = {.service = STR("web")};
static const struct alert alert_of_silence = {.name = STR("JobsMissing"), .service = STR("web")};

static enum signal signal_of(const struct piece *piece)
{
    switch (piece->finding) {
    case FINDING_COMPLAINT:
    case FINDING_LOG_ERRORS:
    case FINDING_EXCEPTION:
        return SIGNAL_LOGS;
    case FINDING_CONFIGURATION:
    case FINDING_CHANGE:
        return SIGNAL_CHANGES;
    case FINDING_SELF_TIME:
    case FINDING_SPAN_ERRORS:
    case FINDING_REPEATED:
        return SIGNAL_TRACES;
    default:
        return SIGNAL_METRICS;
    }
}

/* `web` calls `cart`. The kind of the hypothesis about `cart`. */
static enum kind judged(const struct alert *about, const struct piece *pieces)
{
    enum kind kind = KINDS_COUNT;
    struct casefile *casefile = casefile_open(about, clock_fixed(&now_ns), NS_PER_S);
    casefile->weights = weights_prior();
    casefile->subject = STR("web");
    topology_add(&casefile->topology, STR("web"), STR("cart"));
    for (const struct piece *it = pieces; it < pieces + PIECES_MAX && it->strength > 0; it++)
        casefile_add(casefile, &(struct evidence){
                                   .signal = signal_of(it),
                                   .bearing = BEARING_SUPPORTS,
                                   .finding = it->finding,
                                   .kind = it->kind,
                                   .eased = it->eased,
                                   .subject = str_of(it->subject ? it->subject : "cart"),
                                   .cause = str_of(it->cause),
                                   .claim = str_of(kind_name(it->kind)), /* no two are the same */
                                   .strength = it->strength});
    verdict_rank(casefile);
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next)
        if (str_eq(it->subject, STR("cart")))
            kind = it->kind;
    casefile_close(casefile);
    return kind;
}

static const struct {
    const char *why;
    struct piece pieces[PIECES_MAX];
    enum kind kind;
} cases[] = {
    {"a resource", {SHOWN(CPU, 0.8)}, KIND_CPU},
    {"late, and nothing else: it waits", {SHOWN(LATENCY, 0.9)}, KIND_NETWORK_DELAY},
    {"late for want of memory", {SHOWN(LATENCY, 0.9), SHOWN(MEMORY, 0.6)}, KIND_MEMORY},
    {"memory that grew keeps the processor busy",
     {SHOWN(CPU, 0.95), SHOWN(MEMORY, 0.92)},
     KIND_MEMORY},
    {"memory that moved a little does not", {SHOWN(CPU, 0.95), SHOWN(MEMORY, 0.5)}, KIND_CPU},
    {"failing, by an exception", {SHOWN(ERRORS, 0.9), SHOWN(EXCEPTION, 0.6)}, KIND_EXCEPTION},
    {"an object, in the words of its cause",
     {{.finding = FINDING_OBJECT, .strength = 0.9, .cause = "the image cannot be pulled"}},
     KIND_IMAGE},
    {"an object in other words",
     {{.finding = FINDING_OBJECT, .strength = 0.9, .cause = "it is purple"}},
     KIND_UNKNOWN},
    {"nothing but a change", {SHOWN(CHANGE, 0.9)}, KIND_CHANGE},

    {"words that name it go before all that moved",
     {SHOWN(CPU, 0.95), SHOWN(LATENCY, 0.95), NAMED(COMPLAINT, 0.6, DISK)},
     KIND_DISK},
    {"of two, the surer",
     {SHOWN(CPU, 0.9), NAMED(COMPLAINT, 0.5, NETWORK_LOSS), NAMED(COMPLAINT, 0.8, LOCKS)},
     KIND_LOCKS},
    {"words of any fault name none",
     {SHOWN(CPU, 0.9), NAMED(COMPLAINT, 0.2, DEPENDENCY)},
     KIND_CPU},
    {"but they have a vote",
     {SHOWN(ERRORS, 0.3), NAMED(COMPLAINT, 0.24, DEPENDENCY)},
     KIND_DEPENDENCY},
    {"words about another do not count",
     {SHOWN(CPU, 0.9),
      {.finding = FINDING_COMPLAINT, .strength = 0.9, .kind = KIND_DISK, .subject = "web"}},
     KIND_CPU},

    {"what a setting governs, as it was changed right then",
     {SHOWN(CHANGE, 0.95), SHOWN(CPU, 0.9), NAMED(CONFIGURATION, 0.1, IMAGE)},
     KIND_IMAGE},
    {"not if that is long ago",
     {SHOWN(CHANGE, 0.3), SHOWN(CPU, 0.9), NAMED(CONFIGURATION, 0.1, IMAGE)},
     KIND_CPU},
    {"failing for what was set",
     {SHOWN(CHANGE, 0.95), SHOWN(SPAN_ERRORS, 0.9), NAMED(CONFIGURATION, 0.8, CONFIGURATION)},
     KIND_CONFIGURATION},
    {"a knob of its own work says less than what it does",
     {SHOWN(CHANGE, 0.95), SHOWN(SPAN_ERRORS, 0.9), SHOWN(CONFIGURATION, 0.4)},
     KIND_EXCEPTION},
    {"a limit that logs say is reached goes before a setting",
     {SHOWN(CHANGE, 0.95), NAMED(COMPLAINT, 0.88, CONFIGURATION),
      NAMED(CONFIGURATION, 0.2, ROUTING)},
     KIND_CONFIGURATION},

    {"changed code that computes for longer",
     {SHOWN(CHANGE, 0.95), SHOWN(CPU, 0.9), SHOWN(LATENCY, 0.7)},
     KIND_SLOW_CODE},
    {"changed code that is late without computing",
     {SHOWN(CHANGE, 0.95), SHOWN(LATENCY, 0.7)},
     KIND_NETWORK_DELAY},
    {"code that nobody changed does not become slow by itself", {SHOWN(SELF_TIME, 0.9)}, KIND_CPU},
    {"calls one by one name another path",
     {SHOWN(CHANGE, 0.95), SHOWN(LATENCY, 0.9), NAMED(REPEATED, 0.6, CODE_PATH)},
     KIND_CODE_PATH},

    {"who uses less lacks nothing",
     {{.finding = FINDING_CPU, .strength = 0.9, .eased = true}, SHOWN(LATENCY, 0.3)},
     KIND_NETWORK_DELAY},
    {"unless it was killed for it",
     {{.finding = FINDING_MEMORY, .strength = 0.9, .eased = true}},
     KIND_MEMORY},

    {"it cannot be measured, and nobody feels anything",
     {SHOWN(CPU, 0.5), NAMED(OTHER_METRIC, 0.5, MISSING_DATA)},
     KIND_MISSING_DATA},
    {"it cannot be measured, and who calls it fails",
     {SHOWN(CPU, 0.5),
      NAMED(OTHER_METRIC, 0.5, MISSING_DATA),
      {.finding = FINDING_ERRORS, .strength = 0.9, .subject = "web"}},
     KIND_CPU},
    {"silent, and nobody feels anything", {SHOWN(MISSING, 0.9)}, KIND_MISSING_DATA},
    {"silent, and who calls it fails",
     {SHOWN(MISSING, 0.9), {.finding = FINDING_SPAN_ERRORS, .strength = 0.9, .subject = "web"}},
     KIND_CRASH},

    {"a probe fails that was changed, and nothing else is wrong",
     {SHOWN(CHANGE, 0.95), SHOWN(RESTART, 0.9), NAMED(COMPLAINT, 0.4, PROBE)},
     KIND_PROBE},
    {"a probe fails where it has reason to",
     {SHOWN(CHANGE, 0.95), SHOWN(MEMORY, 0.9), NAMED(COMPLAINT, 0.4, PROBE)},
     KIND_MEMORY},
    {"a probe that nobody changed is right",
     {SHOWN(RESTART, 0.9), NAMED(COMPLAINT, 0.4, PROBE)},
     KIND_CRASH},
    {"and has no vote", {SHOWN(CPU, 0.1), NAMED(COMPLAINT, 0.9, PROBE)}, KIND_CPU},

    {"many times the load", {SHOWN(CPU, 0.9), LOAD(0.9)}, KIND_TRAFFIC},
    {"connections are not answered for it",
     {SHOWN(LATENCY, 0.9), NAMED(COMPLAINT, 0.5, NETWORK_LOSS), LOAD(0.9)},
     KIND_TRAFFIC},
    {"a little more is no reason", {SHOWN(CPU, 0.9), LOAD(0.4)}, KIND_CPU},
    {"nor for what has another name",
     {SHOWN(LATENCY, 0.9), NAMED(COMPLAINT, 0.9, DISK), LOAD(0.9)},
     KIND_DISK},
    {"nor for who was just changed", {SHOWN(CHANGE, 0.95), SHOWN(CPU, 0.9), LOAD(0.9)}, KIND_CPU},
    {"not answered, and packets take long",
     {NAMED(COMPLAINT, 0.5, NETWORK_LOSS), NAMED(NETWORK, 0.6, NETWORK_DELAY)},
     KIND_NETWORK_DELAY},
    {"not answered, and some packets are sent again",
     {NAMED(COMPLAINT, 0.5, NETWORK_LOSS), NAMED(NETWORK, 0.6, NETWORK_LOSS)},
     KIND_NETWORK_LOSS},
};

static void evidence_gives_the_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const enum kind kind = judged(&alert, cases[i].pieces);
        if (kind != cases[i].kind)
            fail_msg("%s: %s", cases[i].why, kind < KINDS_COUNT ? kind_name(kind) : "(none)");
    }
}

static void what_is_missed_was_left_out(void **state)
{
    (void)state;
    static const struct piece changed[PIECES_MAX] = {SHOWN(CHANGE, 0.95), SHOWN(CPU, 0.4)};
    static const struct piece earlier[PIECES_MAX] = {SHOWN(CHANGE, 0.3), SHOWN(CPU, 0.4)};
    static const struct piece failing[PIECES_MAX] = {SHOWN(CHANGE, 0.95), SHOWN(ERRORS, 0.9),
                                                     SHOWN(EXCEPTION, 0.4)};
    assert_int_equal(judged(&alert_of_silence, changed), KIND_CODE_PATH);
    assert_int_equal(judged(&alert, changed), KIND_CPU);
    assert_int_equal(judged(&alert_of_silence, earlier), KIND_CPU);
    assert_int_equal(judged(&alert_of_silence, failing), KIND_EXCEPTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_gives_the_kind),
        cmocka_unit_test(what_is_missed_was_left_out),
    };
    return cmocka_run_group_tests_name("kind", tests, NULL, NULL);
}
