/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/bundle/story.h"

#include "base/arena.h"
#include "base/clock.h"
#include "gym/bundle/bundle.h"
#include "gym/bundle/prometheus.h"
#include "gym/world/deploy.h"
#include "gym/world/http.h"
#include "gym/world/inventory.h"
#include "gym/world/keeper.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define HEALED_WAIT_S                                                                              \
    90 /* rules look back 30 s and 1 min, and a crash waits up to 30 s to start                    \
        */
#define RESOLVED_WAIT_S 5

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    char text[512], at[16];
    const time_t now = time(NULL);
    struct tm tm;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    strftime(at, sizeof at, "%H:%M:%S", gmtime_r(&now, &tm));
    fprintf(stderr, "%s %s\n", at, text);
}

static bool wait_s(double seconds, struct err *err)
{
    const struct clock clock = clock_system();
    const struct deadline deadline = deadline_in(clock, (int64_t)(seconds * 1e9));
    while (!deadline_passed(deadline, clock)) {
        if (keeper_is_asked_to_end())
            return err_set(err, ERR_CANCELLED, "asked to end");
        nap_ms(100);
    }
    return true;
}

/* ---- before it ---- */

/* Commits spread over the time in which the shop warms up. */
static bool warm_up(struct world *world, const struct scenario *scenario, const char *but,
                    struct err *err)
{
    const double gap_s = (double)scenario->warm_s / (scenario->innocent + 1.0);
    const struct clock clock = clock_system();
    const int64_t began_ns = clock_now_ns(clock);
    for (unsigned i = 0; i < scenario->innocent; i++) {
        const double due_s = gap_s * (i + 1);
        const double now_s = (double)(clock_now_ns(clock) - began_ns) / 1e9;
        if (now_s < due_s && !wait_s(due_s - now_s, err))
            return false;
        if (!deploy_innocent(world, but, false, err))
            return false;
    }
    const double now_s = (double)(clock_now_ns(clock) - began_ns) / 1e9;
    return now_s >= scenario->warm_s || wait_s(scenario->warm_s - now_s, err);
}

/* A bystander ends and is started again: nobody's fault, and nothing comes of it. */
static bool bystander_restart(struct world *world, const char *but)
{
    static const char *const bystanders[] = {"recommendation-1", "worker-2", "shipping-1"};
    struct process_state state;
    for (size_t i = 0; i < 3; i++) {
        const struct instance *it = instance_find(bystanders[(world->seed + i) % 3]);
        if (strcmp(it->service, but) != 0 && process_find(world->processes, it->name, &state))
            return process_signal(world->processes, state.number, SIGKILL);
    }
    return true;
}

/* A bystander tells everything for a while: much to read, and nothing wrong in it. */
static bool bystander_noise(struct world *world, const char *but, struct err *err)
{
    static const char *const bystanders[] = {"shipping", "recommendation", "worker"};
    char id[CHANGE_ID_SIZE];
    size_t at = world->seed % 3;
    if (strcmp(bystanders[at], but) == 0)
        at = (at + 1) % 3;
    const char *service = bystanders[at];
    const struct str message =
        str_printf(world->arena, "%s: log each request while we look at the late answers", service);
    return deploy_set(world, service, NULL, "log_level", "debug", err) &&
           deploy_commit(world, "Mina Okafor", message.ptr, id, err) &&
           deploy_rollout(world, &(struct rollout){.author = "Mina Okafor", .service = service},
                          NULL, err);
}

static bool red_herring(struct world *world, const char *name, const char *but, struct err *err)
{
    say("red herring: %s", name);
    if (strcmp(name, "deploy") == 0)
        return deploy_innocent(world, but, true, err);
    if (strcmp(name, "restart") == 0)
        return bystander_restart(world, but);
    if (strcmp(name, "noise") == 0)
        return bystander_noise(world, but, err);
    return err_set(err, ERR_USAGE,
                   "there is no red herring `%s`; there are deploy, restart and noise", name);
}

/* ---- it ---- */

static bool run_begin(struct world *world, const struct scenario *scenario, struct fault_run *run,
                      struct err *err)
{
    *run = (struct fault_run){.seed = world->seed};
    for (size_t i = 0; i < scenario->options_count; i++) {
        run->options[i].key = scenario->option_keys[i];
        run->options[i].value = scenario->option_values[i];
    }
    run->options_count = scenario->options_count;
    return fault_place(scenario->fault, scenario->place, run, err) &&
           (scenario->fault->can_run(&world->host, err) ||
            err_context(err, "%s cannot run here", scenario->fault->name));
}

