/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a setting governs, as its name tells, and how far a change of it went.
 *
 * Names are those that operators write: of Kubernetes, systemd, container runtimes, servers and
 * service configurations. They are compared without case and without what separates their words.
 */
#pragma once

#include "base/str.h"
#include "case/kind.h"

/* Both are numbers of one dimension: sizes, times, shares, or without a unit. */
bool setting_is_measured(struct str old, struct str now);

/* 0: it stayed near; towards 1: it is another order of magnitude, or another kind of thing. An empty
 * text: it was not there, or is not any more. */
double setting_distance(struct str old, struct str now);

/* It is a number without a unit of its own. */
bool setting_is_bare_number(struct str value);

/* A URL, or a host and port. */
bool setting_is_address(struct str value);

/*
 * The kind of fault that this change makes if it is at fault; KIND_UNKNOWN: its name does not tell,
 * or what it limits was not made less.
 */
enum kind setting_kind(struct str option, struct str old, struct str now);
