/* SPDX-License-Identifier: Apache-2.0 */
/* Newton's method: two numbers, and a likelihood with one summit. */
#include "train/sure.h"

#include <math.h>

#define ROUNDS 30
#define PENALTY 0.5 /* holds the slope near 1 and the offset near 0 where guesses are few */

/* Far from the summit the curve is flat, and a whole step would lead beyond it. */
static double bounded(double step)
{
    return fmin(fmax(step, -1.0), 1.0);
}

struct sureness sure_fit(const struct guess *guesses, uint32_t count, uint32_t left_out)
{
    struct sureness at = {.offset = 0.0, .slope = 1.0};
    for (int round = 0; round < ROUNDS; round++) {
        double down[2] = {PENALTY * at.offset, PENALTY * (at.slope - 1.0)};
        double bend[3] = {PENALTY, 0.0, PENALTY};
        for (uint32_t i = 0; i < count; i++) {
            if (guesses[i].group == left_out)
                continue;
            const double x = sureness_log_odds(guesses[i].said);
            const double p = sureness_of(&at, guesses[i].said);
            const double off = p - guesses[i].right, curve = p * (1.0 - p);
            down[0] += off;
            down[1] += off * x;
            bend[0] += curve;
            bend[1] += curve * x;
            bend[2] += curve * x * x;
        }
        const double determinant = bend[0] * bend[2] - bend[1] * bend[1];
        at.offset -= bounded((bend[2] * down[0] - bend[1] * down[1]) / determinant);
        at.slope -= bounded((bend[0] * down[1] - bend[1] * down[0]) / determinant);
    }
    return at;
}
