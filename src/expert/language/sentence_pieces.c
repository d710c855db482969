/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The best way to cut a text is the best way to cut what stands before its last piece, and that
 * piece (A. Viterbi, 1967). Two rules are as the reference has them, and are kept for its sake: of
 * equally good last pieces the shortest wins, and a sum of exactly 0 counts as none.
 */
#include "expert/language/sentence_pieces.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

#include <jansson.h>

#define RESERVED 6 /* the first of the vocabulary stand for no text */
#define PIECE_BYTES_MAX 64
#define SPACE "\xe2\x96\x81" /* U+2581, which stands for a space in a piece */

/* ---- the vocabulary ---- */

static bool add_piece(struct pieces *pieces, const json_t *pair, uint32_t number, struct err *err)
{
    const json_t *text = json_array_get(pair, 0), *score = json_array_get(pair, 1);
    if (!json_is_string(text) || (!json_is_number(score) && !json_is_null(score)))
        return err_set(err, ERR_CORRUPT, "piece %u is not [text, score]", number);
    const struct str piece = {json_string_value(text), json_string_length(text)};
    if (piece.len == 0 || piece.len > PIECE_BYTES_MAX)
        return err_set(err, ERR_CORRUPT, "piece %u has %zu bytes, and not 1 to %d", number,
                       piece.len, PIECE_BYTES_MAX);
    if (number < RESERVED)
        return true;
    const uint32_t at = map_add(&pieces->texts, piece);
    pieces->numbers[at] = (uint16_t)number;
    pieces->scores[at] = json_number_value(score);
    if (piece.len > pieces->longest_bytes)
        pieces->longest_bytes = (uint32_t)piece.len;
    return true;
}

static bool add_pieces(struct arena *arena, const json_t *list, struct pieces *out, struct err *err)
{
    const size_t count = json_array_size(list);
    if (count <= RESERVED || count > PIECES_MAX)
        return err_set(err, ERR_CORRUPT, "a list of %d to %d pieces is wanted", RESERVED + 1,
                       PIECES_MAX);
    *out = (struct pieces){.texts = map_new(arena),
                           .numbers = arena_push_many(arena, uint16_t, count),
                           .scores = arena_push_many(arena, double, count),
                           .count = (uint32_t)count};
    for (uint32_t i = 0; i < count; i++)
        if (!add_piece(out, json_array_get(list, i), i, err))
            return false;
    return true;
}

bool pieces_parse(struct arena *arena, struct str json, struct pieces *out, struct err *err)
{
    json_error_t problem;
    json_t *list = json_loadb(json.ptr, json.len, 0, &problem);
    if (!list)
        return err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    const bool ok = add_pieces(arena, list, out, err);
    json_decref(list);
    return ok;
}

/* ---- plain letters ---- */

/* What a letter is another form of (Unicode 15, NFKC); of a range, the first. */
static const struct {
    uint32_t from, to;
    const char *plain;
} forms[] = {
    {0xa0, 0xa0, " "},        {0xaa, 0xaa, "a"},           {0xb2, 0xb3, "2"},
    {0xb5, 0xb5, "\u03bc"},   {0xb9, 0xb9, "1"},           {0xba, 0xba, "o"},
    {0xbc, 0xbc, "1\u20444"}, {0xbd, 0xbd, "1\u20442"},    {0xbe, 0xbe, "3\u20444"},
    {0x2002, 0x2002, " "},    {0x2003, 0x2003, " "},       {0x2009, 0x2009, " "},
    {0x2025, 0x2025, ".."},   {0x2026, 0x2026, "..."},     {0x202f, 0x202f, " "},
    {0x203c, 0x203c, "!!"},   {0x2070, 0x2070, "0"},       {0x2074, 0x2079, "4"},
    {0x2080, 0x2089, "0"},    {0x2103, 0x2103, "\u00b0C"}, {0x2116, 0x2116, "No"},
    {0x2122, 0x2122, "TM"},   {0x3000, 0x3000, " "},       {0xfb00, 0xfb00, "ff"},
    {0xfb01, 0xfb01, "fi"},   {0xfb02, 0xfb02, "fl"},      {0xfb03, 0xfb03, "ffi"},
    {0xfb04, 0xfb04, "ffl"},  {0xff01, 0xff5e, "!"},
};

