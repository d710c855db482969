/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fast hash is enough: 32 random bytes cannot be guessed, so nothing is gained by making each
 * guess slow, as it is for what people choose themselves.
 */
#include "serve/token.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"

#include <errno.h>
#include <sys/random.h>

#define SECRET_BYTES 32

static const char *const names[SCOPES_COUNT] = {"none", "read", "investigate", "feedback", "admin"};

const char *scope_name(enum scope scope)
{
    return names[scope];
}

bool scopes_have(uint32_t scopes, enum scope scope)
{
    return scope == SCOPE_NONE || (scopes & (1u << scope)) || (scopes & (1u << SCOPE_ADMIN));
}

bool scopes_parse(struct str text, uint32_t *out, struct err *err)
{
    struct str part;
    *out = 0;
    while (str_split(&text, ',', &part)) {
        uint32_t found = SCOPE_READ;
        while (found < SCOPES_COUNT && !str_eq(str_trim(part), str_of(names[found])))
            found++;
        if (found == SCOPES_COUNT)
            return err_set(err, ERR_USAGE,
                           "a scope is one of read, investigate, feedback, admin; not `%.*s`",
                           (int)(part.len < 40 ? part.len : 40), part.ptr);
        *out |= 1u << found;
    }
    return *out != 0 ||
           err_set(err, ERR_USAGE, "a scope is wanted: read, investigate, feedback or admin");
}

struct str scopes_format(struct arena *arena, uint32_t scopes)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = SCOPE_READ; i < SCOPES_COUNT; i++)
        if (scopes & (1u << i))
            buf_printf(&out, "%s%s", out.len > 0 ? "," : "", names[i]);
    return buf_str(&out);
}

static bool name_is_plain(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == '.'))
            return false;
    }
    return name.len > 0 && name.len <= TOKEN_NAME_LEN_MAX;
}

static bool draw(struct arena *arena, struct str *out, struct err *err)
{
    unsigned char bytes[SECRET_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return err_set(err, ERR_IO, "no random bytes: %s", strerror(errno));
    struct buf text = buf_new(arena);
    buf_add(&text, STR("wr_"));
    for (size_t i = 0; i < sizeof bytes; i++)
        buf_printf(&text, "%02x", bytes[i]);
    *out = buf_str(&text);
    return true;
}

static bool exists(struct ledger *ledger, struct arena *arena, struct str name, bool *out,
                   uint32_t *count, struct err *err)
{
    struct token *all;
    if (!token_list(ledger, arena, &all, count, err))
        return false;
    *out = false;
    for (uint32_t i = 0; i < *count; i++)
        *out = *out || str_eq(all[i].name, name);
    return true;
}

bool token_add(struct ledger *ledger, struct arena *arena, struct str name, uint32_t scopes,
               int64_t now_ns, struct str *secret, struct err *err)
{
    struct digest hash;
    bool is_there;
    uint32_t count;
    if (!name_is_plain(name))
        return err_set(err, ERR_USAGE,
                       "the name of a token is 1 to %d letters, digits, `-`, `_` or `.`",
                       TOKEN_NAME_LEN_MAX);
    if (!exists(ledger, arena, name, &is_there, &count, err))
        return false;
    if (is_there)
        return err_set(err, ERR_USAGE, "there is a token of that name; remove it first");
    if (count >= TOKENS_MAX)
        return err_set(err, ERR_OVER_BUDGET, "there are %d tokens already; remove some",
                       TOKENS_MAX);
    if (!draw(arena, secret, err) || !digest_sha256(*secret, &hash, err))
        return false;
    const struct value values[] = {value_text(name), value_text(digest_hex(arena, &hash)),
                                   value_text(scopes_format(arena, scopes)), value_time(now_ns)};
    return ledger_run(ledger,
                      "INSERT INTO tokens (name, hash, scopes, created_ns) VALUES (?1, ?2, ?3, ?4)",
                      values, 4, err);
}

bool token_remove(struct ledger *ledger, struct str name, struct err *err)
{
    static const struct field columns[] = {{"name", TYPE_TEXT, 0, "", NULL}, {0}};
    struct arena *scratch = arena_new("token");
    struct batch *gone;
    const struct value values[] = {value_text(name)};
    const bool ok =
        ledger_rows(ledger, scratch, "DELETE FROM tokens WHERE name = ?1 RETURNING name", values, 1,
                    columns, &gone, err) &&
        (gone->rows > 0 || err_set(err, ERR_NOT_FOUND, "there is no token of that name"));
    arena_free(scratch);
    return ok;
}

bool token_list(struct ledger *ledger, struct arena *arena, struct token **out, uint32_t *count,
                struct err *err)
{
    static const struct field columns[] = {
        {"name", TYPE_TEXT, 0, "", NULL},   {"hash", TYPE_TEXT, 0, "", NULL},
        {"scopes", TYPE_TEXT, 0, "", NULL}, {"created", TYPE_TIME, 0, "", NULL},
        {"used", TYPE_TIME, 0, "", NULL},   {0}};
    struct batch *rows;
    if (!ledger_rows(ledger, arena,
                     "SELECT name, hash, scopes, created_ns, coalesce(last_used_ns, 0) FROM tokens"
                     " ORDER BY name",
                     NULL, 0, columns, &rows, err))
        return false;
    *count = 0;
    *out = arena_push_many(arena, struct token, rows->rows);
    for (size_t row = 0; row < rows->rows; row++) {
        struct token *it = &(*out)[(*count)++];
        it->name = batch_column(rows, "name")->texts[row];
        it->created_ns = batch_column(rows, "created")->integers[row];
        it->last_used_ns = batch_column(rows, "used")->integers[row];
        if (!digest_of_hex(batch_column(rows, "hash")->texts[row], &it->hash) ||
            !scopes_parse(batch_column(rows, "scopes")->texts[row], &it->scopes, err))
            return err_set(err, ERR_CORRUPT, "the token %s is damaged; remove it", it->name.ptr);
    }
    return true;
}

bool token_used(struct ledger *ledger, struct str name, int64_t now_ns, struct err *err)
{
    const struct value values[] = {value_text(name), value_time(now_ns)};
    return ledger_run(ledger, "UPDATE tokens SET last_used_ns = ?2 WHERE name = ?1", values, 2,
                      err);
}

bool audit_add(struct ledger *ledger, struct str who, struct str what, struct str subject,
               int64_t now_ns, struct err *err)
{
    const struct value values[] = {value_time(now_ns), value_text(who), value_text(what),
                                   value_text(subject)};
    return ledger_run(ledger,
                      "INSERT INTO audit (at_ns, who, what, subject) VALUES (?1, ?2, ?3, ?4)",
                      values, 4, err);
}
