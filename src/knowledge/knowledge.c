/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents on their way into the ledger and out of it. All that costs time (reading, cutting,
 * encoding) is done before the transaction begins: others wait for it.
 */
#include "knowledge/knowledge.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "data/digest.h"
#include "knowledge/cut.h"
#include "knowledge/meaning.h"
#include "knowledge/shelf.h"
#include "knowledge/words.h"

#include <string.h>

static const char *const kinds[] = {
#define X(name, word) #word,
    KB_KINDS(X)
#undef X
};

const char *kb_kind_name(enum kb_kind kind)
{
    return kinds[kind];
}

bool kb_kind_parse(struct str name, enum kb_kind *out)
{
    for (int i = 0; i < KB_KINDS_COUNT; i++)
        if (str_eq(name, str_of(kinds[i]))) {
            *out = (enum kb_kind)i;
            return true;
        }
    return false;
}

static bool sha_of(struct arena *arena, struct str bytes, struct str *out, struct err *err)
{
    struct digest digest;
    if (!digest_sha256(bytes, &digest, err))
        return false;
    *out = digest_hex(arena, &digest);
    return true;
}

/* ---- what is there ---- */

static const struct field kept_columns[] = {
    {"sha", TYPE_TEXT, 0, "", NULL},     {"kind", TYPE_TEXT, 0, "", NULL},
    {"title", TYPE_TEXT, 0, "", NULL},   {"unmeant", TYPE_INT, 0, "", NULL},
    {"passages", TYPE_INT, 0, "", NULL}, {0}};

static bool look_up(struct ledger *ledger, struct arena *arena, struct str path, struct batch **out,
                    struct err *err)
{
    const struct value values[] = {value_text(path)};
    return ledger_rows(ledger, arena,
                       "SELECT sha, kind, title,"
                       " (SELECT count(*) FROM kb_passages WHERE document = kb_documents.number"
                       "  AND meaning = '') AS unmeant,"
                       " (SELECT count(*) FROM kb_passages WHERE document = kb_documents.number)"
                       " AS passages FROM kb_documents WHERE path = ?1",
                       values, 1, kept_columns, out, err);
}

/* An empty passage has no direction: it is meant as well as it can be. */
static bool is_as_kept(const struct batch *kept, const struct kb_document *document, struct str sha,
                       bool is_encoded)
{
    return kept->rows == 1 && str_eq(batch_column(kept, "sha")->texts[0], sha) &&
           str_eq(batch_column(kept, "kind")->texts[0], str_of(kinds[document->kind])) &&
           (document->title.len == 0 ||
            str_eq(batch_column(kept, "title")->texts[0], document->title)) &&
           (!is_encoded || batch_column(kept, "unmeant")->integers[0] == 0);
}

/* ---- in ---- */

struct entry {
    struct arena *arena;
    const struct kb_document *document;
    struct str sha, title;
    struct cutting cutting;
    struct str *meanings;
    int64_t now_ns;
};

static struct str name_of(struct str path)
{
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/')
        from--;
    return str_slice(path, from, path.len);
}

/* What a passage says with its headings: alone, "Restart it." could be about anything. */
static struct str in_full(struct arena *arena, struct str title, const struct passage *it)
{
    return str_printf(arena, "%.*s. %.*s. %.*s", STR_ARG(title), STR_ARG(it->section),
                      STR_ARG(it->text));
}

static void encode(struct entry *entry, const struct sentence_encoder *encoder)
{
    const uint32_t count = entry->cutting.count;
    struct str *texts = arena_push_many(entry->arena, struct str, count);
    entry->meanings = arena_push_many(entry->arena, struct str, count);
    for (uint32_t i = 0; i < count; i++)
        texts[i] = in_full(entry->arena, entry->title, &entry->cutting.passages[i]);
    if (encoder)
        meaning_of(entry->arena, encoder, texts, count, entry->meanings);
}

