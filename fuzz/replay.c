/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a target over each file of its corpus folders, once: the plain test that every build has. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_BYTES_MAX ((size_t)1 << 20)

/* The copy has exactly the input's size, so that a byte read past its end is seen. */
static bool replay_file(const char *path)
{
    static uint8_t bytes[INPUT_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    uint8_t *input = malloc(size > 0 ? size : 1);
    if (!input)
        return false;
    for (size_t i = 0; i < size; i++)
        input[i] = bytes[i];
    LLVMFuzzerTestOneInput(input, size);
    free(input);
    return true;
}

/* The number of files that could not be read; adds to `replayed` those that could. */
static int replay_folder(const char *folder, int *replayed)
{
    struct dirent **entries;
    const int count = scandir(folder, &entries, NULL, alphasort);
    int failed = count < 0;
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') {
            printf("%s\n", path); /* the last line names what a crash was about */
            fflush(stdout);
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
        fprintf(stderr, "usage: %s CORPUS-FOLDER...\n", argv[0]);
        return 2;
    }
    int replayed = 0, failed = 0;
    for (int i = 1; i < argc; i++)
        failed += replay_folder(argv[i], &replayed);
    printf("%d replayed, %d could not be read\n", replayed, failed);
    return replayed > 0 && failed == 0 ? 0 : 1;
}
