/*
 * Copyright 2020 Somebody
 * SPDX-License-Identifier: MIT
 */
#ifndef LICENSED_H
#define LICENSED_H
struct licensed {
    int a;
};
/* licensed.h: what this file is about */
extern int declared_here;
static inline int header_only(const struct licensed *l) { return l->a; }
/* NOLINTNEXTLINE */
/* Counts. */
enum { COUNT };
#endif
