/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claim_check(), sentence_check() and sentence_check_beside(). The first line is the claim, or
 * sentence; each other line is a row of the query's answer: a text, and the number and the time
 * that its bytes make.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "base/clock.h"
#include "case/evidence.h"
#include "data/batch.h"
#include "guard/claim.h"

#include <math.h>
#include <string.h>

#define ROWS_MAX 32
#define NUMBER_MIN 1e-3 /* between these, claim_number() promises three digits */
#define NUMBER_MAX 1e15

static const struct field fields[] = {
    {"text", TYPE_TEXT, 0, "", NULL},
    {"number", TYPE_REAL, 0, "", NULL},
    {"time", TYPE_TIME, 0, "", NULL},
    {0},
};

static double number_of(struct str line)
{
    double number = 0;
    if (str_to_real(line, &number))
        return number;
    uint64_t bits = str_hash(line);
    memcpy(&number, &bits, sizeof number);
    return number;
}

static struct batch *rows_of(struct arena *arena, struct str rest)
{
    struct batch *rows = batch_new(arena, fields);
    struct str line;
    while (rows->rows < ROWS_MAX && str_split(&rest, '\n', &line)) {
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "text", value_text(line));
        batch_set(rows, row, "number", value_real(number_of(line)));
        batch_set(rows, row, "time", value_time((int64_t)(str_hash(line) >> 2)));
    }
    return rows;
}

static const struct evidence *evidence_of(struct arena *arena, const struct batch *rows)
{
    struct evidence *first = NULL;
    for (size_t row = rows->rows; row > 0; row--) {
        struct evidence *evidence = arena_push(arena, struct evidence);
        const struct str text = batch_column(rows, "text")->texts[row - 1];
        *evidence = (struct evidence){.id = (uint32_t)row,
                                      .claim = text,
                                      .subject = str_slice(text, 0, 8),
                                      .onset_ns = row % 2 == 0 ? (int64_t)(row * 1000) : 0,
                                      .next = first};
        first = evidence;
    }
    return first;
}

/* What the guard prints, the guard must find again. */
static void expect_numbers_found(struct arena *arena, const struct batch *rows)
{
    for (size_t row = 0; row < rows->rows; row++) {
        const struct column *numbers = batch_column(rows, "number");
        const double size = fabs(numbers->reals[row]);
        if (!numbers->known[row] || size < NUMBER_MIN || size > NUMBER_MAX)
            continue;
        struct batch *one = batch_new(arena, fields);
        batch_set(one, batch_add_row(one), "number", value_real(numbers->reals[row]));
        struct err err = {0};
        fuzz_expect(claim_check(claim_number(arena, numbers->reals[row]), one, &err),
                    "a number is borne out by itself, as claims print it");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct str rest = fuzz_text(data, size), claim = STR("");
    str_split(&rest, '\n', &claim);
    const struct batch *rows = rows_of(arena, rest);
    const struct batch *none = batch_new(arena, fields);

    struct err err = {0}, err_none = {0};
    const bool borne_out = claim_check(claim, rows, &err);
    const bool borne_out_by_none = claim_check(claim, none, &err_none);
    fuzz_expect_reason(borne_out, &err);
    fuzz_expect_reason(borne_out_by_none, &err_none);
    fuzz_expect(borne_out || !borne_out_by_none, "more rows bear out no less");
    fuzz_expect(!borne_out_by_none || !str_contains(claim, STR("`")),
                "a name needs a row that holds it");
    expect_numbers_found(arena, rows);

    err = err_none = (struct err){0};
    const bool said = sentence_check(claim, evidence_of(arena, rows), &err);
    fuzz_expect_reason(said, &err);
    fuzz_expect(!said || str_contains(claim, STR("[E")), "a sentence cites");
    fuzz_expect(!sentence_check(claim, NULL, &err_none), "there is nothing to cite");

    struct err err_beside = {0}, err_alone = {0};
    const bool beside = sentence_check_beside(claim, rest, evidence_of(arena, rows), &err_beside);
    const bool alone = sentence_check_beside(claim, STR(""), evidence_of(arena, rows), &err_alone);
    fuzz_expect_reason(beside, &err_beside);
    fuzz_expect(!said || alone, "who cites may say as much as who need not");
    fuzz_expect(!alone || beside, "more beside it allows no less");
    arena_free(arena);
    return 0;
}
