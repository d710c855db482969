/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of a direction of length 1 in 512 dimensions are about 0.04: scaled by the largest. */
#include "knowledge/meaning.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

#define STEPS 127.0F
#define TOGETHER 16 /* texts that are encoded at a time, which bounds the memory it takes */

static const char digits[] = "0123456789abcdef";

static struct str packed(struct arena *arena, const float *numbers)
{
    float largest = 0.0F;
    for (int i = 0; i < SENTENCE_NUMBERS; i++)
        largest = fmaxf(largest, fabsf(numbers[i]));
    if (!(largest > 0.0F))
        return STR("");
    char *text = arena_alloc(arena, MEANING_TEXT_BYTES + 1);
    for (int i = 0; i < SENTENCE_NUMBERS; i++) {
        const unsigned step = (unsigned)(lroundf(numbers[i] / largest * STEPS) + 128);
        text[2 * i] = digits[step >> 4 & 15];
        text[2 * i + 1] = digits[step & 15];
    }
    return (struct str){text, MEANING_TEXT_BYTES};
}

void meaning_of(struct arena *arena, const struct sentence_encoder *encoder,
                const struct str *texts, uint32_t count, struct str *out)
{
    float numbers[TOGETHER][SENTENCE_NUMBERS];
    for (uint32_t from = 0; from < count; from += TOGETHER) {
        const uint32_t many = count - from < TOGETHER ? count - from : TOGETHER;
        sentence_encode(encoder, texts + from, many, numbers);
        for (uint32_t i = 0; i < many; i++)
            out[from + i] = packed(arena, numbers[i]);
    }
}

static int digit_of(char c)
{
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool meaning_read(struct str text, float out[SENTENCE_NUMBERS])
{
    double sum = 0.0;
    if (text.len != MEANING_TEXT_BYTES)
        return false;
    for (int i = 0; i < SENTENCE_NUMBERS; i++) {
        const int high = digit_of(text.ptr[2 * i]), low = digit_of(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (float)(high * 16 + low - 128);
        sum += (double)out[i] * out[i];
    }
    if (!(sum > 0.0))
        return false;
    const float length = (float)sqrt(sum);
    for (int i = 0; i < SENTENCE_NUMBERS; i++)
        out[i] /= length;
    return true;
}
