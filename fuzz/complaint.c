/* SPDX-License-Identifier: Apache-2.0 */
/* What a log line complains of; and what a setting governs, its three texts a line each. */
#include "fuzz.h"

#include "actor/setting.h"
#include "agent/logs/complaint.h"
#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str input = fuzz_text(data, size);
    struct arena *arena = arena_new("fuzz");
    const struct complaint_ear ear = complaint_ear_new(arena);
    const struct complaint_heard heard = complaint_in(&ear, input);
    fuzz_expect(fuzz_is_inside(input, heard.said), "what is said is a part of the line");
    fuzz_expect(!heard.complaint || heard.said.len > 0, "a complaint has words");
    fuzz_expect(!heard.complaint || complaint_said(input, heard.words).len > 0,
                "what was heard is found again");

    struct str rest = input, option = STR(""), old = STR(""), now = STR("");
    if (str_split(&rest, '\n', &option) && str_split(&rest, '\n', &old))
        str_split(&rest, '\n', &now);
    fuzz_expect(setting_kind(option, old, now) < KINDS_COUNT, "a kind is one of them");
    const double distance = setting_distance(old, now);
    fuzz_expect(distance >= 0 && distance <= 1, "a distance is a share");
    arena_free(arena);
    return 0;
}
