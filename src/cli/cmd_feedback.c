/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `warroom feedback`: what a person says of a report is kept, for training. Who has just read the
 * report has the bundle at hand, or the journal; the bundle is investigated again, which gives the
 * same report, for only so all that was found is known.
 */
#include "cli/command.h"

#include "base/arena.h"
#include "cli/conclude.h"
#include "cli/shelve.h"
#include "data/json.h"
#include "feedback/feedback.h"
#include "report/escape.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

extern const struct command command_feedback;

struct options {
    const char *what; /* the case, or "list" */
    const char *judgement, *cause, *service, *change, *note, *fix, *ledger;
    bool nothing, json;
};

static const char *parse_options(int argc, char **argv, struct options *out)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {{"--cause", &out->cause},   {"--service", &out->service},
                 {"--change", &out->change}, {"--note", &out->note},
                 {"--fix", &out->fix},       {"--ledger", &out->ledger}};
    *out = (struct options){0};
    for (int i = 1; i < argc; i++) {
        const char *value = NULL;
        for (size_t j = 0; j < sizeof known / sizeof *known && !value; j++)
            if ((value = command_option(known[j].name, argc, argv, &i)))
                *known[j].value = value;
        if (value)
            continue;
        if (!strcmp(argv[i], "--nothing"))
            out->nothing = true;
        else if (!strcmp(argv[i], "--json"))
            out->json = true;
        else if (argv[i][0] == '-')
            return "an option that is not known, or without its value";
        else if (!out->what)
            out->what = argv[i];
        else if (!out->judgement)
            out->judgement = argv[i];
        else
            return "one case and one word about it: right, wrong or partly";
    }
    if (!out->what)
        return "a case is wanted: a bundle or its journal";
    const bool says = out->judgement || out->cause || out->service || out->change || out->note ||
                      out->fix || out->nothing;
    if (!strcmp(out->what, "list"))
        return says ? "`list` takes --json and --ledger only; a case of that name is ./list" : NULL;
    return !out->judgement ? "one word is wanted: right, wrong or partly"
           : out->json     ? "--json goes with `list`"
                           : NULL;
}

/* ---- keeping ---- */

static bool keep(struct arena *arena, const struct options *options, struct feedback *feedback,
                 struct err *err)
{
    struct ledger *ledger;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    feedback->nothing = options->nothing;
    feedback->service = str_of(options->service);
    feedback->cause = str_of(options->cause);
    feedback->change = str_of(options->change);
    feedback->note = str_of(options->note);
    feedback->fix = str_of(options->fix);
    feedback->given_ns = (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
    return feedback_check(feedback, err) && ledger_open(arena, options->ledger, &ledger, err) &&
           feedback_keep(ledger, feedback, err) && shelve_memory(arena, ledger, feedback, err);
}

static bool is_suspect(const struct casefile *casefile, struct str name)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_SUPPORTS &&
            (str_eq(it->subject, name) || str_eq(it->instance, name)))
            return true;
    return false;
}

static void say_what_it_is_worth(const struct feedback *feedback, const struct casefile *casefile)
{
    const struct str place = feedback_place(feedback);
    if (feedback->lesson.len == 0)
        puts("The case is too large to be learned from; what you say is kept.");
    else if (place.len > 0 && !is_suspect(casefile, place))
        puts("No evidence named that place: the weights cannot learn from it, the figures can.");
    else if (place.len == 0 && !feedback->nothing && feedback->named.len == 0)
        puts("It names nobody, and so does the report: --service or --nothing would teach more.");
}

static int keep_command(struct arena *arena, const struct options *options)
{
    struct report report;
    struct err err = {0};
    enum judgement judgement;
    if (!judgement_parse(options->judgement, &judgement))
        return command_usage_error(&command_feedback,
                                   "the word about a case is right, wrong or partly");
    if (!conclude(arena, options->what, &report, &err))
        return command_failed(&err);
    struct feedback feedback = feedback_about(arena, report.casefile);
    feedback.judgement = judgement;
    struct buf text = buf_new(arena);
    escape_plain(&text, feedback.named.len > 0 ? feedback.named : STR("nobody"));
    const bool ok = keep(arena, options, &feedback, &err);
    if (ok) {
        printf("Kept: %s, of case %s, where the report names %s.\n", judgement_name(judgement),
               feedback.case_key.ptr, buf_str(&text).ptr);
        say_what_it_is_worth(&feedback, report.casefile);
    }
    casefile_close((struct casefile *)(uintptr_t)report.casefile);
    return ok ? EXIT_DONE : command_failed(&err);
}

/* ---- listing ---- */

static void put_member(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, text);
}

