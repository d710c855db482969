/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a target over each file of its corpus, once: the plain test that every build has. A corpus
 * is a folder, or a .tar.zst as campaign.sh packs them.
 */
#include "fuzz.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_BYTES_MAX ((size_t)1 << 20)

static uint8_t bytes[INPUT_BYTES_MAX];

/* The copy has exactly the input's size, so that a byte read past its end is seen. */
static bool replay_bytes(size_t size)
{
    uint8_t *input = malloc(size > 0 ? size : 1);
    if (!input)
        return false;
    for (size_t i = 0; i < size; i++)
        input[i] = bytes[i];
    LLVMFuzzerTestOneInput(input, size);
    free(input);
    return true;
}

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return replay_bytes(size);
}

/* The last line names what a crash was about. */
static void tell(const char *corpus, const char *name)
{
    printf("%s/%s\n", corpus, name);
    fflush(stdout);
}

/* The number of inputs that could not be read; adds to `replayed` those that could. */
static int replay_packed(const char *path, int *replayed)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_filter_all(archive);
    archive_read_support_format_tar(archive);
    int failed = archive_read_open_filename(archive, path, 1 << 16) != ARCHIVE_OK;
    while (!failed && archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        tell(path, archive_entry_pathname(entry));
        const la_ssize_t size = archive_read_data(archive, bytes, sizeof bytes);
        const bool done = size >= 0 && replay_bytes((size_t)size);
        *replayed += done;
        failed += !done;
    }
    failed += archive_errno(archive) != 0;
    archive_read_free(archive);
    return failed;
}

static int replay_folder(const char *folder, int *replayed)
{
    struct dirent **entries;
    const int count = scandir(folder, &entries, NULL, alphasort);
    int failed = count < 0;
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') {
            tell(folder, entries[i]->d_name);
            const bool done = replay_file(path);
            *replayed += done;
            failed += !done;
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s CORPUS...\n", argv[0]);
        return 2;
    }
    int replayed = 0, failed = 0;
    for (int i = 1; i < argc; i++)
        failed += str_ends(str_of(argv[i]), STR(".tar.zst")) ? replay_packed(argv[i], &replayed)
                                                             : replay_folder(argv[i], &replayed);
    printf("%d replayed, %d could not be read\n", replayed, failed);
    return replayed > 0 && failed == 0 ? 0 : 1;
}
