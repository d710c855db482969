/* SPDX-License-Identifier: Apache-2.0 */
/* measures_parse(): what comes out lies in the text, is bounded, and is a number. */
#include "fuzz.h"

#include "agent/events/measure.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = fuzz_text(data, size);
    struct measure out[MEASURES_MAX];
    const uint32_t count = measures_parse(STR("latency"), text, out);
    fuzz_expect(count <= MEASURES_MAX, "there are not more than fit");
    for (uint32_t i = 0; i < count; i++)
        fuzz_expect(isfinite(out[i].ratio) && out[i].ratio >= 0 &&
                        fuzz_is_inside(text, out[i].text),
                    "a ratio is a number, and its text stands in the text");
    return 0;
}
