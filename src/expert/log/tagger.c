/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/tagger.h"

#include "text/date.h"

#include <assert.h>
#include <strings.h>

#define NEVER (-100000000) /* below every sum of weights of a line */
#define AFFIX 3            /* letters */
#define ID_DIGITS_MIN 4    /* of a name that has the form of a number: fewer are a number */

static const char *const names[TAGS] = {"", "",
#define X(id, word) #word,
                                        LOG_TAGS(X)
#undef X
};

const char *tag_name(enum tag tag)
{
    return names[tag];
}

bool tag_of(struct str name, enum tag *out)
{
    for (int tag = TAG_INSIDE + 1; tag < TAGS; tag++)
        if (str_eq(name, str_of(names[tag]))) {
            *out = (enum tag)tag;
            return true;
        }
    return false;
}

/* ---- features ---- */

enum feature {
    FEATURE_BIAS,
    FEATURE_FORM,
    FEATURE_SHAPE,
    FEATURE_WORD,
    FEATURE_HEAD,
    FEATURE_TAIL,
    FEATURE_BEFORE,
    FEATURE_BEFORE2,
    FEATURE_BEHIND,
    FEATURE_BEHIND2,
    FEATURE_KEY,
    FEATURE_KEY_FORM,
    FEATURE_UNIT,
    FEATURE_AROUND,
    FEATURE_EDGE,
    FEATURE_LENGTH,
    FEATURE_BEFORE_SHAPE,
    FEATURE_BEHIND_SHAPE,
    FEATURE_PART,
    FEATURE_SHAPE_AROUND,
};

struct features {
    uint64_t *out;
    uint32_t count;
};

static void add(struct features *all, enum feature feature, uint64_t hash)
{
    assert(all->count < TAGGER_FEATURES_MAX);
    all->out[all->count++] = piece_mix(hash, feature);
}

static const struct token none = {.is_mark = true};

static const struct token *token_at(const struct tokens *tokens, uint32_t at, int offset)
{
    const int64_t number = (int64_t)at + offset;
    return number >= 0 && number < tokens->count ? &tokens->items[number] : &none;
}

/* A word as it is, and anything else by its form: so that one context is one feature. */
static uint64_t gist(const struct tokens *tokens, const struct token *token)
{
    if (token == &none)
        return piece_mix(PIECE_NONE, 1000);
    if (token->is_mark || (token->form == ENTITY_WORD && !token->is_place))
        return piece_add(PIECE_NONE, token_text(tokens, token));
    return piece_mix(PIECE_NONE, 2000u + token->form);
}

/* The word that says what this is: the last before it, over `=`, `:`, quotes and brackets. */
static uint64_t key_of(const struct tokens *tokens, uint32_t at)
{
    struct str name = STR(""), word, last = STR("");
    for (uint32_t i = at, steps = 0; i-- > 0 && steps < 4; steps++) {
        const struct token *token = &tokens->items[i];
        if (token->is_mark && strchr("=:\"'([{<#/", tokens->line.ptr[token->start]))
            continue;
        if (token->is_mark || token->form != ENTITY_WORD)
            return piece_mix(PIECE_NONE, 2000u + token->form);
        name = token_text(tokens, token);
        break;
    }
    while (piece_word(&name, &word)) /* of "callingUid" the last */
        last = word;
    return piece_add(PIECE_NONE, last);
}

static void add_letters(struct features *all, struct str text)
{
    struct str name = text, word, last = STR("");
    add(all, FEATURE_HEAD, piece_add(PIECE_NONE, str_slice(text, 0, AFFIX)));
    add(all, FEATURE_TAIL,
        piece_add(PIECE_NONE, str_slice(text, text.len < AFFIX ? 0 : text.len - AFFIX, text.len)));
    while (piece_word(&name, &word))
        last = word;
    add(all, FEATURE_PART, piece_add(PIECE_NONE, last));
}

static uint64_t spacing(const struct tokens *tokens, uint32_t at)
{
    const struct token *token = token_at(tokens, at, 0), *next = token_at(tokens, at, 1);
    return (uint64_t)token->is_first | (uint64_t)(next == &none || next->is_first) << 1 |
           (uint64_t)(at == 0) << 2 | (uint64_t)(at + 1 == tokens->count) << 3;
}

