/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kind of thing a token names: recognised by its form alone, and then by the word beside it.
 *
 * A token is what stands between blanks, brackets, quotes, commas and `=`: "10.0.0.1:80",
 * "blk_-123", "35ms". Only forms that programs fill in are recognised; a token that may be a part
 * of the text ("eth0", "L3", "java.io.IOException") is a word here, and the miner decides by what
 * else stands in its place.
 */
#pragma once

#include "base/str.h"

enum entity {
    ENTITY_WORD, /* none of the others */
    ENTITY_NUMBER,
    ENTITY_HEX,
    ENTITY_ID,
    ENTITY_UUID,
    ENTITY_IP,
    ENTITY_PORT,
    ENTITY_MAC,
    ENTITY_HOST,
    ENTITY_URL,
    ENTITY_PATH,
    ENTITY_TIME,
    ENTITY_DURATION,
    ENTITY_SIZE,
    ENTITY_PERCENT,
    ENTITY_VERSION,
    ENTITY_EMAIL,
    ENTITY_STATUS,
    ENTITY_USER,
    ENTITY_POD,
    ENTITY_CLASS, /* a name of three parts or more, with dots: of a class, a package */
    ENTITY_LIST,  /* many of one kind in a row */
    ENTITY_ANY,   /* of several kinds */
    ENTITIES,
};

/* "number", "ip", ...: as it stands in a template between < and >. */
const char *entity_name(enum entity entity);

/* What was recognised in a token, and how many of its first bytes are words all the same. */
struct entity_match {
    enum entity entity;
    size_t head; /* "blk_" of "blk_-123", "hdfs://" of an address */
};

struct entity_match entity_of(struct str token);

/*
 * The kind that the word before a value tells ("user", "pod", "port", "status"), where the value's
 * own form leaves it open; else `entity`. `before` may be empty.
 */
enum entity entity_after(struct str before, enum entity entity);