/* In its plain form; `letter` itself where it has none. */
static struct str plain_form(uint32_t code, struct str letter, char scratch[1])
{
    for (size_t i = 0; code >= 0x80 && i < sizeof forms / sizeof *forms; i++) {
        if (code < forms[i].from || code > forms[i].to)
            continue;
        if (forms[i].from == forms[i].to)
            return str_of(forms[i].plain);
        *scratch = (char)(forms[i].plain[0] + (int)(code - forms[i].from));
        return (struct str){scratch, 1};
    }
    return letter;
}

/* With a space in front, and spaces as pieces have them. */
static struct str plain_text(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    struct str rest = str_slice(text, 0, PIECES_TEXT_BYTES_MAX);
    if (rest.len > 0)
        buf_add(&out, STR(SPACE));
    while (rest.len > 0) {
        const char *at = rest.ptr;
        const uint32_t code = utf8_take(&rest);
        char scratch[1];
        const struct str letter =
            plain_form(code, (struct str){at, (size_t)(rest.ptr - at)}, scratch);
        buf_add(&out, str_eq(letter, STR(" ")) ? STR(SPACE) : letter);
    }
    return buf_str(&out);
}

/* ---- cutting ---- */

/* The best way to cut what stands before a byte. */
struct cut {
    double score;
    uint32_t from; /* where its last piece begins */
    uint16_t piece;
    bool is_end; /* of a piece; only there another begins */
};

static void consider(struct cut *cuts, uint32_t from, uint32_t to, uint16_t piece, double score)
{
    struct cut *cut = &cuts[to];
    const double sum = cuts[from].score + score;
    if (cut->score == 0.0 || sum >= cut->score)
        *cut = (struct cut){.score = sum, .from = from, .piece = piece, .is_end = true};
}

/* All pieces that the text goes on with from there; the letter alone, where there are none. */
static void go_on(const struct pieces *pieces, struct str text, uint32_t from, uint32_t letter_end,
                  struct cut *cuts)
{
    bool found = false;
    for (uint32_t to = letter_end; to <= text.len && to - from <= pieces->longest_bytes; to++) {
        const uint32_t at = map_find(&pieces->texts, str_slice(text, from, to));
        if (at == MAP_NONE)
            continue;
        found = true;
        consider(cuts, from, to, pieces->numbers[at], pieces->scores[at]);
    }
    if (!found)
        consider(cuts, from, letter_end, PIECE_UNKNOWN, 0.0);
}

/* The pieces from the last to the first, turned around. */
static uint32_t read_back(const struct cut *cuts, uint32_t end, uint16_t *all)
{
    uint32_t count = 0;
    for (uint32_t at = end; at > 0; at = cuts[at].from)
        if (count == 0 || cuts[at].piece != PIECE_UNKNOWN || all[count - 1] != PIECE_UNKNOWN)
            all[count++] = cuts[at].piece;
    for (uint32_t i = 0; i < count / 2; i++) {
        const uint16_t piece = all[i];
        all[i] = all[count - 1 - i];
        all[count - 1 - i] = piece;
    }
    return count;
}

uint32_t pieces_cut(const struct pieces *pieces, struct str text, uint16_t *out, uint32_t max)
{
    struct arena *arena = arena_new("pieces");
    const struct str plain = plain_text(arena, text);
    struct cut *cuts = arena_push_many(arena, struct cut, plain.len + 1);
    for (struct str rest = plain; rest.len > 0;) {
        const uint32_t from = (uint32_t)(plain.len - rest.len);
        utf8_take(&rest);
        if (from == 0 || cuts[from].is_end)
            go_on(pieces, plain, from, (uint32_t)(plain.len - rest.len), cuts);
    }
    uint16_t *all = arena_push_many(arena, uint16_t, plain.len + 1);
    const uint32_t count = read_back(cuts, (uint32_t)plain.len, all);
    const uint32_t taken = count < max ? count : max;
    memcpy(out, all, taken * sizeof *out);
    arena_free(arena);
    return taken;
}
