/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The questions hold nothing of anybody: the sum of two numbers, so that an answer can be wrong.
 * What is asked twice differs by being streamed.
 */
#include "cli/probe.h"

#include "base/arena.h"
#include "data/json.h"
#include "expert/expert.h"
#include "report/escape.h"

static const char *const labels[] = {"A", "B"};

static const struct brief brief_of_sum = {
    .ability = ABILITY_LABEL,
    .task = "check",
    .instructions = STR("Give the sum of the two numbers as `sum`. Answer with JSON of the form "
                        "that is asked for, and nothing else."),
    .material = STR("{\"numbers\":[2,3]}"),
    .schema = STR("{\"type\":\"object\",\"properties\":{\"sum\":{\"type\":\"integer\"}},"
                  "\"required\":[\"sum\"],\"additionalProperties\":false}"),
    .signals = MADE_OF_OUR_WORDS,
};

static const struct brief brief_of_odds = {
    .ability = ABILITY_LABEL,
    .task = "check",
    .instructions = STR("Which of the two is a fruit? Answer with its letter, and nothing else."),
    .material = STR("{\"A\":\"apple\",\"B\":\"bridge\"}"),
    .labels = labels,
    .labels_count = 2,
    .signals = MADE_OF_OUR_WORDS,
};

/* The form is what is tried; whether the sum is right is told beside it. */
static bool accept_sum(void *state, const json_t *answer, struct err *mistake)
{
    const json_t *sum = json_object_get(answer, "sum");
    *(bool *)state = json_integer_value(sum) == 5;
    return json_is_integer(sum) ||
           err_set(mistake, ERR_PROTOCOL, "`sum` is not there as a whole number");
}

static void hear_nothing(void *state, struct str so_far)
{
    (void)state, (void)so_far;
}

/* What one question showed. */
struct shown {
    const char *what;
    bool ok;
    bool is_right; /* not only the form of its answer */
    double seconds;
    double first_seconds; /* 0: it was not streamed */
    uint32_t repairs;
    struct str failure;
};

static struct shown ask(struct arena *arena, struct expert *expert, const char *what,
                        const struct brief *brief)
{
    const struct bill before = expert->bill;
    struct shown finding = {.what = what, .is_right = true};
    struct err err = {0};
    double odds[LABELS_MAX];
    finding.ok = brief->labels
                     ? expert_odds(expert, arena, brief, odds, &err)
                     : expert_ask(expert, arena, brief, accept_sum, &finding.is_right, &err);
    finding.seconds = (double)(expert->bill.waited_ns - before.waited_ns) / (double)NS_PER_S;
    finding.first_seconds =
        finding.ok && brief->hear ? (double)expert->bill.first_ns / (double)NS_PER_S : 0.0;
    finding.repairs = expert->bill.repairs - before.repairs;
    if (!finding.ok) {
        struct buf plain = buf_new(arena);
        escape_plain(&plain, str_of(err.text));
        finding.failure = buf_str(&plain);
    }
    return finding;
}

/* A model that answers and does not stream is asked no less well: its file should say so. */
static uint32_t probe(struct arena *arena, struct expert *expert, struct shown findings[3])
{
    uint32_t count = 0;
    struct brief streamed = brief_of_sum;
    streamed.hear = hear_nothing;
    findings[count++] = ask(arena, expert, "answers", &brief_of_sum);
    if (findings[0].ok && expert->config.streams && expert->config.type->take) {
        findings[count] = ask(arena, expert, "streams", &streamed);
        struct shown *finding = &findings[count++];
        if (!finding->ok)
            finding->failure =
                str_printf(arena, "%.*s; or write `stream: false`", STR_ARG(finding->failure));
    }
    if (findings[0].ok && expert->config.tells_odds)
        findings[count++] = ask(arena, expert, "odds", &brief_of_odds);
    return count;
}

static void print_finding(struct buf *out, const struct shown *finding)
{
    buf_printf(out, "  %-8s ", finding->what);
    if (!finding->ok) {
        buf_printf(out, "no: %.*s\n", STR_ARG(finding->failure));
        return;
    }
    buf_printf(out, "yes, %.1f s", finding->seconds);
    if (finding->first_seconds > 0.0)
        buf_printf(out, ", the first word after %.1f s", finding->first_seconds);
    if (!finding->is_right)
        buf_add(out, STR(", in the form that was asked for, but two and three are not five to it"));
    if (finding->repairs > 0)
        buf_add(out, STR(", after it was shown a mistake of form"));
    buf_add_char(out, '\n');
}

static void put_finding(struct buf *out, const struct shown *finding)
{
    json_put_comma(out);
    buf_printf(out,
               "{\"what\":\"%s\",\"ok\":%s,\"seconds\":%.3f,\"first_seconds\":%.3f,"
               "\"repairs\":%u,\"is_right\":%s,\"failure\":",
               finding->what, finding->ok ? "true" : "false", finding->seconds,
               finding->first_seconds, finding->repairs, finding->is_right ? "true" : "false");
    if (finding->failure.len > 0)
        json_put_text(out, finding->failure);
    else
        buf_add(out, STR("null"));
    buf_add_char(out, '}');
}

static void print_model(struct buf *out, const struct expert_config *config, bool json)
{
    if (json) {
        json_put_comma(out);
        buf_add(out, STR("{\"name\":"));
        json_put_text(out, config->name);
        json_put_key(out, "model");
        json_put_text(out, config->model);
        json_put_key(out, "host");
        json_put_text(out, config->host);
        json_put_key(out, "findings");
        buf_add_char(out, '[');
        return;
    }
    escape_plain(out, config->name);
    buf_printf(out, "  %s  ", config->type->name);
    escape_plain(out, config->model);
    buf_add(out, STR("  "));
    escape_plain(out, config->host);
    buf_add_char(out, '\n');
}

bool probe_models(struct arena *arena, const struct experts *experts,
                  const struct transport *transport, bool json, struct buf *out)
{
    bool all = true;
    if (json)
        buf_add_char(out, '[');
    for (uint32_t i = 0; i < experts->count; i++) {
        struct expert expert = expert_open(arena, &experts->items[i], clock_system(), transport);
        struct shown findings[3];
        print_model(out, &experts->items[i], json);
        const uint32_t count = probe(arena, &expert, findings);
        for (uint32_t j = 0; j < count; j++) {
            (json ? put_finding : print_finding)(out, &findings[j]);
            all = all && findings[j].ok;
        }
        if (json)
            buf_add(out, STR("]}"));
    }
    if (json)
        buf_add(out, STR("]\n"));
    return all;
}
