/*
 * banned.h - functions that do not compile in cmem.
 *
 * Each has a bounded or reentrant counterpart: snprintf or struct buf instead
 * of sprintf, strcpy and strcat; strtoll with checks instead of atoi; the
 * _r forms instead of the ones with hidden static storage.
 */
#ifndef CMEM_BASE_BANNED_H
#define CMEM_BASE_BANNED_H

#include <string.h>
#include <time.h>

#define CMEM_BANNED(name) sorry_##name##_is_banned

#undef strcpy
#define strcpy(a, b) CMEM_BANNED(strcpy)
#undef strcat
#define strcat(a, b) CMEM_BANNED(strcat)
#undef strncpy
#define strncpy(a, b, c) CMEM_BANNED(strncpy)
#undef strncat
#define strncat(a, b, c) CMEM_BANNED(strncat)
#undef strtok
#define strtok(a, b) CMEM_BANNED(strtok)
#undef sprintf
#define sprintf(...) CMEM_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) CMEM_BANNED(vsprintf)
#undef gets
#define gets(a) CMEM_BANNED(gets)
#undef atoi
#define atoi(a) CMEM_BANNED(atoi)
#undef atol
#define atol(a) CMEM_BANNED(atol)
#undef gmtime
#define gmtime(a) CMEM_BANNED(gmtime)
#undef localtime
#define localtime(a) CMEM_BANNED(localtime)
#undef ctime
#define ctime(a) CMEM_BANNED(ctime)
#undef asctime
#define asctime(a) CMEM_BANNED(asctime)
#undef tmpnam
#define tmpnam(a) CMEM_BANNED(tmpnam)
#undef system
#define system(a) CMEM_BANNED(system)
#undef popen
#define popen(a, b) CMEM_BANNED(popen)
#undef alloca
#define alloca(a) CMEM_BANNED(alloca)

#endif
