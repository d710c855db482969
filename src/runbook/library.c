/* SPDX-License-Identifier: Apache-2.0 */
/* Runbooks that follow each other: who comes back to itself, and in which order they are checked.
 */
#include "runbook/check.h"

#include "base/arena.h"

const struct runbook *library_find(const struct library *library, struct str name)
{
    for (const struct runbook *book = library->books; book; book = book->next)
        if (str_eq(book->name, name))
            return book;
    return NULL;
}

static uint32_t count_books(const struct library *library)
{
    uint32_t count = 0;
    for (const struct runbook *book = library->books; book; book = book->next)
        count++;
    return count;
}

/* ---- ways ---- */

struct search {
    const struct ways *ways;
    struct str name;
    uint32_t length;        /* of the ways that are known already */
    bool found;             /* for the book that is looked at: */
    const struct way *next; /* the first of its steps */
};

static void look_at_follow(struct statement *statement, void *state)
{
    struct search *search = state;
    if (statement->kind != STATEMENT_FOLLOW || search->found)
        return;
    if (str_eq(statement->follow.name, search->name)) {
        search->found = search->length == 0;
        return;
    }
    for (uint32_t i = 0; i < search->ways->count; i++) {
        const struct way *way = &search->ways->items[i];
        if (way->length == search->length && way->length > 0 &&
            str_eq(way->book->name, statement->follow.name)) {
            search->found = true;
            search->next = way;
            return;
        }
    }
}

/* Those that follow it directly, those that follow these, and so on: the shortest way comes first.
 */
struct ways library_ways_to(struct arena *arena, const struct library *library, struct str name)
{
    struct ways ways = {.count = count_books(library)};
    ways.items = arena_push_many(arena, struct way, ways.count);
    uint32_t number = 0;
    for (const struct runbook *book = library->books; book; book = book->next)
        ways.items[number++].book = book;
    bool more = true;
    for (uint32_t length = 0; more && length < ways.count; length++) {
        more = false;
        for (uint32_t i = 0; i < ways.count; i++) {
            struct way *way = &ways.items[i];
            if (way->length > 0 || str_eq(way->book->name, name))
                continue;
            struct search search = {.ways = &ways, .name = name, .length = length};
            statements_each(way->book->body, look_at_follow, &search);
            if (search.found) {
                *way = (struct way){.book = way->book, .next = search.next, .length = length + 1};
                more = true;
            }
        }
    }
    return ways;
}

struct str library_way_text(struct arena *arena, const struct ways *ways,
                            const struct runbook *from, struct str name)
{
    struct buf text = buf_new(arena);
    const struct way *way = NULL;
    for (uint32_t i = 0; i < ways->count && !way; i++)
        if (ways->items[i].book == from && ways->items[i].length > 0)
            way = &ways->items[i];
    if (!way)
        return STR("");
    for (; way; way = way->next)
        buf_printf(&text, "%.*s -> ", STR_ARG(way->book->name));
    buf_add(&text, name);
    return buf_str(&text);
}

/* ---- checking all of them ---- */

/* What is known of one book while the others are checked. */
struct progress {
    struct runbook *book;
    struct problem *problems;
    bool done;
};

struct course {
    struct progress *items;
    uint32_t count;
    const struct progress *current;
    bool ready; /* all that the current one follows are done */
};

/* A name that is not there is the check's business, and waits for nothing. */
static void wait_for_followed(struct statement *statement, void *state)
{
    struct course *course = state;
    if (statement->kind != STATEMENT_FOLLOW)
        return;
    for (uint32_t i = 0; i < course->count; i++)
        if (str_eq(course->items[i].book->name, statement->follow.name))
            course->ready &= course->items[i].done || &course->items[i] == course->current;
}

static void check_book(struct arena *arena, const struct library *library,
                       struct progress *progress)
{
    const struct runbook *first = library_find(library, progress->book->name);
    progress->done = true;
    if (runbook_check(arena, progress->book, library, &progress->problems) &&
        first == progress->book)
        return;
    progress->book->checked = false;
    if (first == progress->book)
        return;
    struct problems twice = problems_new(arena, progress->book->file);
    problem_add(&twice, progress->book->name_at, STR("take another name"),
                "another runbook is called `%.*s`", STR_ARG(progress->book->name));
    twice.first->next = progress->problems;
    progress->problems = twice.first;
}

/* Those first that wait for no other. What is left over waits in a circle. */
static void check_in_order(struct arena *arena, const struct library *library,
                           struct course *course)
{
    bool more = true, circle = false;
    for (uint32_t round = 0; round <= 2 * course->count && (more || !circle); round++) {
        circle |= !more;
        more = false;
        for (uint32_t i = 0; i < course->count; i++) {
            struct progress *progress = &course->items[i];
            if (progress->done)
                continue;
            course->current = progress;
            course->ready = true;
            statements_each(progress->book->body, wait_for_followed, course);
            if (!course->ready && !circle)
                continue;
            check_book(arena, library, progress);
            more = true;
        }
    }
}

bool library_check(struct arena *arena, struct library *library, struct problem **problems)
{
    struct course course = {.count = count_books(library)};
    course.items = arena_push_many(arena, struct progress, course.count);
    uint32_t number = 0;
    for (struct runbook *book = library->books; book; book = book->next)
        course.items[number++].book = book;
    check_in_order(arena, library, &course);

    struct problem **last = problems;
    *problems = NULL;
    for (uint32_t i = 0; i < course.count; i++) {
        *last = course.items[i].problems;
        while (*last)
            last = &(*last)->next;
    }
    return !*problems;
}
