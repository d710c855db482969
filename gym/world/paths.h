/* SPDX-License-Identifier: Apache-2.0 */
/* Where on this machine the gym finds what it did not make. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CGROUPS "/sys/fs/cgroup"

/* In $PATH, in the folders of system programs, or where Debian keeps PostgreSQL's. */
bool path_of_program(const char *name, char *out, size_t size);

/* The shop's program: $WARROOM_SHOP, or gym/shop/shop beside our own, where the build makes it. */
bool path_of_shop(char *out, size_t size);

/* NAME beside our own program, where the build makes it. */
bool path_of_built(const char *name, char *out, size_t size);

/* The library that gives a process another clock. */
bool path_of_faketime(char *out, size_t size);

/* gym/NAME in the source: $WARROOM_GYM/NAME, or ../gym/NAME from where our program lies. */
bool path_of_source(const char *name, char *out, size_t size);