static bool put_passage(struct ledger *ledger, const struct entry *entry, uint32_t i,
                        struct err *err)
{
    const struct passage *it = &entry->cutting.passages[i];
    struct buf title = buf_new(entry->arena), section = title, text = title;
    const struct value values[] = {
        value_text(entry->document->path), value_text(it->section), value_int(it->first_line),
        value_int(it->last_line),          value_text(it->text),    value_text(entry->meanings[i])};
    words_put(&title, entry->title);
    words_put(&section, it->section);
    words_put(&text, it->text);
    const struct value words[] = {value_text(buf_str(&title)), value_text(buf_str(&section)),
                                  value_text(buf_str(&text))};
    return ledger_run(ledger,
                      "INSERT INTO kb_passages (document, section, first_line, last_line, text,"
                      " meaning) SELECT number, ?2, ?3, ?4, ?5, ?6 FROM kb_documents"
                      " WHERE path = ?1",
                      values, 6, err) &&
           ledger_run(ledger,
                      "INSERT INTO kb_words (rowid, title, section, text)"
                      " VALUES (last_insert_rowid(), ?1, ?2, ?3)",
                      words, 3, err);
}

/* One document; the words go first, for they are found by its passages. */
static bool drop(struct ledger *ledger, struct str path, struct err *err)
{
    const struct value values[] = {value_text(path)};
    return ledger_run(ledger,
                      "DELETE FROM kb_words WHERE rowid IN (SELECT p.number FROM kb_passages p"
                      " JOIN kb_documents d ON d.number = p.document WHERE d.path = ?1)",
                      values, 1, err) &&
           ledger_run(ledger, "DELETE FROM kb_documents WHERE path = ?1", values, 1, err);
}

