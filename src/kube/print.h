/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An object as `kubectl describe` prints it, so that all who read descriptions read objects too,
 * and a claim about one cites one form. Printed is what anybody asks for, in the layout of
 * kubectl/pkg/describe; ages, which change by the minute, are left out.
 */
#pragma once

#include "base/buf.h"
#include "kube/objects.h"

/* Empty for a kind that tells nothing beyond its declaration. */
struct str print_object(struct arena *arena, const struct object *object);
