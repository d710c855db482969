/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversations on tape: each folder of tapes/ has a source (source.yaml), an alert, and replies
 * (01.reply, ...; net/tape.h). What is asked, and what becomes of the answers, is held against the
 * file `want` there, to the letter; WARROOM_ACCEPT=1 writes it anew, for a change that is meant.
 *
 * Each is then had again with its N-th exchange failing, for every N, in each way that one can.
 */
#include "connect/inquiry.h"

#include "base/arena.h"
#include "base/map.h"
#include "net/tape.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TAPES "src/connect/tapes/*/source.yaml"
#define FILE_MAX ((size_t)8 << 20)
#define EXCHANGES_MAX 64

/* One tape, and what is written down while it plays. */
struct play {
    struct arena *arena;
    const char *folder;
    struct alert alert;
    struct source source;
    int64_t now_ns;
    struct buf said; /* questions */
    struct buf rows[ROW_FILES_COUNT];
    struct findings findings;
};

static struct str read_whole(struct arena *arena, const char *folder, const char *name)
{
    const struct str path = str_printf(arena, "%s/%s", folder, name);
    FILE *file = fopen(path.ptr, "rb");
    if (!file)
        return STR("");
    char *bytes = arena_alloc(arena, FILE_MAX);
    const size_t got = fread(bytes, 1, FILE_MAX - 1, file);
    fclose(file);
    return (struct str){.ptr = bytes, .len = got};
}

static bool keep(void *state, const struct rows *rows, struct err *err)
{
    struct play *play = state;
    (void)err;
    for (int file = 0; file < ROW_FILES_COUNT; file++) {
        struct buf text = rows->text[file];
        buf_add(&play->rows[file], buf_str(&text));
    }
    return true;
}

static void asked(void *state, const struct question *question, const struct request *request)
{
    struct play *play = state;
    buf_printf(&play->said, "? %s\n%.*s", wanted_name(question->wanted),
               STR_ARG(request_print(play->arena, request)));
}

static void answered(void *state, const struct reply *reply, const struct err *err)
{
    struct play *play = state;
    (void)reply;
    buf_printf(&play->said, "! %s\n\n", err ? err->text : "an answer");
}

static void no_pause(void *state, int64_t span_ns)
{
    (void)state, (void)span_ns;
}

/* "sources.loki" of "sources.loki.url". */
static struct str first_name(const struct yaml_entries *entries)
{
    const struct str path = entries->count > 0 ? entries->items[0].path : STR("");
    const size_t from = strlen("sources.");
    const size_t dot = str_find(str_slice(path, from, path.len), STR("."));
    return dot == STR_NPOS ? path : str_slice(path, 0, from + dot);
}

static struct play *play_open(const char *folder)
{
    struct arena *arena = arena_new("test");
    struct play *play = arena_push(arena, struct play);
    struct yaml_entries entries;
    struct err err = {0};
    *play = (struct play){.arena = arena, .folder = folder, .said = buf_new(arena)};
    for (int file = 0; file < ROW_FILES_COUNT; file++)
        play->rows[file] = buf_new(arena);
    if (!alert_parse(arena, read_whole(arena, folder, "alert.json"), &play->alert, &err) ||
        !yaml_read(arena, read_whole(arena, folder, "source.yaml"), &entries, &err) ||
        !source_read(arena, &entries, first_name(&entries), &play->source, &err))
        fail_msg("%s: %s", folder, err.text);
    return play;
}

static void play_through(struct play *play, struct transport transport)
{
    play->source.transport = transport;
    const struct inquiry inquiry = {
        .source = &play->source,
        .alert = &play->alert,
        .window = {play->alert.starts_ns - 3600 * NS_PER_S, play->alert.starts_ns + 60 * NS_PER_S},
        .clock = clock_fixed(&play->now_ns),
        .deadline = {100 * NS_PER_S},
        .pause = no_pause,
        .keep = keep,
        .asked = asked,
        .answered = answered,
        .state = play};
    inquire(play->arena, &inquiry, &play->findings);
}

static struct str transcript(struct play *play)
{
    struct buf out = buf_new(play->arena);
    buf_add(&out, buf_str(&play->said));
    for (int file = 0; file < ROW_FILES_COUNT; file++)
        if (play->rows[file].len > 0)
            buf_printf(&out, "== %s\n%s", row_file_name((enum row_file)file),
                       buf_str(&play->rows[file]).ptr);
    buf_printf(&out, "== %s, %lld rows: %.*s\n", outcome_name(play->findings.outcome),
               (long long)play->findings.rows, STR_ARG(play->findings.note));
    return buf_str(&out);
}

