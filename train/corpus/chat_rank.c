/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing later than the alert is read here at all: the query ends at its start, and of the alert
 * only what a pager shows is told. So what was found out afterwards cannot get into a question.
 */
#include "train/corpus/chat.h"

#include "base/arena.h"
#include "base/buf.h"
#include "culprit/change.h"
#include "store/telemetry.h"
#include "train/corpus/draw.h"

#define DAYS 7
#define TEXT_BYTES_MAX 200
#define FILES_MAX 5

static const char *const questions[] = {
    "Which of these changes most likely caused the alert? Rank them.",
    "The alert below fired. Order the changes that landed before it by how likely they are its "
    "cause.",
    "You are on call and were just paged. Which change would you look at first, and which after "
    "it?",
    "Rank the candidate changes by their chance of being the root cause of this alert.",
};

static const char system_text[] = "You investigate incidents. Go by what you are given and by "
                                  "nothing else; name changes by their "
                                  "letters, and say so if none of them fits.";

enum grade { GRADE_FEW, GRADE_MORE, GRADE_TERSE, GRADES_COUNT };

static const uint32_t grade_counts[GRADES_COUNT] = {5, 10, CANDIDATES_MAX};

/* ---- reading ---- */

static struct str text_at(struct arena *arena, const struct batch *rows, const char *name,
                          size_t row)
{
    const struct column *column = batch_column(rows, name);
    return column->known[row] ? str_copy(arena, column->texts[row]) : STR("");
}

bool candidates_read(struct arena *arena, struct telemetry *telemetry, const struct alert *alert,
                     struct candidates *out, struct err *err)
{
    struct arena *scratch = arena_new("candidates");
    struct batch *rows;
    const bool ok = telemetry_rows(
        telemetry, scratch,
        str_printf(scratch,
                   "SELECT id, kind, service, author, message, files, "
                   "epoch_ns(%s) - epoch_ns(time) AS before_ns FROM changes "
                   "WHERE time < %s AND time >= %s ORDER BY time DESC, id LIMIT 1000",
                   sql_time(scratch, alert->starts_ns).ptr, sql_time(scratch, alert->starts_ns).ptr,
                   sql_time(scratch, alert->starts_ns - DAYS * NS_PER_DAY).ptr),
        &rows, err);
    *out = (struct candidates){0};
    if (ok) {
        out->items = arena_push_many(arena, struct candidate, rows->rows + 1);
        out->count = (uint32_t)rows->rows;
    }
    for (uint32_t i = 0; i < out->count; i++)
        out->items[i] = (struct candidate){
            .id = text_at(arena, rows, "id", i),
            .kind = text_at(arena, rows, "kind", i),
            .service = text_at(arena, rows, "service", i),
            .author = text_at(arena, rows, "author", i),
            .message = text_at(arena, rows, "message", i),
            .files = text_at(arena, rows, "files", i),
            .before_ns = batch_column(rows, "before_ns")->integers[i],
        };
    arena_free(scratch);
    return ok;
}

/* ---- choosing ---- */

struct choice {
    struct candidate items[CANDIDATES_MAX];
    uint32_t count;
    uint32_t culprit; /* its place; CANDIDATES_MAX: none did it */
};

static bool has(const struct choice *choice, struct str id)
{
    for (uint32_t i = 0; i < choice->count; i++)
        if (str_eq(choice->items[i].id, id))
            return true;
    return false;
}

static void add(struct choice *choice, const struct candidate *candidate, uint32_t count_max)
{
    if (choice->count < count_max && !has(choice, candidate->id))
        choice->items[choice->count++] = *candidate;
}

static void shuffle(struct choice *choice, uint64_t *state)
{
    for (uint32_t i = choice->count; i > 1; i--) {
        const uint32_t other = draw_below(state, i);
        const struct candidate candidate = choice->items[i - 1];
        choice->items[i - 1] = choice->items[other];
        choice->items[other] = candidate;
    }
}

/* The culprit, then own ones by chance, then strangers, who say that they came to one of the case's
 * own services. */
static struct choice choose(enum grade grade, const struct candidates *own,
                            const struct candidates *strangers, struct str culprit, uint64_t *state)
{
    const uint32_t count_max = grade_counts[grade];
    struct choice choice = {.culprit = CANDIDATES_MAX};
    for (uint32_t i = 0; i < own->count; i++)
        if (culprit.len > 0 && str_eq(own->items[i].id, culprit))
            add(&choice, &own->items[i], count_max);
    for (uint32_t tries = 0; own->count > 0 && tries < 4 * CANDIDATES_MAX; tries++)
        add(&choice, &own->items[draw_below(state, own->count)], count_max);
    for (uint32_t tries = 0;
         grade != GRADE_FEW && own->count > 0 && strangers->count > 0 && tries < 4 * CANDIDATES_MAX;
         tries++) {
        struct candidate stranger = strangers->items[draw_below(state, strangers->count)];
        stranger.service = own->items[draw_below(state, own->count)].service;
        add(&choice, &stranger, count_max);
    }
    shuffle(&choice, state);
    for (uint32_t i = 0; i < choice.count; i++)
        if (culprit.len > 0 && str_eq(choice.items[i].id, culprit))
            choice.culprit = i;
    return choice;
}

/* ---- telling ---- */

/* The first line, or as much of it as is told. */
static struct str first_line(struct str text, size_t bytes_max)
{
    struct str line = STR("");
    text = str_trim(text);
    str_split(&text, '\n', &line);
    size_t len = line.len < bytes_max ? line.len : bytes_max;
    while (len > 0 && len < line.len && ((unsigned char)line.ptr[len] & 0xc0) == 0x80)
        len--;
    return str_slice(line, 0, len);
}

