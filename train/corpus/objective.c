/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spans are placed as T5 places them (C. Raffel et al., 2020, 3.1.4): so many words are taken out,
 * in so many spans, and both what is taken and what is left are cut into pieces at random; a text
 * begins with a piece that is left. White space stays where it was, so that input and target make
 * the text again.
 */
#include "train/corpus/objective.h"

#include "base/arena.h"
#include "train/corpus/draw.h"

#define WORDS_MIN 12
#define SUFFIX_PERCENT 25 /* of a text is the target of [S] */
#define CODE_PERCENT 15   /* of the names */
#define NAMES_MIN 4
#define STRING_BYTES_MAX 60
#define NAME_BYTES_MIN 3

static const struct denoiser {
    const char *name, *mode;
    uint32_t span, percent; /* words a span, on average; share of words; 0: the rest of the text */
} denoisers[] = {
    {"r3", "[R]", 3, 15}, {"r8", "[R]", 8, 15},   {"s", "[S]", 0, 0},      {"x3", "[X]", 3, 50},
    {"x8", "[X]", 8, 50}, {"x64", "[X]", 64, 15}, {"x64h", "[X]", 64, 50},
};

#define DENOISERS ((uint32_t)(sizeof denoisers / sizeof *denoisers))

/* [from, to) of the text, and whether it is taken out. */
struct piece {
    size_t from, to;
    bool is_taken;
};

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* ---- writing ---- */

struct writing {
    struct str text;
    struct buf input, target;
    uint32_t sentinels;
    size_t left_until; /* what was written of the text */
};

static struct writing writing_new(struct arena *arena, struct str text, const char *mode)
{
    struct writing writing = {.text = text, .input = buf_new(arena), .target = buf_new(arena)};
    buf_printf(&writing.input, "%s ", mode);
    return writing;
}

static void take_out(struct writing *writing, size_t from, size_t to)
{
    buf_add(&writing->input, str_slice(writing->text, writing->left_until, from));
    buf_printf(&writing->input, "<extra_id_%u>", writing->sentinels);
    buf_printf(&writing->target, "%s<extra_id_%u> ", writing->sentinels > 0 ? " " : "",
               writing->sentinels);
    buf_add(&writing->target, str_slice(writing->text, from, to));
    writing->sentinels++;
    writing->left_until = to;
}

static void finish(struct writing *writing, struct objective *out)
{
    buf_add(&writing->input, str_slice(writing->text, writing->left_until, writing->text.len));
    buf_printf(&writing->target, " <extra_id_%u>", writing->sentinels);
    out->input = buf_str(&writing->input);
    out->target = buf_str(&writing->target);
}

/* A document that speaks of sentinels would teach that they mean nothing. */
static bool has_sentinels(struct str text)
{
    return str_contains(text, STR("<extra_id_"));
}

/* ---- documents ---- */

static uint32_t words_of(struct arena *arena, struct str text, struct piece **out)
{
    struct piece *words = arena_push_many(arena, struct piece, text.len / 2 + 1);
    uint32_t count = 0;
    for (size_t at = 0; at < text.len;) {
        while (at < text.len && is_white(text.ptr[at]))
            at++;
        const size_t from = at;
        while (at < text.len && !is_white(text.ptr[at]))
            at++;
        if (at > from)
            words[count++] = (struct piece){.from = from, .to = at};
    }
    *out = words;
    return count;
}

/* Cuts `items` into `parts` pieces of at least one (D. Knuth, "Seminumerical Algorithms", 3.4.2,
 * S). */
static void partition(uint64_t *state, uint32_t items, uint32_t parts, uint32_t *sizes)
{
    uint32_t part = 0, size = 1, cuts = parts - 1;
    for (uint32_t left = items - 1; left > 0; left--) {
        if (cuts > 0 && draw_below(state, left) < cuts) {
            sizes[part++] = size;
            size = 0;
            cuts--;
        }
        size++;
    }
    sizes[part] = size;
}