uint32_t tagger_features(const struct tokens *tokens, uint32_t at,
                         uint64_t out[TAGGER_FEATURES_MAX])
{
    struct features all = {.out = out};
    const struct token *token = token_at(tokens, at, 0);
    const struct str text = token_text(tokens, token);
    const uint64_t form = token->is_mark ? 100 : token->is_place ? 101 : token->form;
    const uint64_t shape = piece_shape(text);
    const uint64_t before = gist(tokens, token_at(tokens, at, -1));
    const uint64_t behind = gist(tokens, token_at(tokens, at, 1));
    const uint64_t key = key_of(tokens, at);
    const uint64_t edge = spacing(tokens, at);
    add(&all, FEATURE_BIAS, PIECE_NONE);
    add(&all, FEATURE_FORM, form);
    add(&all, FEATURE_SHAPE, shape);
    add(&all, FEATURE_WORD, gist(tokens, token));
    if (!token->is_mark && token->form == ENTITY_WORD)
        add_letters(&all, text);
    else if (!token->is_mark) /* "20261122" begins as years do */
        add(&all, FEATURE_HEAD, piece_mix(piece_add(PIECE_NONE, str_slice(text, 0, 2)), text.len));
    add(&all, FEATURE_LENGTH, piece_mix(form, text.len < 12 ? text.len : 12 + (text.len > 20)));
    add(&all, FEATURE_BEFORE, before);
    add(&all, FEATURE_BEHIND, behind);
    add(&all, FEATURE_BEFORE2, piece_mix(gist(tokens, token_at(tokens, at, -2)), before));
    add(&all, FEATURE_BEHIND2, piece_mix(gist(tokens, token_at(tokens, at, 2)), behind));
    add(&all, FEATURE_KEY, key);
    add(&all, FEATURE_KEY_FORM, piece_mix(key, form));
    add(&all, FEATURE_UNIT, piece_mix(behind, form));
    add(&all, FEATURE_AROUND, piece_mix(before, form));
    add(&all, FEATURE_EDGE, piece_mix(edge, form));
    add(&all, FEATURE_SHAPE_AROUND, piece_mix(behind, shape));
    add(&all, FEATURE_BEFORE_SHAPE, piece_shape(token_text(tokens, token_at(tokens, at, -1))));
    add(&all, FEATURE_BEHIND_SHAPE, piece_shape(token_text(tokens, token_at(tokens, at, 1))));
    return all.count;
}

/* ---- the best labels ---- */

#define IS(tag) (1u << TAG_##tag)
#define NAMES (IS(HOST) | IS(SERVICE) | IS(USER) | IS(SYMBOL) | IS(TABLE) | IS(PATH) | IS(ID))
#define MEASURES (IS(NUMBER) | IS(QUANTITY) | IS(DURATION) | IS(SIZE))

/* What may begin at a token of each form. */
static const uint32_t may_begin[ENTITIES] = {
    [ENTITY_WORD] = NAMES | IS(EXCEPTION) | IS(TIME) | IS(VERSION),
    [ENTITY_NUMBER] = MEASURES | IS(PORT) | IS(STATUS) | IS(TIME) | IS(VERSION) | IS(ID),
    [ENTITY_HEX] = IS(ID),
    [ENTITY_ID] = NAMES | IS(VERSION) | IS(SIZE) | IS(QUANTITY) | IS(DURATION),
    [ENTITY_UUID] = IS(UUID),
    [ENTITY_IP] = IS(IP),
    [ENTITY_PORT] = IS(PORT),
    [ENTITY_MAC] = IS(ID),
    [ENTITY_HOST] = IS(HOST) | IS(SERVICE) | IS(VERSION),
    [ENTITY_URL] = IS(URL) | IS(PATH),
    [ENTITY_PATH] = IS(PATH) | IS(SYMBOL),
    [ENTITY_TIME] = IS(TIME) | IS(DURATION) | IS(ID),
    [ENTITY_DURATION] = IS(DURATION) | IS(QUANTITY) | IS(SIZE) | IS(ID),
    [ENTITY_SIZE] = IS(SIZE) | IS(QUANTITY) | IS(ID),
    [ENTITY_PERCENT] = IS(QUANTITY),
    [ENTITY_VERSION] = IS(VERSION) | IS(STATUS) | IS(NUMBER),
    [ENTITY_EMAIL] = IS(EMAIL),
    [ENTITY_STATUS] = IS(STATUS),
    [ENTITY_USER] = IS(USER),
    [ENTITY_POD] = IS(SERVICE),
    [ENTITY_CLASS] = IS(SYMBOL) | IS(EXCEPTION),
};