static void put_files(struct buf *out, struct str files)
{
    struct str path;
    uint32_t told = 0;
    while (told < FILES_MAX && path_list_next(&files, &path))
        buf_printf(out, "%s%.*s", told++ == 0 ? " (" : ", ", STR_ARG(path));
    if (told > 0)
        buf_add(out, path_list_next(&files, &path) ? STR(", ...)") : STR(")"));
}

static void put_candidate(struct buf *out, const struct candidate *candidate, uint32_t number,
                          bool is_terse)
{
    buf_printf(out, "%c. %s before the alert", 'A' + (int)number,
               span_format(out->arena, candidate->before_ns).ptr);
    if (candidate->kind.len > 0)
        buf_printf(out, ", %.*s", STR_ARG(candidate->kind));
    if (candidate->service.len > 0)
        buf_printf(out, ", `%.*s`", STR_ARG(candidate->service));
    if (!is_terse && candidate->author.len > 0)
        buf_printf(out, ", by %.*s", STR_ARG(candidate->author));
    buf_printf(out, ": %.*s", STR_ARG(first_line(candidate->message, TEXT_BYTES_MAX)));
    if (!is_terse)
        put_files(out, candidate->files);
    buf_add_char(out, '\n');
}

static void put_alert(struct buf *out, const struct alert *alert, bool is_terse)
{
    buf_printf(out, "Alert: %.*s\n", STR_ARG(alert->name));
    if (alert->service.len > 0)
        buf_printf(out, "Service: %.*s\n", STR_ARG(alert->service));
    if (!is_terse && alert->severity.len > 0)
        buf_printf(out, "Severity: %.*s\n", STR_ARG(alert->severity));
    if (alert->summary.len > 0)
        buf_printf(out, "Summary: %.*s\n", STR_ARG(first_line(alert->summary, TEXT_BYTES_MAX)));
}

static struct str question(struct arena *arena, const struct alert *alert,
                           const struct choice *choice, enum grade grade, uint64_t *state)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "%s\n\n", questions[draw_below(state, sizeof questions / sizeof *questions)]);
    put_alert(&out, alert, grade == GRADE_TERSE);
    buf_add(&out, STR("\nChanges before it:\n"));
    for (uint32_t i = 0; i < choice->count; i++)
        put_candidate(&out, &choice->items[i], i, grade == GRADE_TERSE);
    return buf_str(&out);
}

/* The other changes follow by how shortly before the alert they came: all else that is known of
 * them. */
static uint32_t newest(const struct choice *choice, const bool *told)
{
    uint32_t best = CANDIDATES_MAX;
    for (uint32_t i = 0; i < choice->count; i++)
        if (!told[i] &&
            (best == CANDIDATES_MAX || choice->items[i].before_ns < choice->items[best].before_ns))
            best = i;
    return best;
}

static void put_why(struct buf *out, const struct alert *alert, const struct candidate *candidate)
{
    buf_printf(out, ": it came %s before the alert",
               span_format(out->arena, candidate->before_ns).ptr);
    if (candidate->service.len > 0 && str_eq(candidate->service, alert->service))
        buf_printf(out, ", to `%.*s`, which the alert is about", STR_ARG(candidate->service));
    else if (candidate->service.len > 0)
        buf_printf(out, ", to `%.*s`", STR_ARG(candidate->service));
    const struct str message = first_line(candidate->message, TEXT_BYTES_MAX);
    if (message.len > 0)
        buf_printf(out, ", and says \"%.*s\"", STR_ARG(message));
    buf_add(out, STR(".\n"));
}

static struct str answer(struct arena *arena, const struct alert *alert,
                         const struct choice *choice)
{
    struct buf out = buf_new(arena);
    bool told[CANDIDATES_MAX] = {false};
    uint32_t rank = 0;
    if (choice->culprit == CANDIDATES_MAX) {
        buf_add(&out,
                STR("None of them: nothing that was changed before the alert explains it.\n"));
        return buf_str(&out);
    }
    buf_printf(&out, "%u. %c", ++rank, 'A' + (int)choice->culprit);
    put_why(&out, alert, &choice->items[choice->culprit]);
    told[choice->culprit] = true;
    for (uint32_t next = newest(choice, told); next != CANDIDATES_MAX;
         next = newest(choice, told)) {
        buf_printf(&out, "%u. %c\n", ++rank, 'A' + (int)next);
        told[next] = true;
    }
    return buf_str(&out);
}

bool chat_rank(struct chats *chats, const struct alert *alert, const struct candidates *own,
               const struct candidates *strangers, struct str culprit, struct err *err)
{
    bool ok = true;
    for (int grade = 0; ok && grade < GRADES_COUNT; grade++) {
        struct arena *arena = arena_new("rank");
        const struct choice choice =
            choose((enum grade)grade, own, strangers, culprit, chats->drawn);
        const bool is_told = culprit.len == 0 || choice.culprit < CANDIDATES_MAX;
        if (choice.count >= 2 && is_told) {
            const struct chat chat = {
                .task = "rank",
                .system = str_of(system_text),
                .user = question(arena, alert, &choice, (enum grade)grade, chats->drawn),
                .assistant = answer(arena, alert, &choice),
            };
            ok = chats->take(chats->state, &chat, err);
        }
        arena_free(arena);
    }
    return ok;
}