static uint32_t at_least_one(uint32_t number)
{
    return number > 0 ? number : 1;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void corrupt(struct writing *writing, const struct denoiser *denoiser,
                    const struct piece *words, uint32_t count, uint64_t *state, double *masked)
{
    uint32_t taken_sizes[SENTINELS_MAX], left_sizes[SENTINELS_MAX];
    const uint32_t taken = at_least_one((count * denoiser->percent + 50) / 100);
    const uint32_t wanted = at_least_one((taken + denoiser->span / 2) / denoiser->span);
    const uint32_t spans = least(least(wanted, SENTINELS_MAX), least(taken, count - taken));
    partition(state, taken, spans, taken_sizes);
    partition(state, count - taken, spans, left_sizes);
    uint32_t word = 0;
    for (uint32_t i = 0; i < spans; i++) {
        word += left_sizes[i];
        take_out(writing, words[word].from, words[word + taken_sizes[i] - 1].to);
        word += taken_sizes[i];
    }
    *masked = (double)taken / count;
}

bool objective_prose(struct arena *arena, struct str text, uint64_t *state, struct objective *out)
{
    struct piece *words;
    const uint32_t count = words_of(arena, text, &words);
    if (count < WORDS_MIN || has_sentinels(text))
        return false;
    const struct denoiser *denoiser = &denoisers[draw_below(state, DENOISERS)];
    struct writing writing = writing_new(arena, text, denoiser->mode);
    out->denoiser = denoiser->name;
    if (denoiser->span > 0) {
        corrupt(&writing, denoiser, words, count, state, &out->masked);
    } else {
        const uint32_t suffix = at_least_one(count * SUFFIX_PERCENT / 100);
        take_out(&writing, words[count - suffix].from, words[count - 1].to);
        out->masked = (double)suffix / count;
    }
    finish(&writing, out);
    return true;
}

/* ---- code ---- */

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name(char c)
{
    return is_name_start(c) || (c >= '0' && c <= '9');
}

/* Of C, C++, Java, Go, Python, JavaScript, Rust, Ruby, shell and SQL. */
static bool is_keyword(struct str word)
{
    static const char keywords[] =
        " abstract and any as assert async auto await begin bool boolean break byte case catch "
        "char "
        "class const continue crate create def default defer del delete do done double elif else "
        "elsif "
        "end ensure enum esac except export extends extern false final finally float fn for "
        "foreach "
        "from func function global goto group if impl implements import in include inline "
        "instanceof "
        "int int32_t int64_t interface into is join lambda let long loop map match mod module move "
        "mut "
        "namespace new nil none not null nullptr or order override package pass print private "
        "protected "
        "pub public range ref register rescue return select self set short signed size_t sizeof "
        "static "
        "str string struct super switch table template then this throw throws trait true try type "
        "typedef typeof uint32_t uint64_t undef union unless unsafe unsigned until update use "
        "using var "
        "virtual void volatile when where while with yield define endif ifdef ifndef select "
        "insert ";
    char padded[32];
    if (word.len > 20)
        return false;
    padded[0] = ' ';
    for (size_t i = 0; i < word.len; i++)
        padded[i + 1] =
            (char)(word.ptr[i] >= 'A' && word.ptr[i] <= 'Z' ? word.ptr[i] + 32 : word.ptr[i]);
    padded[word.len + 1] = ' ';
    return str_contains(str_of(keywords), (struct str){padded, word.len + 2});
}

static bool is_of_failure(struct str word)
{
    static const char *const parts[] = {"error", "exception", "panic",   "fault", "fail",
                                        "throw", "abort",     "timeout", "retry", "fatal"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (str_find_no_case(word, str_of(parts[i])) != STR_NPOS)
            return true;
    return false;
}

/* How much a name says: what is thrown 4, what is called 3, any other 1, a keyword 0. */
static uint32_t weight_of(struct str text, size_t from, size_t to)
{
    const struct str word = str_slice(text, from, to);
    if (word.len < NAME_BYTES_MIN || is_keyword(word))
        return 0;
    if (is_of_failure(word))
        return 4;
    while (to < text.len && text.ptr[to] == ' ')
        to++;
    return to < text.len && text.ptr[to] == '(' ? 3 : 1;
}

/* Where the comment that begins at `at` ends; `at` itself: there is none. */
static size_t comment_end(struct str text, size_t at)
{
    const struct str rest = str_slice(text, at, text.len);
    size_t end = STR_NPOS;
    if (str_starts(rest, STR("/*"))) {
        end = str_find(rest, STR("*/"));
        return end == STR_NPOS ? text.len : at + end + 2;
    }
    if (!str_starts(rest, STR("//")) && !str_starts(rest, STR("# ")) &&
        !str_starts(rest, STR("-- ")))
        return at;
    end = str_find(rest, STR("\n"));
    return end == STR_NPOS ? text.len : at + end;
}

/* Behind the quote that closes the one at `at`, on the same line; `at` itself: there is none. */
static size_t string_end(struct str text, size_t at)
{
    for (size_t i = at + 1; i < text.len && i < at + STRING_BYTES_MAX && text.ptr[i] != '\n'; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == text.ptr[at])
            return i + 1;
    }
    return at;
}

struct named {
    size_t from, to;
    uint32_t weight;
};

static uint32_t names_of(struct arena *arena, struct str text, struct named **out)
{
    struct named *names = arena_push_many(arena, struct named, text.len / 2 + 1);
    uint32_t count = 0;
    for (size_t at = 0; at < text.len;) {
        const size_t from = at, behind = comment_end(text, at);
        const char c = text.ptr[at];
        if (behind > at) {
            at = behind;
        } else if (c == '"' || c == '\'') {
            const size_t end = string_end(text, at);
            at = end > at ? end : at + 1;
            if (end > from + NAME_BYTES_MIN + 2)
                names[count++] = (struct named){from + 1, end - 1, 1};
        } else if (is_name_start(c)) {
            while (at < text.len && is_name(text.ptr[at]))
                at++;
            const uint32_t weight = weight_of(text, from, at);
            if (weight > 0)
                names[count++] = (struct named){from, at, weight};
        } else {
            at++;
        }
    }
    *out = names;
    return count;
}

bool objective_code(struct arena *arena, struct str text, uint64_t *state, struct objective *out)
{
    struct named *names;
    const uint32_t count = names_of(arena, text, &names);
    if (count < NAMES_MIN || has_sentinels(text))
        return false;
    uint64_t weights = 0;
    for (uint32_t i = 0; i < count; i++)
        weights += names[i].weight;
    const uint32_t wanted = at_least_one(least(count * CODE_PERCENT / 100, SENTINELS_MAX));
    struct writing writing = writing_new(arena, text, "[C]");
    /* one at least: where chance took none, the last one goes */
    for (uint32_t i = 0; i < count && writing.sentinels < SENTINELS_MAX; i++)
        if (draw(state) % weights < (uint64_t)names[i].weight * wanted ||
            (i + 1 == count && writing.sentinels == 0))
            take_out(&writing, names[i].from, names[i].to);
    out->denoiser = "c";
    out->masked = (double)writing.sentinels / count;
    finish(&writing, out);
    return true;
}
