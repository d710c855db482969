/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/replay.h"

#include "base/arena.h"
#include "journal/compare.h"
#include "journal/effects.h"

#include <string.h>

#define DIVERGENCES_MAX 20

struct replay {
    struct arena *arena;
    const struct reader *reader;
    uint32_t at; /* the next line that may answer */
    uint32_t ticks_at;
    bool lost;        /* it has diverged so far that no line fits any more */
    uint32_t written; /* lines of the second run */
    bool out_of_step; /* its lines are others: to hold them against each other tells nothing */
    struct divergence *divergences;
    uint32_t divergences_count;
    struct err unsound;
};

/* ---- the clock ---- */

static int64_t next_tick(void *state)
{
    struct replay *replay = state;
    const struct reader *reader = replay->reader;
    if (reader->ticks_count == 0)
        return 0;
    if (replay->ticks_at < reader->ticks_count)
        return reader->ticks[replay->ticks_at++];
    return reader->ticks[reader->ticks_count - 1];
}

struct clock replay_clock(struct replay *replay)
{
    return (struct clock){.now_ns = next_tick, .state = replay};
}

/* ---- divergences ---- */

static void diverge(struct replay *replay, uint32_t line, struct str text)
{
    if (replay->divergences_count == DIVERGENCES_MAX)
        return;
    struct divergence **at = &replay->divergences;
    while (*at)
        at = &(*at)->next;
    *at = arena_push(replay->arena, struct divergence);
    **at = (struct divergence){.line = line, .text = str_copy(replay->arena, text)};
    replay->divergences_count++;
}

const struct divergence *replay_divergences(const struct replay *replay)
{
    return replay->divergences;
}

bool replay_is_sound(const struct replay *replay, struct err *err)
{
    if (replay->unsound.kind != ERR_NONE)
        *err = replay->unsound;
    return replay->unsound.kind == ERR_NONE;
}

static bool fail_unsound(struct replay *replay, const struct err *err)
{
    replay->lost = true;
    if (replay->unsound.kind == ERR_NONE)
        replay->unsound = *err;
    return false;
}

/* ---- lines ---- */

bool replay_new(struct arena *arena, const struct reader *reader, struct replay **out,
                struct err *err)
{
    *out = arena_push(arena, struct replay);
    **out = (struct replay){.arena = arena, .reader = reader, .at = 1};
    return reader->closed ||
           err_set(err, ERR_CORRUPT,
                   "%.*s: it ends %.*s: the investigation did not come to its end, so there is "
                   "nothing that could be replayed",
                   STR_ARG(reader->name), STR_ARG(reader->cut));
}

const struct reader *replay_reader(const struct replay *replay)
{
    return replay->reader;
}

/* What the world does not answer, but what follows from its answers. */
static bool is_told(const json_t *line, enum line_type type)
{
    return type == LINE_WALK || type == LINE_LEAD || type == LINE_PLAN || type == LINE_VERDICT ||
           (type == LINE_STEP && !json_is_true(json_object_get(line, "answered")));
}

/* The next line that answers something, and its number; NULL: there is none. */
static json_t *next_answer(struct replay *replay, uint32_t *number)
{
    struct err err = {0};
    for (; !replay->lost && replay->at < replay->reader->lines_count; replay->at++) {
        json_t *line = reader_line(replay->reader, replay->at, &err);
        if (!line) {
            fail_unsound(replay, &err);
            return NULL;
        }
        const enum line_type type = replay->reader->lines[replay->at].type;
        *number = replay->at + 1;
        if (!is_told(line, type))
            return line;
        json_decref(line);
    }
    return NULL;
}

static enum line_type type_at(const struct replay *replay, uint32_t number)
{
    return replay->reader->lines[number - 1].type;
}

/* ---- answers ---- */

static bool apply(struct replay *replay, struct casefile *casefile, const json_t *line,
                  uint32_t number, struct err *err)
{
    struct err why = {0};
    if (effects_apply(json_object_get(line, "effects"), casefile, &why))
        return true;
    if (why.kind == ERR_PROTOCOL) {
        diverge(replay, number, str_of(why.text));
        replay->lost = true;
        return err_set(err, ERR_PROTOCOL, "the replay diverges here: %s", why.text);
    }
    err_context(&why, "%.*s: line %u", STR_ARG(replay->reader->name), number);
    *err = why;
    return fail_unsound(replay, &why);
}

/* The run is somewhere where the journal never was. */
static bool lose(struct replay *replay, uint32_t line, struct str asked, struct err *err)
{
    if (!replay->lost)
        diverge(replay, line, asked);
    replay->lost = true;
    replay->at = replay->reader->lines_count;
    return err_set(err, ERR_PROTOCOL, "the replay has no answer to this: %.*s", STR_ARG(asked));
}

