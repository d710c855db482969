/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A name is found between bytes that are no letters and no digits, so `catalog` is also found in
 * "catalog_errors" and in "http://catalog:8080"; the longest that fits is taken. A name begins and
 * ends with a letter or a digit, as an alias does: of "(db)" it is "db", else two that stand side
 * by side would run together and not come back. A text that holds what looks like an alias of ours
 * would come back as something else, so that is given an alias itself.
 */
#include "guard/alias.h"

#include "base/arena.h"
#include "base/buf.h"

#include <ctype.h>
#include <string.h>

#define ALIASES_MAX 4000
#define ADDRESS_BYTES_MAX 64

struct alias {
    struct str name;
    struct str alias;
};

struct aliases {
    struct arena *arena;
    struct alias *items;
    uint32_t count;
    struct map names;   /* beside items */
    struct map aliases; /* the same */
    struct map kinds;
    uint32_t counts[16]; /* of each kind, beside kinds */
};

struct aliases *aliases_new(struct arena *arena)
{
    struct aliases *out = arena_push(arena, struct aliases);
    *out = (struct aliases){.arena = arena,
                            .items = arena_push_many(arena, struct alias, ALIASES_MAX),
                            .names = map_new(arena),
                            .aliases = map_new(arena),
                            .kinds = map_new(arena)};
    return out;
}

static bool is_inner(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

void aliases_add(struct aliases *aliases, const char *kind, struct str name)
{
    while (name.len > 0 && !is_inner(name.ptr[0]))
        name = str_slice(name, 1, name.len);
    while (name.len > 0 && !is_inner(name.ptr[name.len - 1]))
        name.len--;
    if (name.len == 0 || aliases->count == ALIASES_MAX ||
        map_find(&aliases->names, name) != MAP_NONE)
        return;
    const uint32_t number = map_add(&aliases->kinds, str_of(kind));
    if (number >= sizeof aliases->counts / sizeof *aliases->counts)
        return;
    struct alias *item = &aliases->items[aliases->count++];
    item->alias = str_printf(aliases->arena, "%s-%u", kind, ++aliases->counts[number]);
    map_add(&aliases->names, name);
    item->name = str_copy(aliases->arena, name);
    map_add(&aliases->aliases, item->alias);
}

/* ---- of a case ---- */

/* "by `Jonas Weber`": in the grammar of guard/claim.h a name ends at the next backquote. */
static void add_person(struct aliases *out, struct str claim)
{
    const struct str mark = STR(" by `");
    const size_t at = str_find(claim, mark);
    struct str rest = str_slice(claim, at == STR_NPOS ? claim.len : at + mark.len, claim.len), name;
    if (str_split(&rest, '`', &name))
        aliases_add(out, "person", name);
}

static void add_service(struct aliases *out, struct arena *arena, struct str name)
{
    aliases_add(out, "service", name);
    if (name.len == 0 || !islower((unsigned char)name.ptr[0]))
        return;
    char *capital = arena_alloc(arena, name.len + 1); /* at the beginning of a sentence */
    memcpy(capital, name.ptr, name.len);
    capital[0] = (char)toupper((unsigned char)capital[0]);
    aliases_add(out, "service", (struct str){.ptr = capital, .len = name.len});
}

struct aliases *aliases_of_case(struct arena *arena, const struct casefile *casefile)
{
    struct aliases *out = aliases_new(arena);
    const struct map *services = &casefile->topology.nodes;
    for (uint32_t i = 0; i < services->count; i++)
        add_service(out, arena, services->keys[i]);
    add_service(out, arena, casefile->alert->service);
    aliases_add(out, "alert", casefile->alert->name);
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        add_service(out, arena, it->subject);
        aliases_add(out, "host", it->instance);
        if (it->finding == FINDING_CULPRIT)
            add_person(out, it->claim);
        if (it->finding == FINDING_ALERTED) {
            struct str rest = it->claim, name = STR("");
            str_split(&rest, '`', &name);
            if (str_split(&rest, '`', &name))
                aliases_add(out, "alert", name);
        }
    }
    return out;
}

/* ---- there ---- */

