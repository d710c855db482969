/* SPDX-License-Identifier: Apache-2.0 */
#include "train/log_learn.h"

#include "base/arena.h"
#include "base/map.h"
#include "expert/log/judge.h"
#include "train/log_grammar.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRACTICE_LINES 6000     /* of the grammar, for gravity */
#define PRACTICE_WEIGHT 800.0   /* of them all, in templates: as much as eight systems */
#define SYSTEM_WEIGHT_MAX 100.0 /* in templates */
#define PRACTICE 1000000        /* the group of lines of the grammar */
#define EPOCHS 12
#define STEP 0.5
#define PENALTY 4e-3 /* of a template's share, a step */
#define TAGGER_LINES 30000
#define TAGGER_EPOCHS 3
#define REAL_EVERY 3      /* so many lines of the grammar for one that is real */
#define SIGHTS (1u << 22) /* room for all features; half of it is enough */
#define KIN_MAX 63        /* a bit each */
#define BY_GRAMMAR ((uint64_t)1 << 63)
#define SYSTEMS_MIN 3 /* that have shown a feature which the grammar has not */

/* ---- gravity and anomaly ---- */

struct example {
    uint16_t *buckets; /* those that are learned from */
    uint32_t count;
    double value; /* of each, so that long lines are no louder */
    bool clues[CLUES];
    uint32_t group; /* its system, or PRACTICE */
    int gravity;    /* -1: unknown */
    int alarm;      /* the same */
    double gravity_weight, alarm_weight;
};

struct examples {
    struct arena *arena;
    struct example *items;
    uint32_t count;
};

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void examples_add(struct examples *all, struct str line, struct example example)
{
    struct judge_features features;
    judge_features(line, &features);
    example.count = features.count;
    example.value = 1 / sqrt((double)features.count);
    example.buckets = arena_push_many(all->arena, uint16_t, features.count);
    memcpy(example.buckets, features.buckets, sizeof *features.buckets * features.count);
    memcpy(example.clues, features.clues, sizeof example.clues);
    all->items[all->count++] = example;
}

/* What only one has seen, its own names and its own ways, teaches nothing of others. */
static void forget_rare(struct examples *all)
{
    uint32_t *first = arena_push_many(all->arena, uint32_t, JUDGE_BUCKETS); /* group + 1 */
    bool *shared = arena_push_many(all->arena, bool, JUDGE_BUCKETS);
    for (uint32_t i = 0; i < all->count; i++) {
        const struct example *it = &all->items[i];
        for (uint32_t j = 0; j < it->count; j++) {
            uint32_t *group = &first[it->buckets[j]];
            shared[it->buckets[j]] |= *group != 0 && *group != it->group + 1;
            *group = *group ? *group : it->group + 1;
        }
    }
    for (uint32_t i = 0; i < all->count; i++) {
        struct example *it = &all->items[i];
        uint32_t kept = 0;
        for (uint32_t j = 0; j < it->count; j++)
            if (shared[it->buckets[j]])
                it->buckets[kept++] = it->buckets[j];
        it->count = kept;
    }
}

static double share(uint32_t count)
{
    return count > SYSTEM_WEIGHT_MAX ? SYSTEM_WEIGHT_MAX / count : 1;
}

bool is_left_out(const struct lessons *lessons, uint32_t lesson, uint32_t left_out)
{
    return left_out < FOLD_FIRST ? lessons->items[lesson].system == left_out
                                 : left_out - FOLD_FIRST == lesson % FOLDS;
}

static void add_lessons(struct examples *all, const struct lessons *lessons, uint32_t left_out)
{
    enum gravity gravity;
    uint32_t *judged = arena_push_many(all->arena, uint32_t, lessons->systems.count);
    uint32_t *alarms = arena_push_many(all->arena, uint32_t, lessons->systems.count);
    for (uint32_t i = 0; i < lessons->count; i++) {
        judged[lessons->items[i].system] += lesson_gravity(&lessons->items[i], &gravity);
        alarms[lessons->items[i].system] += lesson_alarm(&lessons->items[i]) != ALARM_UNKNOWN;
    }
    for (uint32_t i = 0; i < lessons->count; i++) {
        const struct lesson *lesson = &lessons->items[i];
        struct example example = {.group = lesson->system,
                                  .gravity = -1,
                                  .alarm = lesson_alarm(lesson),
                                  .gravity_weight = share(judged[lesson->system]),
                                  .alarm_weight = share(alarms[lesson->system])};
        if (lesson_gravity(lesson, &gravity))
            example.gravity = (int)gravity;
        if (!is_left_out(lessons, i, left_out) && (example.gravity >= 0 || example.alarm >= 0))
            examples_add(all, lesson->line, example);
    }
}

