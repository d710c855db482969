/* SPDX-License-Identifier: Apache-2.0 */
/* wrote_line(): who wrote a line, by a diff. */
#include "fuzz.h"

#include "agent/changes/wrote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const int64_t asked = 1 + data[0] + 256 * (data[1] & 3);
    const struct str diff = fuzz_text(data + 2, size - 2);
    int64_t line = asked;
    const enum wrote wrote = wrote_line(diff, STR("a.py"), &line);
    fuzz_expect(wrote != WROTE_NOT || line >= 1, "a line that was there before has a number");
    fuzz_expect(wrote == WROTE_NOT || line == asked, "and no other answer changes it");
    return 0;
}
