/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that stay in the house: on the way to a model each is replaced by an alias that says what
 * it is and not which (`service-3`, `host-2`, `person-1`), and on the way back the alias by the
 * name.
 *
 * The same name has the same alias everywhere. Only an alias that was given comes back, where it
 * stands as a whole; one that a model made up stays, and is then no name of the case. Secrets are
 * not among them: guard/secrets.h takes those out for good.
 */
#pragma once

#include "case/casefile.h"

struct aliases;

struct aliases *aliases_new(struct arena *arena);

/* `kind` is a literal: "service". What is empty or there already adds nothing; signs around it are
 * no part of it. */
void aliases_add(struct aliases *aliases, const char *kind, struct str name);

/* All that a case names: services, replicas, people, its alert. */
struct aliases *aliases_of_case(struct arena *arena, const struct casefile *casefile);

/* Addresses are found by their form and become hosts; so `aliases` may grow. */
struct str aliases_mask(struct aliases *aliases, struct arena *arena, struct str text);
struct str aliases_unmask(const struct aliases *aliases, struct arena *arena, struct str text);