/* Words that go on with a measure or a date behind a blank: "5 seconds", "Sun Nov 22". */
static bool is_unit(struct str word)
{
    static const char *const units[] = {
        "ns",
        "us",
        "ms",
        "s",
        "sec",
        "secs",
        "second",
        "seconds",
        "m",
        "min",
        "mins",
        "minute",
        "minutes",
        "h",
        "hour",
        "hours",
        "d",
        "day",
        "days",
        "millis",
        "b",
        "byte",
        "bytes",
        "k",
        "kb",
        "kib",
        "kbytes",
        "mb",
        "mib",
        "mbytes",
        "gb",
        "gib",
        "g",
        "tb",
        "percent",
        "rpm",
        "c",
        "celsius",
        "degrees",
        "mbps",
        "gbps",
        "kbps",
        "hz",
        "mhz",
        "ghz",
        "w",
        "v",
        "iops",
        "req/s",
        "milliseconds",
        "microseconds",
        "nanoseconds",
        "utc",
        "gmt",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    };
    if (date_is_month(word))
        return true;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if ((word.ptr[0] | 0x20) == units[i][0] && word.len == strlen(units[i]) &&
            strncasecmp(word.ptr, units[i], word.len) == 0)
            return true;
    bool zone = word.len >= 3 && word.len <= 4; /* "CET", "AEST" */
    for (size_t i = 0; zone && i < word.len; i++)
        zone = word.ptr[i] >= 'A' && word.ptr[i] <= 'Z';
    return zone;
}

/* By its form, it was filled in. */
static bool is_certain(const struct token *token, struct str text)
{
    switch ((enum entity)token->form) {
    case ENTITY_NUMBER:
    case ENTITY_UUID:
    case ENTITY_IP:
    case ENTITY_MAC:
    case ENTITY_URL:
    case ENTITY_TIME:
    case ENTITY_DURATION:
    case ENTITY_SIZE:
    case ENTITY_VERSION:
    case ENTITY_EMAIL:
        return true;
    case ENTITY_PATH:
        return text.ptr[0] == '/';
    case ENTITY_HEX:
        return text.len > 2 && text.ptr[1] == 'x';
    default:
        return false;
    }
}

/* "10.0.0.1:80", "db.internal:5432": the number behind the colon. */
static bool is_port(const struct tokens *tokens, uint32_t at)
{
    const struct token *token = &tokens->items[at];
    if (at < 2 || token->form != ENTITY_NUMBER || token->is_first || token[-1].is_first)
        return false;
    return token[-1].is_mark && tokens->line.ptr[token[-1].start] == ':' &&
           (token[-2].form == ENTITY_IP || token[-2].form == ENTITY_HOST);
}

static bool is_measure(const struct token *token)
{
    return token->form == ENTITY_NUMBER || token->form == ENTITY_TIME ||
           token->form == ENTITY_DURATION || token->form == ENTITY_SIZE;
}

/* "02345000", "36d111b7e8ed8b11", "0000:00:1f.0": what looks like a measure or a clock may be the
 * name of something, but not "36d", "3.5" and "16:42:54". */
static bool may_be_id(struct str text)
{
    const size_t colon = str_find(text, STR(":")), dot = str_find(text, STR("."));
    if (colon != STR_NPOS)
        return colon == ID_DIGITS_MIN;
    return text.len >= ID_DIGITS_MIN && dot == STR_NPOS && text.ptr[0] != '-';
}