static bool put(struct ledger *ledger, const struct entry *entry, struct err *err)
{
    const struct kb_document *document = entry->document;
    const struct value values[] = {value_text(document->path),
                                   value_text(str_of(kinds[document->kind])),
                                   value_text(entry->title),
                                   value_text(entry->sha),
                                   value_int((int64_t)document->bytes.len),
                                   value_int(entry->now_ns)};
    bool ok = drop(ledger, document->path, err) &&
              ledger_run(ledger,
                         "INSERT INTO kb_documents (path, kind, title, sha, bytes, added_ns)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                         values, 6, err);
    for (uint32_t i = 0; ok && i < entry->cutting.count; i++)
        ok = put_passage(ledger, entry, i, err);
    return ok;
}

static bool put_whole(struct ledger *ledger, const struct entry *entry, struct err *err)
{
    if (!ledger_begin(ledger, err))
        return false;
    if (put(ledger, entry, err))
        return ledger_commit(ledger, err);
    ledger_rollback(ledger);
    return false;
}

static bool check(const struct kb_document *document, struct err *err)
{
    if (document->bytes.len > DOCUMENT_BYTES_MAX)
        return err_set(err, ERR_USAGE, "%.*s: it is larger than %zu MiB", STR_ARG(document->path),
                       DOCUMENT_BYTES_MAX >> 20);
    return utf8_is_valid(document->path) ||
           err_set(err, ERR_USAGE, "its path is no UTF-8; give it another name");
}

static bool add_in(struct arena *arena, struct ledger *ledger, const struct kb_document *document,
                   const struct sentence_encoder *encoder, int64_t now_ns, struct kb_result *out,
                   struct err *err)
{
    struct batch *kept;
    struct entry entry = {.arena = arena, .document = document, .now_ns = now_ns};
    *out = (struct kb_result){.outcome = KB_UNCHANGED};
    if (!check(document, err) || !sha_of(arena, document->bytes, &entry.sha, err) ||
        !look_up(ledger, arena, document->path, &kept, err))
        return false;
    if (is_as_kept(kept, document, entry.sha, encoder != NULL)) {
        out->passages = (uint32_t)batch_column(kept, "passages")->integers[0];
        return true;
    }
    entry.cutting = document_cut(arena, document->bytes, document->markup);
    entry.title = document->title.len > 0       ? document->title
                  : entry.cutting.title.len > 0 ? entry.cutting.title
                                                : name_of(document->path);
    encode(&entry, encoder);
    *out = (struct kb_result){.outcome = kept->rows > 0 ? KB_UPDATED : KB_ADDED,
                              .passages = entry.cutting.count,
                              .is_cut = entry.cutting.is_cut};
    return put_whole(ledger, &entry, err);
}

bool kb_add(struct ledger *ledger, const struct kb_document *document,
            const struct sentence_encoder *encoder, int64_t now_ns, struct kb_result *out,
            struct err *err)
{
    struct arena *scratch = arena_new("document");
    const bool ok = add_in(scratch, ledger, document, encoder, now_ns, out, err);
    arena_free(scratch);
    return ok;
}

/* ---- out, and all of them ---- */

static const struct field entry_columns[] = {{"path", TYPE_TEXT, 0, "", NULL},
                                             {"title", TYPE_TEXT, 0, "", NULL},
                                             {"kind", TYPE_TEXT, 0, "", NULL},
                                             {"sha", TYPE_TEXT, 0, "", NULL},
                                             {"bytes", TYPE_INT, 0, "", NULL},
                                             {"added_ns", TYPE_INT, 0, "", NULL},
                                             {"passages", TYPE_INT, 0, "", NULL},
                                             {"meant", TYPE_INT, 0, "", NULL},
                                             {0}};

static bool read_entry(const struct batch *rows, size_t row, struct kb_entry *out, struct err *err)
{
    *out = (struct kb_entry){.path = batch_column(rows, "path")->texts[row],
                             .title = batch_column(rows, "title")->texts[row],
                             .sha = batch_column(rows, "sha")->texts[row],
                             .bytes = batch_column(rows, "bytes")->integers[row],
                             .added_ns = batch_column(rows, "added_ns")->integers[row],
                             .passages = batch_column(rows, "passages")->integers[row],
                             .meant = batch_column(rows, "meant")->integers[row]};
    return kb_kind_parse(batch_column(rows, "kind")->texts[row], &out->kind) ||
           err_set(err, ERR_CORRUPT, "a document of a kind that is not known");
}

bool kb_list(struct ledger *ledger, struct arena *arena, struct str path, struct kb_entry **out,
             uint32_t *count, struct err *err)
{
    struct batch *rows;
    const struct value values[] = {value_text(path)};
    if (!ledger_rows(ledger, arena,
                     "SELECT path, title, kind, sha, bytes, added_ns, count(p.number) AS passages,"
                     " coalesce(sum(p.meaning <> ''), 0) AS meant FROM kb_documents d"
                     " LEFT JOIN kb_passages p ON p.document = d.number"
                     " WHERE ?1 = '' OR path = ?1 OR substr(path, 1, length(?1) + 1) = ?1 || '/'"
                     " GROUP BY d.number ORDER BY path",
                     values, 1, entry_columns, &rows, err))
        return false;
    *count = (uint32_t)rows->rows;
    *out = arena_push_many(arena, struct kb_entry, rows->rows);
    for (size_t row = 0; row < rows->rows; row++)
        if (!read_entry(rows, row, &(*out)[row], err))
            return false;
    return true;
}

bool kb_remove(struct ledger *ledger, struct str path, uint32_t *count, struct err *err)
{
    struct arena *scratch = arena_new("removal");
    struct kb_entry *entries;
    *count = 0;
    bool ok = kb_list(ledger, scratch, path, &entries, count, err) && ledger_begin(ledger, err);
    if (ok) {
        for (uint32_t i = 0; ok && i < *count; i++)
            ok = drop(ledger, entries[i].path, err);
        if (ok)
            ok = ledger_commit(ledger, err);
        else
            ledger_rollback(ledger);
    }
    arena_free(scratch);
    return ok;
}

enum kb_state kb_state_of(struct arena *arena, struct str path, struct str sha)
{
    struct str bytes, now;
    struct err err = {0};
    if (path.len == 0 || path.ptr[0] != '/')
        return KB_SAME; /* no file: nothing else can change it */
    if (!shelf_read(arena, str_copy(arena, path).ptr, DOCUMENT_BYTES_MAX, &bytes, &err))
        return err.kind == ERR_USAGE ? KB_CHANGED : err.kind == ERR_NOT_FOUND ? KB_GONE : KB_UNREAD;
    if (!sha_of(arena, bytes, &now, &err))
        return KB_UNREAD;
    return str_eq(now, sha) ? KB_SAME : KB_CHANGED;
}

struct str kb_place(struct arena *arena, const struct kb_hit *hit)
{
    if (hit->first_line == hit->last_line)
        return str_printf(arena, "%.*s, line %u", STR_ARG(hit->path), hit->first_line);
    return str_printf(arena, "%.*s, lines %u-%u", STR_ARG(hit->path), hit->first_line,
                      hit->last_line);
}

bool kb_take_along(struct arena *arena, const char *path, struct ledger **out, struct err *err)
{
    static const char *const takes[] = {"INSERT INTO kb_documents SELECT * FROM kept.kb_documents",
                                        "INSERT INTO kb_passages SELECT * FROM kept.kb_passages",
                                        "INSERT INTO kb_words (rowid, title, section, text)"
                                        " SELECT rowid, title, section, text FROM kept.kb_words",
                                        NULL};
    return ledger_take_along(arena, path, takes, out, err);
}
