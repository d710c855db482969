/* SPDX-License-Identifier: Apache-2.0 */
/* Used by the build: prints files as the rows of a C table, {"name", "text"}, to the first one. */
#include <stdio.h>
#include <string.h>

static void print_escaped(FILE *out, int c)
{
    if (c == '\n')
        fprintf(out, "\\n\"\n     \"");
    else if (c == '"' || c == '\\' || c == '?') /* two of those begin a trigraph */
        fprintf(out, "\\%c", c);
    else if (c < ' ' || c > '~')
        fprintf(out, "\\%03o", (unsigned)c);
    else
        fputc(c, out);
}

int main(int argc, char **argv)
{
    FILE *out = argc > 2 ? fopen(argv[1], "w") : NULL;
    if (!out)
        return 1;
    for (int i = 2; i < argc; i++) {
        FILE *in = fopen(argv[i], "r");
        if (!in)
            return 1;
        const char *slash = strrchr(argv[i], '/');
        fprintf(out, "    {\"%s\",\n     \"", slash ? slash + 1 : argv[i]);
        for (int c; (c = fgetc(in)) != EOF;)
            print_escaped(out, c);
        fprintf(out, "\"},\n");
        fclose(in);
    }
    return fclose(out) == 0 ? 0 : 1;
}