static void add_practice(struct examples *all, uint64_t seed)
{
    uint64_t state = seed;
    struct buf buf = buf_new(all->arena);
    struct grammar_line line;
    for (uint32_t judged = 0; judged < PRACTICE_LINES;) {
        grammar_draw(&state, &buf, &line);
        if (!line.is_judged)
            continue;
        const double weight = PRACTICE_WEIGHT / PRACTICE_LINES;
        examples_add(all, line.text,
                     (struct example){.group = PRACTICE,
                                      .gravity = (int)line.gravity,
                                      .alarm = line.gravity == GRAVITY_WARNING
                                                   ? -1
                                                   : line.gravity == GRAVITY_ERROR,
                                      .gravity_weight = weight,
                                      .alarm_weight = weight});
        judged++;
    }
}

struct descent {
    double weights[JUDGE_BUCKETS][JUDGE_COLUMNS];
    double squares[JUDGE_BUCKETS][JUDGE_COLUMNS];
    double clues[CLUES][JUDGE_COLUMNS], clues_squares[CLUES][JUDGE_COLUMNS];
    double bias[JUDGE_COLUMNS], bias_squares[JUDGE_COLUMNS];
};

static void move(double *weight, double *square, double gradient)
{
    *square += gradient * gradient;
    *weight -= STEP * gradient / (sqrt(*square) + 1e-8);
}

static void step(struct descent *descent, const struct example *example)
{
    const double value = example->value;
    double scores[JUDGE_COLUMNS], slopes[JUDGE_COLUMNS] = {0}, all = 0, best;
    memcpy(scores, descent->bias, sizeof scores);
    for (uint32_t i = 0; i < example->count; i++)
        for (int column = 0; column < JUDGE_COLUMNS; column++)
            scores[column] += value * descent->weights[example->buckets[i]][column];
    for (int clue = 0; clue < CLUES; clue++)
        for (int column = 0; example->clues[clue] && column < JUDGE_COLUMNS; column++)
            scores[column] += descent->clues[clue][column];
    best = fmax(scores[0], fmax(scores[1], scores[2]));
    for (int i = 0; i < GRAVITIES; i++)
        all += exp(scores[i] - best);
    for (int i = 0; i < GRAVITIES && example->gravity >= 0; i++)
        slopes[i] =
            example->gravity_weight * (exp(scores[i] - best) / all - (i == example->gravity));
    if (example->alarm >= 0)
        slopes[GRAVITIES] =
            example->alarm_weight * (1 / (1 + exp(-scores[GRAVITIES])) - example->alarm);
    for (int column = 0; column < JUDGE_COLUMNS; column++) {
        if (slopes[column] == 0)
            continue;
        move(&descent->bias[column], &descent->bias_squares[column], slopes[column]);
        for (int clue = 0; clue < CLUES; clue++)
            if (example->clues[clue])
                move(&descent->clues[clue][column], &descent->clues_squares[clue][column],
                     slopes[column]);
        for (uint32_t i = 0; i < example->count; i++) {
            double *weight = &descent->weights[example->buckets[i]][column];
            move(weight, &descent->squares[example->buckets[i]][column],
                 value * slopes[column] + PENALTY * *weight);
        }
    }
}

/* Whole numbers, the same unit for all: what that unit is worth is the scale. */
static double quantise(const double *from, int8_t *to, size_t count, size_t stride)
{
    double most = 1e-9;
    for (size_t i = 0; i < count; i += stride)
        most = fmax(most, fabs(from[i]));
    for (size_t i = 0; i < count; i += stride)
        to[i] = (int8_t)lround(from[i] / most * NUMBERS_WEIGHT_MAX);
    return most / NUMBERS_WEIGHT_MAX;
}

static void keep(const struct descent *descent, struct log_numbers *out)
{
    double gravity[JUDGE_BUCKETS * GRAVITIES];
    int8_t whole[JUDGE_BUCKETS * GRAVITIES];
    for (size_t i = 0; i < JUDGE_BUCKETS; i++)
        memcpy(&gravity[i * GRAVITIES], descent->weights[i], sizeof(double) * GRAVITIES);
    out->gravity_scale = quantise(gravity, whole, JUDGE_BUCKETS * (size_t)GRAVITIES, 1);
    for (size_t i = 0; i < JUDGE_BUCKETS; i++)
        memcpy(out->judge[i], &whole[i * GRAVITIES], GRAVITIES);
    out->anomaly_scale = quantise(&descent->weights[0][GRAVITIES], &out->judge[0][GRAVITIES],
                                  JUDGE_BUCKETS * (size_t)JUDGE_COLUMNS - GRAVITIES, JUDGE_COLUMNS);
    memcpy(out->clues, descent->clues, sizeof out->clues);
    memcpy(out->gravity_bias, descent->bias, sizeof out->gravity_bias);
    out->anomaly_bias = descent->bias[GRAVITIES];
}

