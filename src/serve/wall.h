/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of the wall, for what is written down and for who asks what is now. */
#pragma once

#include <stdint.h>

int64_t wall_now_ns(void); /* since 1970 */
