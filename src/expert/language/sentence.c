/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts are encoded several at a time: the weights come out of memory once for all of them. Where
 * one begins among the rows, and what stands beside it, changes no bit of it.
 */
#include "expert/language/sentence.h"

#include "base/arena.h"
#include "expert/language/sentence_weights.h"

#include <math.h>

#define HEADS 4
#define BATCH_ROWS 128            /* at least a whole text; more would not fit the cache */
#define VARIANCE_MIN 0.000001f    /* so that a flat row can be divided by it; as it was trained */
#define LENGTH_SQUARED_MIN 1e-12f /* likewise */

struct sentence_encoder {
    struct sentence_weights weights;
};

/* A text among the rows of a batch. */
struct span {
    uint32_t text; /* its number */
    uint32_t row;  /* its first, a multiple of PRODUCT_ROWS */
    uint32_t count;
};

struct batch {
    const struct sentence_weights *weights;
    struct span spans[BATCH_ROWS / PRODUCT_ROWS];
    uint32_t spans_count;
    uint32_t rows;                  /* in use; a multiple of PRODUCT_ROWS */
    float *current;                 /* WEIGHTS_WIDTH a row, as all but these: */
    float *normal, *between, *wide; /* `wide`: WEIGHTS_INSIDE a row */
    float *chances;                 /* of one text and head: how much a row heeds each other */
    struct matrix keys, values;     /* likewise */
};

static uint32_t rounded_up(uint32_t rows)
{
    return (rows + PRODUCT_ROWS - 1) / PRODUCT_ROWS * PRODUCT_ROWS;
}

static struct batch batch_new(struct arena *arena, const struct sentence_weights *weights)
{
    return (struct batch){
        .weights = weights,
        .current = arena_push_many(arena, float, BATCH_ROWS *WEIGHTS_WIDTH),
        .normal = arena_push_many(arena, float, BATCH_ROWS *WEIGHTS_WIDTH),
        .between = arena_push_many(arena, float, BATCH_ROWS *WEIGHTS_WIDTH),
        .wide = arena_push_many(arena, float, BATCH_ROWS *WEIGHTS_INSIDE),
        .chances = arena_push_many(arena, float, BATCH_ROWS *BATCH_ROWS),
        .keys = matrix_new(arena, WEIGHTS_WIDTH / HEADS, BATCH_ROWS),
        .values = matrix_new(arena, BATCH_ROWS, WEIGHTS_WIDTH / HEADS),
    };
}

/* ---- steps of a layer ---- */

/* Each row with a mean of 0 and a deviation of 1, stretched and shifted. */
static void normalise(const float *from, uint32_t rows, uint32_t width, const struct norm *norm,
                      float *out)
{
    for (uint32_t row = 0; row < rows; row++, from += width, out += width) {
        double sum = 0.0, squares = 0.0;
        for (uint32_t i = 0; i < width; i++)
            sum += (double)from[i];
        const float mean = (float)(sum / width);
        for (uint32_t i = 0; i < width; i++)
            squares += (double)((from[i] - mean) * (from[i] - mean));
        const float scale = 1.0f / sqrtf((float)(squares / width) + VARIANCE_MIN);
        for (uint32_t i = 0; i < width; i++)
            out[i] = norm->scale[i] * scale * (from[i] - mean) + norm->bias[i];
    }
}

static void apply(const struct dense *dense, const float *from, uint32_t rows, float *out)
{
    const uint32_t width = dense->weights.columns;
    matrix_product(from, rows, dense->weights.rows, &dense->weights, out, width);
    for (uint32_t row = 0; row < rows; row++, out += width)
        for (uint32_t i = 0; i < width; i++)
            out[i] += dense->bias[i];
}

