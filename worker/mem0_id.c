/* mem0_id.c - see mem0_id.h. */
#include "base/common.h"

#include "base/file.h"
#include "base/sha256.h"
#include "worker/mem0_id.h"

/* The first six bytes are the number, masked by a hash of the ten behind it,
 * which are a hash of the number. */
#define NUMBER_BYTES 6
#define UUID_BYTES   16

static void hash(const unsigned char home[MEM0_HOME_BYTES], char what,
                 const unsigned char *p, size_t n, unsigned char *out)
{
    struct sha256 h;

    sha256_init(&h);
    sha256_add(&h, (struct str){(const char *)home, MEM0_HOME_BYTES});
    sha256_add(&h, (struct str){&what, 1});
    sha256_add(&h, (struct str){(const char *)p, n});
    sha256_end(&h, out);
}

static void make(const unsigned char home[MEM0_HOME_BYTES], int64_t id,
                 unsigned char u[UUID_BYTES])
{
    unsigned char number[NUMBER_BYTES], h[SHA256_BYTES];

    for (int i = 0; i < NUMBER_BYTES; i++)
        number[i] = (unsigned char)(id >> (8 * i));
    hash(home, 'n', number, sizeof(number), h);
    memcpy(u + NUMBER_BYTES, h, UUID_BYTES - NUMBER_BYTES);
    u[6] = (unsigned char)((u[6] & 0x0f) | 0x40);
    u[8] = (unsigned char)((u[8] & 0x3f) | 0x80);
    hash(home, 'm', u + NUMBER_BYTES, UUID_BYTES - NUMBER_BYTES, h);
    for (int i = 0; i < NUMBER_BYTES; i++)
        u[i] = number[i] ^ h[i];
}

static void print(const unsigned char u[UUID_BYTES], char out[MEM0_ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *p = out;

    for (int i = 0; i < UUID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = digits[u[i] >> 4];
        *p++ = digits[u[i] & 15];
    }
    *p = '\0';
}

static int digit(char c)
{
    c = to_lower(c);
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool scan(struct str s, unsigned char u[UUID_BYTES])
{
    size_t at = 0;

    if (s.n != MEM0_ID_SIZE - 1)
        return false;
    for (int i = 0; i < UUID_BYTES; i++) {
        int hi, lo;

        if ((i == 4 || i == 6 || i == 8 || i == 10) && s.p[at++] != '-')
            return false;
        hi = digit(s.p[at++]);
        lo = digit(s.p[at++]);
        if (hi < 0 || lo < 0)
            return false;
        u[i] = (unsigned char)(hi * 16 + lo);
    }
    return true;
}

void mem0_id_put(const unsigned char home[MEM0_HOME_BYTES], int64_t id,
                 char out[MEM0_ID_SIZE])
{
    unsigned char u[UUID_BYTES];

    make(home, id, u);
    print(u, out);
}

int mem0_id_get(const unsigned char home[MEM0_HOME_BYTES], struct str uuid,
                int64_t *id)
{
    unsigned char u[UUID_BYTES], again[UUID_BYTES], h[SHA256_BYTES];
    int64_t n = 0;

    if (!scan(uuid, u))
        return CM_EARG;
    hash(home, 'm', u + NUMBER_BYTES, UUID_BYTES - NUMBER_BYTES, h);
    for (int i = NUMBER_BYTES - 1; i >= 0; i--)
        n = n << 8 | (u[i] ^ h[i]);
    make(home, n, again);
    if (n == 0 || memcmp(u, again, sizeof(u)) != 0)
        return CM_ENOTFOUND;
    *id = n;
    return 0;
}

void mem0_id_random(char out[MEM0_ID_SIZE])
{
    unsigned char u[UUID_BYTES];

    file_random(u, sizeof(u));
    u[6] = (unsigned char)((u[6] & 0x0f) | 0x40);
    u[8] = (unsigned char)((u[8] & 0x3f) | 0x80);
    print(u, out);
}