void learn_judge(const struct lessons *lessons, uint32_t left_out, uint64_t seed,
                 struct log_numbers *out)
{
    struct arena *arena = arena_new("judge");
    struct examples all = {
        .arena = arena,
        .items = arena_push_many(arena, struct example, lessons->count + PRACTICE_LINES)};
    struct descent *descent = arena_push(arena, struct descent);
    uint64_t state = seed * 2 + 1;
    add_lessons(&all, lessons, left_out);
    add_practice(&all, seed);
    forget_rare(&all);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (uint32_t i = all.count; i > 1; i--) {
            const uint32_t other = (uint32_t)(random_next(&state) % i);
            const struct example example = all.items[other];
            all.items[other] = all.items[i - 1];
            all.items[i - 1] = example;
        }
        for (uint32_t i = 0; i < all.count; i++)
            step(descent, &all.items[i]);
    }
    keep(descent, out);
    arena_free(arena);
}

/* ---- how sure ---- */

#define SCALES 40 /* from a tenth to four times */

static double scale_at(int step)
{
    return 0.1 * (step + 1);
}

/* All log-odds of gravity together: which one is the likeliest stays. */
static void gravity_scale(struct log_numbers *numbers, double by)
{
    numbers->gravity_scale *= by;
    for (int i = 0; i < GRAVITIES; i++) {
        numbers->gravity_bias[i] *= by;
        for (int clue = 0; clue < CLUES; clue++)
            numbers->clues[clue][i] *= by;
    }
}

void learn_scale(const struct lessons *lessons, uint64_t seed, struct log_numbers *out)
{
    struct arena *arena = arena_new("scale");
    struct log_numbers *without = arena_push(arena, struct log_numbers);
    struct log_numbers *learned = arena_push(arena, struct log_numbers);
    double losses[SCALES] = {0};
    int best = 9;
    for (uint32_t system = 0; system < lessons->systems.count; system++) {
        learn_judge(lessons, system, seed, without);
        *learned = *without;
        for (int i = 0; i < SCALES; i++) {
            *without = *learned;
            gravity_scale(without, scale_at(i));
            for (uint32_t j = 0; j < lessons->count; j++) {
                enum gravity gravity;
                if (lessons->items[j].system == system &&
                    lesson_gravity(&lessons->items[j], &gravity))
                    losses[i] -=
                        log(fmax(1e-9, judge_line(without, lessons->items[j].line).odds[gravity]));
            }
        }
    }
    for (int i = 0; i < SCALES; i++)
        if (losses[i] < losses[best])
            best = i;
    gravity_scale(out, scale_at(best));
    arena_free(arena);
}

/* ---- entities ---- */

struct practice {
    uint32_t count;
    uint32_t *may;
    uint16_t (*features)[TAGGER_FEATURES_MAX];
    uint8_t *features_count;
    uint8_t *labels;
};

/* A line that somebody has marked; which of its features count, depends on who is left out. */
struct real {
    struct practice line;
    uint64_t (*hashes)[TAGGER_FEATURES_MAX];
    uint8_t *hashes_count;
    uint32_t kin;
};

/* Who has shown a feature: a bit for each system, and one for the grammar. */
struct sight {
    uint64_t hash, by;
};

struct tagger_lessons {
    struct arena *arena;
    struct practice *drawn;
    struct real *real;
    uint32_t drawn_count, real_count;
    struct map kin;
    struct sight *sights;
    uint32_t sights_count;
};

struct perceptron {
    int32_t weights[TAG_BUCKETS][TAGS];
    int64_t sums[TAG_BUCKETS][TAGS]; /* of each step's change, by when it came */
    int32_t after[TAGS][TAGS];
    int64_t after_sums[TAGS][TAGS];
    int64_t now;
};

static struct sight *sight_of(const struct tagger_lessons *all, uint64_t hash)
{
    uint32_t at = piece_bucket(hash, SIGHTS);
    while (all->sights[at].by && all->sights[at].hash != hash)
        at = (at + 1) & (SIGHTS - 1);
    return &all->sights[at];
}