static void put_json(struct buf *out, const struct feedback *it)
{
    buf_add_char(out, '{');
    put_member(out, "case", it->case_key);
    put_member(out, "alert", it->alert);
    put_member(out, "alert_time", time_format_rfc3339(out->arena, it->alert_ns));
    put_member(out, "given", time_format_rfc3339(out->arena, it->given_ns));
    put_member(out, "judgement", str_of(judgement_name(it->judgement)));
    put_member(out, "named", it->named);
    put_member(out, "named_cause", it->named_cause);
    json_put_key(out, "confidence");
    json_put_real(out, it->confidence);
    put_member(out, "service", feedback_place(it));
    put_member(out, "cause", it->cause);
    put_member(out, "change", it->change);
    put_member(out, "note", it->note);
    put_member(out, "fix", it->fix);
    buf_printf(out, ",\"nothing\":%s,\"corrected\":%s,\"teaches\":%s}",
               it->nothing ? "true" : "false", it->is_corrected ? "true" : "false",
               it->lesson.len > 0 && !it->is_corrected ? "true" : "false");
}

static void put_part(struct buf *out, const char *before, struct str text)
{
    if (text.len == 0)
        return;
    buf_add(out, str_of(before));
    escape_plain(out, text);
}

static void put_line(struct buf *out, const struct feedback *it)
{
    buf_printf(out, "%s  %s  %-6s", time_format_short(out->arena, it->given_ns).ptr,
               str_copy(out->arena, it->case_key).ptr, judgement_name(it->judgement));
    put_part(out, "  ", it->alert);
    put_part(out, ": ", it->named.len > 0 ? it->named : STR("nobody was named"));
    if (it->judgement == JUDGEMENT_WRONG)
        put_part(out, "; it was ", it->nothing ? STR("nothing") : it->service);
    put_part(out, "; cause: ", it->cause);
    put_part(out, "; change: ", it->change);
    put_part(out, "; ended by: ", it->fix);
    put_part(out, "; note: ", it->note);
    buf_add(out, it->is_corrected ? STR(" (corrected later)\n") : STR("\n"));
}

static int list_command(struct arena *arena, const struct options *options)
{
    struct ledger *ledger;
    struct feedback *all;
    uint32_t count;
    struct err err = {0};
    if (!ledger_open(arena, options->ledger, &ledger, &err) ||
        !feedback_read(ledger, arena, &all, &count, &err))
        return command_failed(&err);
    struct buf out = buf_new(arena);
    if (options->json)
        buf_add_char(&out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (options->json) {
            buf_add(&out, i > 0 ? STR(",\n") : STR(""));
            put_json(&out, &all[i]);
        } else {
            put_line(&out, &all[i]);
        }
    }
    if (options->json)
        buf_add(&out, STR("]\n"));
    fwrite(buf_str(&out).ptr, 1, buf_str(&out).len, stdout);
    if (count == 0 && !options->json)
        puts("No feedback is kept yet.");
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    struct options options;
    const char *problem = parse_options(argc, argv, &options);
    if (problem)
        return command_usage_error(&command_feedback, problem);
    struct arena *arena = arena_new("feedback");
    const int code = strcmp(options.what, "list") == 0 ? list_command(arena, &options)
                                                       : keep_command(arena, &options);
    arena_free(arena);
    return code;
}

const struct command command_feedback = {
    .name = "feedback",
    .usage = "CASE right|wrong|partly [--service NAME | --nothing] [--cause TEXT] [--change ID] "
             "[--fix TEXT] [--note TEXT] [--ledger FILE] | list [--json] [--ledger FILE]",
    .summary = "Say whether a report was right, so that `warroom train` learns from it",
    .help = "CASE is what was investigated, the bundle, or the journal of it: take the line of\n"
            "`warroom investigate` and put `feedback` in the place of `investigate`. A bundle is\n"
            "investigated again, which takes as long as the first time.\n"
            "\n"
            "  right           the place and the kind of fault that the report names\n"
            "  partly          the place was right, the kind was another: --cause says which\n"
            "  wrong           the place was another, or nobody is named and somebody was it\n"
            "  --service NAME  where it was, as it is called in the report; with `wrong`\n"
            "  --nothing       nothing was broken\n"
            "  --cause TEXT    what it was, in your words\n"
            "  --change ID     the change that did it\n"
            "  --fix TEXT      what ended it: told when an incident is like this one\n"
            "  --note TEXT     whatever else is worth remembering\n"
            "  --ledger FILE   where it is kept (default: in ~/.local/share/warroom)\n"
            "\nThe last word on a case counts; earlier ones are kept, and listed as corrected.\n"
            "Exit code: 0 kept or listed, 2 not.\n",
    .run = run,
};