static void add(float *to, const float *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* From how well each fits to shares of 1; behind the last, 0. */
static void share_out(float *row, uint32_t count)
{
    float best = row[0], sum = 0.0f;
    for (uint32_t i = 1; i < count; i++)
        best = row[i] > best ? row[i] : best;
    for (uint32_t i = 0; i < count; i++)
        sum += row[i] = expf(row[i] - best);
    for (uint32_t i = 0; i < count; i++)
        row[i] /= sum;
}

/*
 * What each piece takes from the others of its text, into `normal`. In a row of `wide` stand what
 * it asks for, what it answers to, and what it then says, each with a part a head.
 */
static void attend(struct batch *batch, const struct span *span, uint32_t width)
{
    const uint32_t part = width / HEADS, rows = rounded_up(span->count);
    const size_t step = 3 * (size_t)width;
    float *asked = batch->wide + span->row * step;
    const float scale = 1.0f / sqrtf((float)part);
    for (uint32_t row = 0; row < rows; row++)
        for (uint32_t i = 0; i < width; i++)
            asked[row * step + i] *= scale;
    for (uint32_t head = 0; head < HEADS; head++) {
        float *question = asked + head * part;
        const float *key = question + width, *value = key + width;
        matrix_fill(&batch->keys, key, part, span->count, 1, step);
        matrix_fill(&batch->values, value, span->count, part, step, 1);
        const uint32_t columns = batch->keys.columns;
        matrix_product(question, rows, step, &batch->keys, batch->chances, columns);
        for (uint32_t row = 0; row < rows; row++)
            share_out(batch->chances + (size_t)row * columns, span->count);
        matrix_product(batch->chances, rows, columns, &batch->values,
                       batch->normal + (size_t)span->row * width + head * part, width);
    }
}

static void run_layer(struct batch *batch, const struct layer *layer)
{
    const size_t all = (size_t)batch->rows * WEIGHTS_WIDTH;
    normalise(batch->current, batch->rows, layer->width, &layer->norm_before, batch->normal);
    apply(&layer->asked, batch->normal, batch->rows, batch->wide);
    for (uint32_t i = 0; i < batch->spans_count; i++)
        attend(batch, &batch->spans[i], layer->width);
    apply(&layer->told, batch->normal, batch->rows, batch->between);
    if (layer->widened.bias) {
        apply(&layer->widened, batch->current, batch->rows, batch->normal);
        memcpy(batch->current, batch->normal, all * sizeof *batch->current);
    }
    add(batch->current, batch->between, all);

    normalise(batch->current, batch->rows, WEIGHTS_WIDTH, &layer->norm_between, batch->normal);
    apply(&layer->inside, batch->normal, batch->rows, batch->wide);
    for (size_t i = 0; i < (size_t)batch->rows * WEIGHTS_INSIDE; i++)
        batch->wide[i] = batch->wide[i] > 0.0f ? batch->wide[i] : 0.0f;
    apply(&layer->outside, batch->wide, batch->rows, batch->between);
    add(batch->current, batch->between, all);
}

/* ---- into the first layer, and out of the last ---- */

/* A piece at its place: its word, twice, and how far the hands of many clocks have turned. */
static void place(const struct sentence_weights *weights, uint16_t piece, uint32_t at, float *row)
{
    const float *word = weights->words + (size_t)piece * WEIGHTS_WORD;
    for (uint32_t i = 0; i < WEIGHTS_WORD / 2; i++) {
        const float turned = (float)at * weights->timings[i];
        row[i] = word[i] + (word[i] + sinf(turned));
        row[i + WEIGHTS_WORD / 2] =
            word[i + WEIGHTS_WORD / 2] + (word[i + WEIGHTS_WORD / 2] + cosf(turned));
    }
}

static void average(const struct batch *batch, const struct span *span, float *out)
{
    const float *rows = batch->current + (size_t)span->row * WEIGHTS_WIDTH;
    memset(out, 0, WEIGHTS_WIDTH * sizeof *out);
    for (uint32_t row = 0; row < span->count; row++)
        add(out, rows + (size_t)row * WEIGHTS_WIDTH, WEIGHTS_WIDTH);
    for (uint32_t i = 0; i < WEIGHTS_WIDTH; i++)
        out[i] /= (float)span->count;
}

static void direct(float *numbers)
{
    float squares = 0.0f;
    for (uint32_t i = 0; i < SENTENCE_NUMBERS; i++) {
        numbers[i] = tanhf(numbers[i]);
        squares += numbers[i] * numbers[i];
    }
    const float length = sqrtf(squares > LENGTH_SQUARED_MIN ? squares : LENGTH_SQUARED_MIN);
    for (uint32_t i = 0; i < SENTENCE_NUMBERS; i++)
        numbers[i] /= length;
}

static void run_batch(struct batch *batch, float (*out)[SENTENCE_NUMBERS])
{
    for (int i = 0; i < WEIGHTS_LAYERS; i++)
        run_layer(batch, &batch->weights->layers[i]);
    for (uint32_t i = 0; i < batch->spans_count; i++)
        average(batch, &batch->spans[i], batch->normal + (size_t)i * WEIGHTS_WIDTH);
    apply(&batch->weights->last, batch->normal, rounded_up(batch->spans_count), batch->between);
    for (uint32_t i = 0; i < batch->spans_count; i++) {
        float *numbers = batch->between + (size_t)i * SENTENCE_NUMBERS;
        direct(numbers);
        memcpy(out[batch->spans[i].text], numbers, sizeof *out);
    }
    batch->spans_count = batch->rows = 0;
}

/* ---- the front door ---- */

void sentence_encode(const struct sentence_encoder *encoder, const struct str *texts,
                     uint32_t count, float (*out)[SENTENCE_NUMBERS])
{
    struct arena *arena = arena_new("sentences");
    struct batch batch = batch_new(arena, &encoder->weights);
    uint16_t pieces[SENTENCE_PIECES_MAX];
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t cut =
            pieces_cut(&encoder->weights.pieces, texts[i], pieces, SENTENCE_PIECES_MAX);
        if (cut == 0) {
            memset(out[i], 0, sizeof *out);
            continue;
        }
        if (batch.rows + rounded_up(cut) > BATCH_ROWS)
            run_batch(&batch, out);
        batch.spans[batch.spans_count++] =
            (struct span){.text = i, .row = batch.rows, .count = cut};
        float *row = batch.current + (size_t)batch.rows * WEIGHTS_WORD;
        memset(row, 0, (size_t)rounded_up(cut) * WEIGHTS_WORD * sizeof *row);
        for (uint32_t at = 0; at < cut; at++, row += WEIGHTS_WORD)
            place(&encoder->weights, pieces[at], at, row);
        batch.rows += rounded_up(cut);
    }
    if (batch.spans_count > 0)
        run_batch(&batch, out);
    arena_free(arena);
}

double sentence_likeness(const float *left, const float *right)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < SENTENCE_NUMBERS; i++)
        sum += (double)(left[i] * right[i]);
    return sum;
}

bool sentence_open(struct arena *arena, const char *folder, const struct sentence_encoder **out,
                   struct err *err)
{
    struct sentence_encoder *encoder = arena_push(arena, struct sentence_encoder);
    *out = encoder;
    return sentence_weights_read(arena, folder, &encoder->weights, err);
}