/* False: a token lies across the end of an entity, so its label cannot be told. */
static bool label(const struct tokens *tokens, const struct found *entities, uint32_t count,
                  uint8_t *labels)
{
    memset(labels, TAG_OUTSIDE, tokens->count);
    for (uint32_t i = 0; i < count; i++) {
        bool began = false;
        for (uint32_t at = 0; at < tokens->count; at++) {
            const struct token *token = &tokens->items[at];
            if (token->end <= entities[i].start || token->start >= entities[i].end)
                continue;
            if (token->start < entities[i].start || token->end > entities[i].end)
                return false;
            labels[at] = began ? TAG_INSIDE : (uint8_t)entities[i].tag;
            began = true;
        }
    }
    return true;
}

/* False: such a line teaches nothing that can be said. */
static bool practise(struct tagger_lessons *all, struct str line, const struct found *entities,
                     uint32_t entities_count, uint64_t by, struct real *out)
{
    struct tokens tokens;
    uint8_t labels[TOKENS_MAX];
    tokens_cut(line, &tokens);
    if (!label(&tokens, entities, entities_count, labels))
        return false;
    const size_t room = tokens.count + 1;
    struct arena *arena = all->arena;
    out->line = (struct practice){.count = tokens.count,
                                  .may = arena_push_many(arena, uint32_t, room),
                                  .features = arena_alloc(arena, sizeof *out->line.features * room),
                                  .features_count = arena_push_many(arena, uint8_t, room),
                                  .labels = arena_push_many(arena, uint8_t, room)};
    out->hashes = arena_alloc(arena, sizeof *out->hashes * room);
    out->hashes_count = arena_push_many(arena, uint8_t, room);
    memcpy(out->line.labels, labels, tokens.count);
    for (uint32_t at = 0; at < tokens.count; at++) {
        out->line.may[at] = tagger_may_be(&tokens, at);
        if (!(out->line.may[at] & (1u << labels[at])))
            return false; /* drawn by chance as something else */
        out->hashes_count[at] = (uint8_t)tagger_features(&tokens, at, out->hashes[at]);
        for (uint32_t i = 0; i < out->hashes_count[at]; i++) {
            struct sight *sight = sight_of(all, out->hashes[at][i]);
            all->sights_count += sight->by == 0;
            assert(all->sights_count <= SIGHTS / 2);
            sight->hash = out->hashes[at][i];
            sight->by |= by;
        }
    }
    return true;
}

/* The features that the grammar has, or enough of the systems that are not left out. */
static void choose_features(const struct tagger_lessons *all, struct real *real, uint64_t without)
{
    for (uint32_t at = 0; at < real->line.count; at++) {
        uint8_t count = 0;
        for (uint32_t i = 0; i < real->hashes_count[at]; i++) {
            const uint64_t by = sight_of(all, real->hashes[at][i])->by & ~without;
            if ((by & BY_GRAMMAR) || __builtin_popcountll(by) >= SYSTEMS_MIN)
                real->line.features[at][count++] =
                    (uint16_t)piece_bucket(real->hashes[at][i], TAG_BUCKETS);
        }
        real->line.features_count[at] = count;
    }
}

static void change(struct perceptron *all, const struct practice *line, uint32_t at, int tag,
                   int32_t by)
{
    for (uint32_t i = 0; i < line->features_count[at]; i++) {
        all->weights[line->features[at][i]][tag] += by;
        all->sums[line->features[at][i]][tag] += by * all->now;
    }
}

static void change_after(struct perceptron *all, int last, int tag, int32_t by)
{
    all->after[last][tag] += by;
    all->after_sums[last][tag] += by * all->now;
}

static void teach(struct perceptron *all, const struct practice *line)
{
    int32_t scores[TOKENS_MAX][TAGS];
    uint8_t labels[TOKENS_MAX];
    for (uint32_t at = 0; at < line->count; at++) {
        memset(scores[at], 0, sizeof scores[at]);
        for (uint32_t i = 0; i < line->features_count[at]; i++)
            for (int tag = 0; tag < TAGS; tag++)
                scores[at][tag] += all->weights[line->features[at][i]][tag];
    }
    tagger_decode(scores, line->may, line->count, (const int32_t(*)[TAGS])all->after, labels);
    for (uint32_t at = 0; at < line->count; at++) {
        const int last = at ? labels[at - 1] : TAG_OUTSIDE;
        const int right_last = at ? line->labels[at - 1] : TAG_OUTSIDE;
        if (labels[at] != line->labels[at]) {
            change(all, line, at, line->labels[at], 1);
            change(all, line, at, labels[at], -1);
        }
        if (last != right_last || labels[at] != line->labels[at]) {
            change_after(all, right_last, line->labels[at], 1);
            change_after(all, last, labels[at], -1);
        }
    }
    all->now++;
}