static void compare(struct play *play, struct str said)
{
    const struct str want = read_whole(play->arena, play->folder, "want");
    if (getenv("WARROOM_ACCEPT")) {
        FILE *file = fopen(str_printf(play->arena, "%s/want", play->folder).ptr, "wb");
        assert_non_null(file);
        fwrite(said.ptr, 1, said.len, file);
        fclose(file);
    } else if (!str_eq(said, want)) {
        size_t at = 0;
        uint32_t line = 1;
        for (; at < said.len && at < want.len && said.ptr[at] == want.ptr[at]; at++)
            line += said.ptr[at] == '\n';
        fail_msg("%s/want:%u: it says now: %.200s", play->folder, line, said.ptr + at);
    }
}

/* ---- the N-th exchange ---- */

struct memory {
    struct transport inner; /* the tape; NULL exchange: only what is known */
    struct map requests;    /* what was asked, as text */
    struct reply replies[EXCHANGES_MAX];
    struct str failing; /* the request that gets no good answer */
    enum err_kind kind; /* of its failure; ERR_NONE: `bad` is the answer */
    struct reply bad;
};

static bool remember(void *state, struct arena *arena, const struct request *request,
                     int64_t timeout_ns, struct reply *out, struct err *err)
{
    struct memory *memory = state;
    if (!memory->inner.exchange(memory->inner.state, arena, request, timeout_ns, out, err))
        return false;
    const uint32_t number = map_add(&memory->requests, request_print(arena, request));
    assert_true(number < EXCHANGES_MAX);
    memory->replies[number] = *out;
    memory->replies[number].body = str_copy(memory->requests.arena, out->body);
    return true;
}

static bool recall(void *state, struct arena *arena, const struct request *request,
                   int64_t timeout_ns, struct reply *out, struct err *err)
{
    const struct memory *memory = state;
    const struct str text = request_print(arena, request);
    (void)timeout_ns;
    if (str_eq(text, memory->failing) && memory->kind != ERR_NONE)
        return err_set(err, memory->kind, "it fails");
    const uint32_t number = map_find(&memory->requests, text);
    if (str_eq(text, memory->failing))
        *out = memory->bad;
    else if (number == MAP_NONE)
        return err_set(err, ERR_PROTOCOL, "what was not asked before");
    else
        *out = memory->replies[number];
    return true;
}

static void fail_each(const char *folder, const struct memory *known)
{
    static const struct {
        enum err_kind kind;
        struct reply bad;
    } ways[] = {
        {ERR_UNREACHABLE, {0}},
        {ERR_TIMEOUT, {0}},
        {ERR_PROTOCOL, {0}},
        {ERR_NONE, {.status = 500, .body = {"oh no", 5}}},
        {ERR_NONE, {.status = 401}},
        {ERR_NONE, {.status = 302}},
        {ERR_NONE, {.status = 404, .body = {"{\"error\":{\"reason\":\"none\"}}", 27}}},
        {ERR_NONE, {.status = 200, .body = {"<html>log in</html>", 19}}},
        {ERR_NONE, {.status = 200, .body = {"{\"status\":\"succ", 15}}},
        {ERR_NONE, {.status = 200, .body = {"", 0}}},
        {ERR_NONE, {.status = 200, .body = {"[[[{}]],null,7]", 15}}},
        {ERR_NONE, {.status = 200, .body = {"{\"status\":\"success\",\"data\":[7,{},[]]}", 37}}},
    };
    for (uint32_t n = 0; n < known->requests.count; n++)
        for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
            struct memory memory = *known;
            memory.failing = known->requests.keys[n];
            memory.kind = ways[way].kind;
            memory.bad = ways[way].bad;
            struct play *play = play_open(folder);
            play_through(play, (struct transport){.exchange = recall, .state = &memory});
            const struct findings *findings = &play->findings;
            if (findings->outcome == OUTCOME_FAILED || findings->outcome == OUTCOME_PARTIAL)
                assert_true(findings->note.len > 0);
            if (memory.kind == ERR_UNREACHABLE)
                assert_true(findings->outcome == (n == 0 ? OUTCOME_FAILED : OUTCOME_PARTIAL));
            arena_free(play->arena);
        }
}

static void conversations_are_as_written(void **state)
{
    glob_t found;
    (void)state;
    assert_int_equal(glob(TAPES, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char folder[256];
        snprintf(folder, sizeof folder, "%.*s",
                 (int)(strrchr(found.gl_pathv[i], '/') - found.gl_pathv[i]), found.gl_pathv[i]);
        struct play *play = play_open(folder);
        struct memory memory = {.inner = tape_play(play->arena, folder),
                                .requests = map_new(play->arena)};
        play_through(play, (struct transport){.exchange = remember, .state = &memory});
        compare(play, transcript(play));
        fail_each(folder, &memory);
        arena_free(play->arena);
    }
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(conversations_are_as_written)};
    return cmocka_run_group_tests_name("inquiry", tests, NULL, NULL);
}