static struct str told_at(const struct replay *replay, const json_t *line, uint32_t number)
{
    const enum line_type type = type_at(replay, number);
    const char *name = json_string_value(json_object_get(line, "name"));
    if (type == LINE_STEP && name)
        return str_printf(replay->arena, "the step `%s`", name);
    return str_printf(replay->arena, "%s (%s)", line_name(type), line_text(type));
}

/* The next answer, if it is of this type. */
static json_t *take(struct replay *replay, enum line_type type, struct str asked, uint32_t *number,
                    struct err *err)
{
    json_t *line = next_answer(replay, number);
    if (line && type_at(replay, *number) == type) {
        replay->at++;
        return line;
    }
    if (!line)
        lose(replay, 0,
             str_printf(replay->arena, "%.*s: the journal has nothing left that answers",
                        STR_ARG(asked)),
             err);
    else
        lose(replay, *number,
             str_printf(replay->arena, "%.*s: the journal has %.*s here", STR_ARG(asked),
                        STR_ARG(told_at(replay, line, *number))),
             err);
    json_decref(line);
    return NULL;
}

static bool take_effects(struct replay *replay, struct casefile *casefile, enum line_type type,
                         const char *asked, struct err *err)
{
    uint32_t number = 0;
    json_t *line = take(replay, type, str_of(asked), &number, err);
    const bool ok = line && apply(replay, casefile, line, number, err);
    json_decref(line);
    return ok;
}

bool replay_load(struct replay *replay, struct casefile *casefile, struct err *err)
{
    return take_effects(replay, casefile, LINE_LOADED, "the sources were to be read", err);
}

void replay_reread(struct replay *replay, struct casefile *casefile)
{
    struct err told = {0};
    (void)!take_effects(replay, casefile, LINE_REREAD, "the claims were to be read again", &told);
}

void replay_exhibits(struct replay *replay, struct casefile *casefile)
{
    struct err told = {0};
    (void)!take_effects(replay, casefile, LINE_EXHIBITS, "exhibits were to be gathered", &told);
}

void replay_consulting(struct replay *replay, struct casefile *casefile)
{
    struct err told = {0};
    (void)!take_effects(replay, casefile, LINE_CONSULTED, "models were to be asked", &told);
}

/* Held against each other as JSON, for that is what the journal has. */
static bool is_asked(struct replay *replay, const json_t *line, const struct record *in,
                     struct json_difference *difference)
{
    struct arena *arena = arena_new("replay");
    struct buf text = buf_new(arena);
    json_put_record_exact(&text, in);
    json_t *asked = json_loadb(text.ptr, text.len, JSON_ALLOW_NUL, NULL);
    const bool same = !json_differ(replay->arena, STR("input"), json_object_get(line, "input"),
                                   asked, NULL, difference);
    json_decref(asked);
    arena_free(arena);
    return same;
}

static bool fits(struct replay *replay, const json_t *line, uint32_t number, const char *name,
                 const struct record *in, struct err *err)
{
    const char *told = json_string_value(json_object_get(line, "name"));
    struct json_difference other;
    if (!told || strcmp(told, name) != 0)
        return lose(replay, number,
                    str_printf(replay->arena, "`%s` is asked: the journal has %.*s here", name,
                               STR_ARG(told_at(replay, line, number))),
                    err);
    if (!is_asked(replay, line, in, &other))
        return lose(replay, number,
                    str_printf(replay->arena,
                               "`%s` is asked with another %.*s: %.*s, where the journal has %.*s",
                               name, STR_ARG(other.path),
                               STR_ARG(other.b.len > 0 ? other.b : STR("nothing")),
                               STR_ARG(other.a.len > 0 ? other.a : STR("nothing"))),
                    err);
    if (json_is_true(json_object_get(line, "too_large")))
        return lose(replay, number,
                    str_printf(replay->arena,
                               "`%s` is asked: its answer was too large to be written down", name),
                    err);
    return true;
}

static bool fail_again(const json_t *line, struct err *err)
{
    const json_t *error = json_object_get(line, "error");
    const enum err_kind kind = line_err_kind(json_string_value(json_object_get(error, "kind")));
    struct arena *arena = arena_new("replay");
    struct str text = STR("");
    (void)!json_get_text_exact(arena, json_object_get(error, "text"), &text);
    err_set(err, kind, "%.*s", STR_ARG(text));
    arena_free(arena);
    return false;
}

static bool answer(struct replay *replay, struct casefile *casefile, const json_t *line,
                   uint32_t number, const struct field *output, struct arena *arena,
                   struct record *out, struct err *err)
{
    struct err why = {0};
    if (!apply(replay, casefile, line, number, err))
        return false;
    if (!record_from_json_exact(arena, output, json_object_get(line, "output"), out, &why)) {
        *out = record_new(arena, output);
        err_context(&why, "%.*s: line %u: output", STR_ARG(replay->reader->name), number);
        *err = why;
        return fail_unsound(replay, &why);
    }
    return !json_object_get(line, "error") || fail_again(line, err);
}

