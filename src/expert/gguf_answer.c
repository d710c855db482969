/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/gguf_answer.h"

#include "base/arena.h"
#include "expert/reply.h"

#include <math.h>

/* ---- lines ---- */

bool gguf_line_next(struct gguf_lines *at, struct str text, struct str *line)
{
    for (; at->looked < text.len; at->looked++) {
        if (text.ptr[at->looked] != '\n')
            continue;
        *line = str_slice(text, at->from, at->looked);
        at->from = ++at->looked;
        return true;
    }
    return false;
}

bool gguf_line_is_piece(struct str line)
{
    return str_starts(line, STR("{\"piece\":"));
}

void gguf_piece_put(struct buf *out, struct str line)
{
    json_t *root = json_loadb(line.ptr, line.len, 0, NULL);
    buf_add(out, reply_text(root, "piece"));
    json_decref(root);
}

/* ---- the end of an answer ---- */

static enum err_kind kind_of(struct str name)
{
    static const struct {
        const char *name;
        enum err_kind kind;
    } kinds[] = {
#define X(word, text) {#word, ERR_##word},
        ERR_KINDS(X)
#undef X
    };
    for (size_t i = 1; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(name, str_of(kinds[i].name)))
            return kinds[i].kind;
    return ERR_PROTOCOL;
}

static void read_odds(const json_t *root, const struct brief *brief, struct opinion *out)
{
    const json_t *odds = json_object_get(root, "odds");
    for (uint32_t i = 0; i < LABELS_MAX; i++) {
        const json_t *one = i < brief->labels_count ? json_array_get(odds, i) : NULL;
        const double number = json_is_number(one) ? json_number_value(one) : -INFINITY;
        out->odds[i] = number <= 0.0 ? number : -INFINITY;
    }
}

bool gguf_answer_read(const struct brief *brief, struct str line, struct arena *arena,
                      struct opinion *out, struct err *err)
{
    json_t *root = reply_read(arena, line, err);
    if (!root)
        return false;
    const struct str complaint = reply_text(root, "error");
    const bool ok = complaint.len == 0 ||
                    err_set(err, kind_of(reply_text(root, "kind")), "%.*s", STR_ARG(complaint));
    *out = (struct opinion){.text = str_copy(arena, reply_text(root, "text")),
                            .is_cut = json_is_true(json_object_get(root, "cut")),
                            .tokens_in = reply_count(root, "tokens_in"),
                            .tokens_out = reply_count(root, "tokens_out")};
    if (brief->labels)
        read_odds(root, brief, out);
    json_decref(root);
    return ok;
}
