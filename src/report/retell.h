/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the case already says in words of its own: why a lead was followed and given up, how bad it
 * is, what to do, what a post-mortem may say. All of it was written by steps, so all of it is
 * checked before it is told again:
 *
 * - what is cited must stand in the evidence that is cited;
 * - what is not may be words, and what the reader sees beside it: the words of the alert, names of
 *   services, a command, the report's own counts and times;
 * - why a lead was supposed or given up is cited with the evidence that bears it out, if there is
 *   one piece about its subject that does. Uncited, the reason why it was given up may name nothing
 *   but the lead and the alert: it acquits.
 *
 * A proposal stands or falls with the sentence that says what it is for. A command is not a
 * sentence: it is told to the letter, or not at all where it holds what does not print or is too
 * long to be read.
 */
#pragma once

#include "report/writing.h"

void retell(struct writing *writing);