/* In slices, so that who asks us to end need not wait. */
static bool wait_for_alert(struct world *world, const struct scenario *scenario, int64_t since_ns,
                           struct str *body, struct err *err)
{
    for (unsigned waited_s = 0; waited_s < scenario->wait_s; waited_s++) {
        if (alert_wait(world, scenario->alert, since_ns, 1, world->arena, body, err))
            return true;
        if (err->kind != ERR_TIMEOUT || keeper_is_asked_to_end())
            return err_set(err, ERR_CANCELLED, "asked to end");
    }
    return err_set(err, ERR_TIMEOUT, "%s has not fired within %u s of %s: nothing to record",
                   scenario->alert ? scenario->alert : "a critical alert", scenario->wait_s,
                   scenario->fault->name);
}

static bool break_it(struct world *world, const struct scenario *scenario, struct fault_run *run,
                     struct str *alert, struct err *err)
{
    /* an alert from before it, still firing, opens no case of ours; for the control any will do */
    const int64_t since_ns = scenario->fault->place[0] || scenario->place[0] ? wall_clock_ns() : 0;
    say("%s at %s", scenario->fault->name, run->instance[0] ? run->instance : run->service);
    if (!scenario->fault->inject(world, run, err))
        return err_context(err, "%s", scenario->fault->name);
    say("%s", run->truth.cause);
    if (!wait_for_alert(world, scenario, since_ns, alert, err))
        return false;
    say("the alert has come, %.0f s after it began",
        (double)(wall_clock_ns() - run->truth.onset_ns) / 1e9);
    bundle_note_state(world);
    return wait_s(scenario->after_s, err);
}

/* ---- after it ---- */

static bool heal_it(struct world *world, const struct scenario *scenario, struct fault_run *run,
                    struct err *err)
{
    unsigned critical = 1;
    const struct clock clock = clock_system();
    const struct deadline deadline = deadline_in(clock, HEALED_WAIT_S * NS_PER_S);
    if (!scenario->fault->heal(world, run, err))
        return err_context(err, "healing %s", scenario->fault->name);
    if (!run->truth.service[0]) { /* the control: its alert may well be right, and stay */
        say("nothing was broken");
        return true;
    }
    while (!deadline_passed(deadline, clock)) {
        if (!wait_s(RESOLVED_WAIT_S, err) || !prometheus_critical(&critical, err))
            return false;
        if (critical == 0) {
            say("healed: no critical alert fires");
            return true;
        }
    }
    return err_set(err, ERR_TIMEOUT, "%s is healed, and after %d s %u critical alerts still fire",
                   scenario->fault->name, HEALED_WAIT_S, critical);
}

static bool record_it(struct world *world, const struct story *story, const struct fault_run *run,
                      int64_t from_ns, struct str alert, struct err *err)
{
    const struct recording recording = {
        .scenario = story->scenario,
        .run = run,
        .from_ns = from_ns,
        .to_ns = wall_clock_ns(),
        .alert = alert,
    };
    if (!bundle_write(world, &recording, err) || !bundle_deliver(world, story->out, err))
        return err_context(err, "%s", story->out);
    say("recorded %s", story->out);
    return true;
}

bool story_tell(struct world *world, const struct story *story, struct err *err)
{
    const struct scenario *scenario = story->scenario;
    struct fault_run run;
    struct str alert;
    say("the world %s comes up", world->journal.id);
    if (!run_begin(world, scenario, &run, err))
        return false;
    if (scenario->fault->prepare)
        scenario->fault->prepare(world, &run);
    if (!world_up(world, err) || !world_load(world, scenario->load_per_s, err))
        return false;
    const int64_t from_ns = wall_clock_ns();
    const char *but = run.service;
    say("%.1f requests a second, for %u s", scenario->load_per_s, scenario->warm_s);
    if (!warm_up(world, scenario, but, err))
        return false;
    for (size_t i = 0; i < scenario->red_herrings_count; i++)
        if (!red_herring(world, scenario->red_herrings[i], but, err) || !wait_s(5, err))
            return false;
    return break_it(world, scenario, &run, &alert, err) &&
           record_it(world, story, &run, from_ns, alert, err) &&
           heal_it(world, scenario, &run, err);
}
