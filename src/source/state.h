/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of `state` whose text is objects, as `kubectl get -o json` or `-o yaml` gives them, become
 * what the rest of the program knows:
 *
 *   objects of the API server   a description each (kind in the plural, format "describe"), unless
 *                               one is there already
 *   workloads, claims, services a declaration besides (kind "app-yaml", format "json")
 *   Events                      rows of the table `events`
 *   ServiceAccounts of a List   a list (format "list"): which there are, and which are not
 *   Secrets                     their names and the names of their keys
 *
 * The rows themselves go. Those with manifests alone, which say nothing of what is, stay as they
 * are, unless a Secret is among them.
 */
#pragma once

#include "base/err.h"

struct telemetry;

/* A line that is an object itself, without `text`, becomes a row that has it as its text. */
MUST_CHECK bool state_take_objects(struct telemetry *telemetry, struct err *err);

/* Once all files are read. */
MUST_CHECK bool state_settle(struct telemetry *telemetry, struct err *err);
