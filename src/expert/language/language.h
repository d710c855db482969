/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentence encoder of this process, where there are weights for it: sentence.h has what it is.
 *
 * The program is built without them. `make encoder` fetches them; the environment variable
 * WARROOM_ENCODER names the folder that they lie in.
 */
#pragma once

#include "expert/language/sentence.h"

/* Opened when it is first asked for, and kept. False: there is none; err says what to do. */
MUST_CHECK bool language_encoder(const struct sentence_encoder **out, struct err *err);
