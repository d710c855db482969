/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recut/rename.h"

#include "base/arena.h"
#include "gym/recut/dice.h"

#include <stdlib.h>

#define NAME_LEN_MIN 3
#define NAME_LEN_MAX 128
#define DRAWS_MAX 100 /* until a name is new; there are 100 names of two letters alone */

/*
 * Everybody calls them so: what products log is known by their names, and a host is no service that
 * somebody has named.
 */
static const char *const products[] = {
    "alertmanager", "envoy",      "etcd",       "haproxy",  "host",  "kafka",
    "memcached",    "mongo",      "mongodb",    "mysql",    "nats",  "nginx",
    "postgres",     "postgresql", "prometheus", "rabbitmq", "redis",
};

static bool is_product(struct str word)
{
    for (size_t i = 0; i < sizeof products / sizeof *products; i++)
        if (str_eq(word, str_of(products[i])))
            return true;
    return false;
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_word(char byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '_';
}

/* Nobody has given `10.0.0.1:80` its name. */
static bool is_given(struct str name)
{
    bool given = is_letter(name.ptr[0]);
    for (size_t i = 0; i < name.len; i++)
        given = given && (is_word(name.ptr[i]) || name.ptr[i] == '-');
    return given;
}

/* `redis-cart` tells what it is, too. */
static bool stays(struct str name)
{
    struct str rest = name, word;
    if (name.len < NAME_LEN_MIN || name.len > NAME_LEN_MAX || !is_given(name))
        return true;
    while (str_split(&rest, '-', &word))
        if (is_product(word))
            return true;
    return false;
}

/* "tavoki": one can say it, and it says nothing. */
static struct str draw(struct arena *arena, size_t len, struct dice *dice)
{
    static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
    char name[NAME_LEN_MAX + 1] = {0};
    for (size_t i = 0; i < len; i++)
        name[i] = i % 2 == 0 ? consonants[dice_below(dice, sizeof consonants - 1)]
                             : vowels[dice_below(dice, sizeof vowels - 1)];
    return str_copy(arena, (struct str){name, len});
}

static bool is_taken(const struct renames *renames, struct str name)
{
    for (uint32_t i = 0; i < renames->count; i++)
        if (str_eq(renames->from[i], name) || str_eq(renames->to[i], name))
            return true;
    return false;
}

static int compare_longest_first(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    return x->len != y->len ? (x->len < y->len) - (x->len > y->len) : str_compare(*x, *y);
}

void renames_draw(struct renames *renames, struct arena *arena, const struct str *services,
                  uint32_t count, uint64_t seed)
{
    struct dice dice = {seed};
    renames->count = 0;
    for (uint32_t i = 0; i < count && renames->count < RENAMES_MAX; i++)
        if (!stays(services[i]))
            renames->from[renames->count++] = services[i];
    qsort(renames->from, renames->count, sizeof *renames->from, compare_longest_first);
    for (uint32_t i = 0; i < renames->count; i++)
        for (int draws = 0; draws < DRAWS_MAX; draws++) {
            const struct str name = draw(arena, renames->from[i].len, &dice);
            const bool is_new = !is_taken(renames, name);
            renames->to[i] = is_new ? name : renames->from[i];
            if (is_new)
                break;
        }
}

/* The name that begins at `at`, or NULL. */
static const struct str *name_at(const struct renames *renames, struct str text, size_t at)
{
    const struct str rest = str_slice(text, at, text.len);
    for (uint32_t i = 0; i < renames->count; i++) {
        const struct str name = renames->from[i];
        if (rest.ptr[0] != name.ptr[0] || !str_starts(rest, name) ||
            (rest.len > name.len && is_word(rest.ptr[name.len])))
            continue;
        return str_starts(str_slice(rest, name.len, rest.len), STR(" process")) ? NULL
                                                                                : &renames->to[i];
    }
    return NULL;
}

void renames_apply(const struct renames *renames, struct str text, struct buf *out)
{
    size_t told = 0;
    for (size_t i = 0; i < text.len;) {
        const bool begins = is_word(text.ptr[i]) && (i == 0 || !is_word(text.ptr[i - 1]));
        const struct str *name = begins ? name_at(renames, text, i) : NULL;
        if (!name) {
            i++;
            continue;
        }
        buf_add(out, str_slice(text, told, i));
        buf_add(out, *name);
        told = i += name->len;
    }
    buf_add(out, str_slice(text, told, text.len));
}