bool replay_answer(struct replay *replay, struct casefile *casefile, const char *name,
                   const struct field *output, struct arena *arena, const struct record *in,
                   struct record *out, struct err *err)
{
    *out = record_new(arena, output);
    uint32_t number = 0;
    json_t *line =
        take(replay, LINE_STEP, str_printf(replay->arena, "`%s` is asked", name), &number, err);
    const bool ok = line && fits(replay, line, number, name, in, err) &&
                    answer(replay, casefile, line, number, output, arena, out, err);
    json_decref(line);
    return ok;
}

bool replay_plan(struct replay *replay, struct casefile *casefile, struct str planner,
                 struct buf *out, struct err *err)
{
    uint32_t number = 0;
    const struct str asked =
        str_printf(replay->arena, "%.*s is asked for a plan", STR_ARG(planner));
    json_t *line = take(replay, LINE_PLANNED, asked, &number, err);
    struct str text = STR("");
    bool ok = line && apply(replay, casefile, line, number, err);
    if (ok && json_object_get(line, "error"))
        ok = fail_again(line, err);
    else if (ok && !json_get_text_exact(replay->arena, json_object_get(line, "text"), &text))
        ok = err_set(err, ERR_CORRUPT, "%.*s: line %u: text: a text is wanted",
                     STR_ARG(replay->reader->name), number) ||
             fail_unsound(replay, err);
    buf_add(out, text);
    json_decref(line);
    return ok;
}

/* ---- the second journal ---- */

/* The name and number of what a line is about, for a sentence. */
static struct str line_about(struct replay *replay, const json_t *line)
{
    const char *type = json_string_value(json_object_get(line, "type"));
    const char *name = json_string_value(json_object_get(line, "name"));
    const json_t *id = json_object_get(line, "id");
    if (name && json_is_integer(id))
        return str_printf(replay->arena, "step %lld, `%s`", (long long)json_integer_value(id),
                          name);
    return str_copy(replay->arena, str_of(type));
}

static void tell_difference(struct replay *replay, const json_t *then, const json_t *now)
{
    static const char *const ignored[] = {"program", "sum", "lines", NULL};
    struct json_difference it;
    const uint32_t number = replay->written;
    const json_t *type_then = json_object_get(then, "type"), *type = json_object_get(now, "type");
    if (!json_equal(type_then, type)) {
        diverge(replay, number,
                str_printf(replay->arena, "the journal has %.*s here, and now comes %.*s",
                           STR_ARG(line_about(replay, then)), STR_ARG(line_about(replay, now))));
        replay->out_of_step = true;
    } else if (json_differ(replay->arena, STR(""), then, now, ignored, &it)) {
        const struct str nothing = STR("nothing");
        diverge(replay, number,
                str_printf(replay->arena, "%.*s: %.*s: %.*s in the journal, and %.*s now",
                           STR_ARG(line_about(replay, then)), STR_ARG(it.path),
                           STR_ARG(it.a.len > 0 ? it.a : nothing),
                           STR_ARG(it.b.len > 0 ? it.b : nothing)));
    }
}

static void compare_lines(struct replay *replay, struct str now)
{
    struct arena *arena = arena_new("replay");
    struct err err = {0};
    struct str then = STR("");
    if (replay->written > replay->reader->lines_count) {
        diverge(replay, 0, STR("there is more now than the journal has"));
        replay->out_of_step = true;
    } else if (!reader_bytes(replay->reader, arena, replay->written - 1, &then, &err)) {
        fail_unsound(replay, &err);
    } else if (!str_eq(then, now)) {
        const size_t flags = JSON_ALLOW_NUL;
        json_t *json_then = json_loadb(then.ptr, then.len, flags, NULL);
        json_t *json_now = json_loadb(now.ptr, now.len, flags, NULL);
        tell_difference(replay, json_then, json_now);
        json_decref(json_then);
        json_decref(json_now);
    }
    arena_free(arena);
}

static bool take_line(void *state, struct str line)
{
    struct replay *replay = state;
    replay->written++;
    if (!replay->out_of_step && !replay->lost)
        compare_lines(replay, str_slice(line, 0, line.len - 1));
    return true;
}

struct journal_sink replay_sink(struct replay *replay)
{
    return (struct journal_sink){.state = replay, .write = take_line};
}

void replay_end(struct replay *replay)
{
    uint32_t number = 0;
    json_t *line = replay->lost ? NULL : next_answer(replay, &number);
    if (line && type_at(replay, number) != LINE_CLOSE)
        diverge(replay, number,
                str_printf(replay->arena, "nobody asked for what the journal has here: %.*s",
                           STR_ARG(told_at(replay, line, number))));
    json_decref(line);
    if (replay->reader->is_changed)
        diverge(replay, 0,
                STR("the journal was changed after it had been written: its sum is that of other "
                    "bytes"));
}