uint32_t tagger_may_be(const struct tokens *tokens, uint32_t at)
{
    const struct token *token = &tokens->items[at];
    const struct str text = token_text(tokens, token);
    const bool word = !token->is_mark && token->form == ENTITY_WORD && !token->is_place;
    uint32_t may = is_certain(token, text) ? 0 : IS(OUTSIDE);
    if (is_port(tokens, at))
        return IS(PORT);
    if (!(word && token->is_first) || is_unit(text))
        may |= IS(INSIDE);
    if (token->is_mark)
        return may;
    may |= token->is_place ? IS(CODE) : may_begin[token->form];
    if (token->form == ENTITY_ID && !(text.ptr[0] >= '0' && text.ptr[0] <= '9'))
        may &= ~(IS(SIZE) | IS(QUANTITY) | IS(DURATION));
    if (token->form == ENTITY_NUMBER && str_find(text, STR(".")) == STR_NPOS)
        may &= ~IS(VERSION);
    if (token->form == ENTITY_PATH && text.ptr[0] == '/')
        may &= ~IS(SYMBOL);
    if (is_measure(token) && !may_be_id(text))
        may &= ~IS(ID);
    return may;
}

/* The best label of the token before, for this one here; the score of the two goes to `score`. */
static uint8_t best_before(const int32_t *before, const int32_t (*after)[TAGS], int tag,
                           int32_t *score)
{
    uint8_t best = TAG_OUTSIDE;
    *score = INT32_MIN;
    for (int last = tag == TAG_INSIDE ? TAG_INSIDE : TAG_OUTSIDE; last < TAGS; last++)
        if (before[last] + after[last][tag] > *score) {
            *score = before[last] + after[last][tag];
            best = (uint8_t)last;
        }
    return best;
}

void tagger_decode(int32_t (*scores)[TAGS], const uint32_t *may, uint32_t count,
                   const int32_t (*after)[TAGS], uint8_t *out)
{
    static const int32_t start[TAGS] = {[TAG_INSIDE... TAGS - 1] = NEVER};
    uint8_t from[TOKENS_MAX][TAGS];
    for (uint32_t at = 0; at < count; at++)
        for (int tag = 0; tag < TAGS; tag++) {
            int32_t before = 0;
            from[at][tag] = TAG_OUTSIDE;
            if (may[at] & (1u << tag))
                from[at][tag] = best_before(at ? scores[at - 1] : start, after, tag, &before);
            scores[at][tag] = may[at] & (1u << tag) ? before + scores[at][tag] : NEVER;
        }
    int best = 0;
    for (int tag = 1; count > 0 && tag < TAGS; tag++)
        if (scores[count - 1][tag] > scores[count - 1][best])
            best = tag;
    for (uint32_t at = count; at-- > 0;) {
        out[at] = (uint8_t)best;
        best = from[at][best];
    }
}

uint32_t tagger_entities(const struct tokens *tokens, const uint8_t *labels,
                         struct found out[TOKENS_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < tokens->count; i++) {
        const struct token *token = &tokens->items[i];
        if (labels[i] == TAG_INSIDE && count > 0)
            out[count - 1].end = token->end;
        else if (labels[i] > TAG_INSIDE)
            out[count++] = (struct found){token->start, token->end, (enum tag)labels[i]};
    }
    return count;
}

uint32_t tagger_find(const struct log_numbers *numbers, struct str line,
                     struct found out[TOKENS_MAX])
{
    struct tokens tokens;
    int32_t scores[TOKENS_MAX][TAGS], after[TAGS][TAGS];
    uint32_t may[TOKENS_MAX];
    uint8_t labels[TOKENS_MAX];
    tokens_cut(line, &tokens);
    for (int i = 0; i < TAGS * TAGS; i++)
        (&after[0][0])[i] = (&numbers->after[0][0])[i];
    for (uint32_t at = 0; at < tokens.count; at++) {
        uint64_t features[TAGGER_FEATURES_MAX];
        const uint32_t count = tagger_features(&tokens, at, features);
        may[at] = tagger_may_be(&tokens, at);
        memset(scores[at], 0, sizeof scores[at]);
        for (uint32_t i = 0; i < count; i++) {
            const int8_t *weights = numbers->tags[piece_bucket(features[i], TAG_BUCKETS)];
            for (int tag = 0; tag < TAGS; tag++)
                scores[at][tag] += weights[tag];
        }
    }
    tagger_decode(scores, may, tokens.count, (const int32_t(*)[TAGS])after, labels);
    return tagger_entities(&tokens, labels, out);
}
