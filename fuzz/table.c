/* SPDX-License-Identifier: Apache-2.0 */
/* A file of a bundle, after a byte that says which table it is of and in which format it is
 * written. */
#include "fuzz.h"

#include "base/arena.h"
#include "source/table.h"
#include "store/telemetry.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void load(struct arena *arena, const struct table *table, enum table_format format,
                 struct str bytes)
{
    struct table_load told = {0};
    struct err err = {0};
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes.ptr, bytes.len) != (ssize_t)bytes.len)
        abort();
    const struct str path = str_printf(arena, "/proc/self/fd/%d", fd);
    const bool ok = table_load(fuzz_store(), arena, table, path, format, &told, &err);
    close(fd);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(told.rows >= 0 && told.refused >= 0, "lines are counted");
    fuzz_expect(!ok || told.refused == 0 || told.note.len > 0, "what was refused is told");
    const struct str sql = str_printf(arena, "DELETE FROM %s", table->name);
    fuzz_expect(telemetry_run(fuzz_store(), sql.ptr, &err), "the store goes on");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t count = 0;
    while (tables[count].name)
        count++;
    if (size == 0)
        return 0;
    struct arena *arena = arena_new("fuzz");
    load(arena, &tables[data[0] / 3 % count], (enum table_format)(data[0] % 3),
         fuzz_text(data + 1, size - 1));
    arena_free(arena);
    return 0;
}