/* The mean of the weights over all steps, as whole numbers. */
static void keep_tagger(const struct perceptron *all, struct log_numbers *out)
{
    double most = 1e-9;
    double *mean = malloc(sizeof *mean * TAG_BUCKETS * TAGS);
    for (size_t i = 0; mean && i < (size_t)TAG_BUCKETS * TAGS; i++) {
        mean[i] = (&all->weights[0][0])[i] - (double)(&all->sums[0][0])[i] / (double)all->now;
        most = fmax(most, fabs(mean[i]));
    }
    const double unit = NUMBERS_WEIGHT_MAX / most;
    for (size_t i = 0; mean && i < (size_t)TAG_BUCKETS * TAGS; i++)
        (&out->tags[0][0])[i] = (int8_t)lround(mean[i] * unit);
    for (size_t i = 0; i < (size_t)TAGS * TAGS; i++)
        (&out->after[0][0])[i] =
            (int16_t)lround(unit * ((&all->after[0][0])[i] -
                                    (double)(&all->after_sums[0][0])[i] / (double)all->now));
    free(mean);
}

struct tagger_lessons *tagger_lessons_new(struct arena *arena, uint64_t seed,
                                          const struct marked_lines *marks)
{
    struct tagger_lessons *all = arena_push(arena, struct tagger_lessons);
    struct buf buf = buf_new(arena);
    uint64_t state = seed;
    *all = (struct tagger_lessons){.arena = arena,
                                   .drawn = arena_push_many(arena, struct practice, TAGGER_LINES),
                                   .real = arena_push_many(arena, struct real, marks->count + 1),
                                   .kin = map_new(arena),
                                   .sights = arena_push_many(arena, struct sight, SIGHTS)};
    while (all->drawn_count < TAGGER_LINES) {
        struct grammar_line line;
        struct real real;
        grammar_draw(&state, &buf, &line);
        if (!practise(all, line.text, line.entities, line.entities_count, BY_GRAMMAR, &real))
            continue;
        choose_features(all, &real, 0);
        all->drawn[all->drawn_count++] = real.line;
    }
    for (uint32_t i = 0; i < marks->count; i++) {
        const struct marked *marked = &marks->items[i];
        struct real *real = &all->real[all->real_count];
        real->kin = map_add(&all->kin, marked->kin);
        assert(real->kin < KIN_MAX);
        all->real_count += practise(all, marked->line, marked->marks, marked->count,
                                    (uint64_t)1 << real->kin, real);
    }
    return all;
}

/* The real lines that may be learned from, with those of their features that may. */
static uint32_t choose_lines(struct tagger_lessons *lessons, struct str left_out,
                             struct practice *out)
{
    const uint32_t without = map_find(&lessons->kin, left_out);
    uint32_t count = 0;
    for (uint32_t i = 0; i < lessons->real_count; i++) {
        struct real *real = &lessons->real[i];
        if (real->kin == without)
            continue;
        choose_features(lessons, real, without == MAP_NONE ? 0 : (uint64_t)1 << without);
        out[count++] = real->line;
    }
    return count;
}

static void mix(struct practice *lines, uint32_t count, uint64_t *state)
{
    for (uint32_t i = count; i > 1; i--) {
        const uint32_t other = (uint32_t)(random_next(state) % i);
        const struct practice line = lines[other];
        lines[other] = lines[i - 1];
        lines[i - 1] = line;
    }
}

void learn_tagger(struct tagger_lessons *lessons, struct str left_out, struct log_numbers *out)
{
    struct arena *arena = arena_new("tagger");
    struct perceptron *all = arena_push(arena, struct perceptron);
    struct practice *real = arena_push_many(arena, struct practice, lessons->real_count + 1);
    const uint32_t real_count = choose_lines(lessons, left_out, real);
    uint64_t state = 88172645463325252u;
    uint32_t next = 0;
    all->now = 1;
    for (uint32_t i = 0; i < TAGGER_EPOCHS * lessons->drawn_count; i++) {
        teach(all, &lessons->drawn[i % lessons->drawn_count]);
        if (real_count == 0 || i % REAL_EVERY != 0)
            continue;
        if (next == 0)
            mix(real, real_count, &state);
        teach(all, &real[next]);
        next = (next + 1) % real_count;
    }
    keep_tagger(all, out);
    arena_free(arena);
}
