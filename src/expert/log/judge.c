/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/judge.h"

#include "expert/log/tokens.h"
#include "text/level.h"
#include "text/template.h"

#include <math.h>

#define STEM 5        /* letters: "refus" is refused, refuses, refusing */
#define WORDS_MAX 160 /* of a line; what comes later is payload */

const char *gravity_name(enum gravity gravity)
{
    static const char *const names[GRAVITIES] = {"routine", "warning", "error"};
    return names[gravity];
}

/* ---- features ---- */

enum feature {
    FEATURE_WORD,
    FEATURE_STEM,
    FEATURE_PAIR,
    FEATURE_GAP,
    FEATURE_FORM,
    FEATURE_FIRST,
    FEATURE_LAST,
    FEATURE_MARKS
};

struct gathering {
    uint64_t seen[JUDGE_BUCKETS / 64];
    struct judge_features *out;
    uint32_t words;
    uint64_t before, before_that; /* stems */
};

static void gather(struct gathering *all, enum feature feature, uint64_t hash)
{
    const uint32_t bucket = piece_bucket(piece_mix(hash, feature), JUDGE_BUCKETS);
    const uint64_t bit = UINT64_C(1) << (bucket % 64);
    if ((all->seen[bucket / 64] & bit) || all->out->count == JUDGE_FEATURES_MAX)
        return;
    all->seen[bucket / 64] |= bit;
    all->out->buckets[all->out->count++] = (uint16_t)bucket;
}

static void gather_word(struct gathering *all, struct str word)
{
    const enum level level = level_of_word(word);
    all->out->clues[CLUE_BAD_WORD] |= level >= LEVEL_ERROR;
    all->out->clues[CLUE_WARN_WORD] |= level == LEVEL_WARN;
    const uint64_t stem = piece_add(PIECE_NONE, str_slice(word, 0, STEM));
    gather(all, FEATURE_STEM, stem);
    if (word.len > STEM)
        gather(all, FEATURE_WORD, piece_add(PIECE_NONE, word));
    gather(all, FEATURE_PAIR, piece_mix(all->before, stem));
    gather(all, FEATURE_GAP, piece_mix(all->before_that, stem));
    if (all->words == 0)
        gather(all, FEATURE_FIRST, stem);
    all->before_that = all->before;
    all->before = stem;
    all->words++;
}

static void gather_token(struct gathering *all, const struct tokens *tokens,
                         const struct token *token)
{
    struct str name = token_text(tokens, token), word;
    if (token->is_mark) {
        if (strchr("!?*#", name.ptr[0]) && name.ptr[0] != '\0')
            gather(all, FEATURE_MARKS, (unsigned char)name.ptr[0]);
    } else if (token->form != ENTITY_WORD) {
        gather(all, FEATURE_FORM, token->form);
        gather(all, FEATURE_PAIR, piece_mix(all->before, token->form));
    } else {
        while (all->words < WORDS_MAX && piece_word(&name, &word))
            gather_word(all, word);
    }
}

void judge_features(struct str line, struct judge_features *out)
{
    struct gathering all = {.out = out};
    struct tokens tokens;
    tokens_cut(line, &tokens);
    out->count = 0;
    memset(out->clues, 0, sizeof out->clues);
    for (uint32_t i = 0; i < tokens.count && all.words < WORDS_MAX; i++)
        gather_token(&all, &tokens, &tokens.items[i]);
    gather(&all, FEATURE_LAST, all.before);
    out->clues[CLUE_FAILING] = template_is_failing(tokens.line, STR(""));
}

/* ---- judgement ---- */

struct judgement judge_line(const struct log_numbers *numbers, struct str line)
{
    struct judge_features features;
    int32_t sums[JUDGE_COLUMNS] = {0};
    double scores[JUDGE_COLUMNS], all = 0;
    judge_features(line, &features);
    for (uint32_t i = 0; i < features.count; i++)
        for (int column = 0; column < JUDGE_COLUMNS; column++)
            sums[column] += numbers->judge[features.buckets[i]][column];
    const double root = sqrt((double)features.count); /* there is always a last word */
    for (int i = 0; i < JUDGE_COLUMNS; i++) {
        const bool gravity = i < GRAVITIES;
        scores[i] = (gravity ? numbers->gravity_scale : numbers->anomaly_scale) * sums[i] / root +
                    (gravity ? numbers->gravity_bias[i] : numbers->anomaly_bias);
        for (int clue = 0; clue < CLUES; clue++)
            scores[i] += features.clues[clue] ? numbers->clues[clue][i] : 0;
    }
    struct judgement out = {0};
    for (int i = 1; i < GRAVITIES; i++)
        if (scores[i] > scores[out.gravity])
            out.gravity = (enum gravity)i;
    for (int i = 0; i < GRAVITIES; i++)
        all += out.odds[i] = exp(scores[i] - scores[out.gravity]);
    for (int i = 0; i < GRAVITIES; i++)
        out.odds[i] /= all;
    out.anomaly = 1 / (1 + exp(-scores[GRAVITIES]));
    return out;
}
