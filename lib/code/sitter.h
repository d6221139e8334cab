/*
 * sitter.h - tree-sitter's header, where the build has one.
 *
 * A build that could not fetch it knows no code, and says so; everything
 * else works. What needs it stands between #if CODE_HAVE_SITTER.
 */
#ifndef CMEM_CODE_SITTER_H
#define CMEM_CODE_SITTER_H

#if __has_include(<tree_sitter/api.h>)
#define CODE_HAVE_SITTER 1
#include <tree_sitter/api.h>
#else
#define CODE_HAVE_SITTER 0
typedef struct TSLanguage TSLanguage;
typedef struct TSParser TSParser;
typedef struct TSTree TSTree;
#endif

#endif