/* Before what stands at `at`, or behind what ends there: an alias begins and ends with such. */
static bool begins(struct str text, size_t at)
{
    return at == 0 || !is_inner(text.ptr[at - 1]);
}

static bool ends(struct str text, size_t at)
{
    return at >= text.len || !is_inner(text.ptr[at]);
}

/* The longest name, or alias, that stands at `at`; UINT32_MAX: none. */
static uint32_t find_at(const struct aliases *aliases, struct str text, size_t at, bool back)
{
    uint32_t found = UINT32_MAX;
    size_t longest = 0;
    for (uint32_t i = 0; i < aliases->count; i++) {
        const struct str name = back ? aliases->items[i].alias : aliases->items[i].name;
        if (name.len > longest && at + name.len <= text.len && text.ptr[at] == name.ptr[0] &&
            memcmp(text.ptr + at, name.ptr, name.len) == 0 && ends(text, at + name.len)) {
            found = i;
            longest = name.len;
        }
    }
    return found;
}

static struct str replaced(const struct aliases *aliases, struct arena *arena, struct str text,
                           bool back)
{
    struct buf out = buf_new(arena);
    for (size_t at = 0; at < text.len;) {
        const uint32_t found = begins(text, at) ? find_at(aliases, text, at, back) : UINT32_MAX;
        if (found == UINT32_MAX) {
            buf_add_char(&out, text.ptr[at++]);
            continue;
        }
        const struct alias *item = &aliases->items[found];
        buf_add(&out, back ? item->name : item->alias);
        at += back ? item->alias.len : item->name.len;
    }
    return buf_str(&out);
}

/* "127.10.0.12", "db.prod.example": two points or more, between letters and digits. */
static size_t address_len(struct str text, size_t at)
{
    size_t end = at;
    uint32_t points = 0;
    bool last_is_point = true;
    if (!isalnum((unsigned char)text.ptr[at]))
        return 0;
    while (end < text.len && end - at < ADDRESS_BYTES_MAX) {
        const char c = text.ptr[end];
        if (c == '.' && !last_is_point && end + 1 < text.len &&
            isalnum((unsigned char)text.ptr[end + 1]))
            points++;
        else if (!isalnum((unsigned char)c) && c != '-')
            break;
        last_is_point = c == '.';
        end++;
    }
    return points >= 2 && !is_inner(end < text.len ? text.ptr[end] : ' ') ? end - at : 0;
}

/* What looks like an alias: a word of ours, "-", digits. */
static size_t lookalike_len(const struct aliases *aliases, struct str text, size_t at)
{
    for (uint32_t i = 0; i < aliases->kinds.count; i++) {
        const struct str kind = aliases->kinds.keys[i];
        size_t end = at + kind.len;
        if (end + 1 >= text.len || !str_eq(str_slice(text, at, end), kind) || text.ptr[end] != '-')
            continue;
        const size_t digits = ++end;
        while (end < text.len && isdigit((unsigned char)text.ptr[end]))
            end++;
        if (end > digits && ends(text, end))
            return end - at;
    }
    return 0;
}

static void add_by_form(struct aliases *aliases, struct str text)
{
    aliases_add(aliases, "host", STR("host-0")); /* so that there are such kinds */
    aliases_add(aliases, "name", STR("name-0"));
    for (size_t at = 0; at < text.len; at++) {
        if (!begins(text, at))
            continue;
        const size_t address = address_len(text, at);
        if (address > 0)
            aliases_add(aliases, "host", str_slice(text, at, at + address));
        at += address > 0 ? address - 1 : 0;
    }
    for (size_t at = 0; at < text.len; at++) {
        const size_t lookalike = begins(text, at) ? lookalike_len(aliases, text, at) : 0;
        if (lookalike > 0)
            aliases_add(aliases, "name", str_slice(text, at, at + lookalike));
    }
}

struct str aliases_mask(struct aliases *aliases, struct arena *arena, struct str text)
{
    add_by_form(aliases, text);
    return replaced(aliases, arena, text, false);
}

struct str aliases_unmask(const struct aliases *aliases, struct arena *arena, struct str text)
{
    return replaced(aliases, arena, text, true);
}
