/* pack-model.c - the packer as a program of the build: see pack.h.
 *
 *     pack-model WEIGHTS.safetensors TOKENIZER.json NAME OUT
 */
#include "base/common.h"

#include "embed/pack.h"

int main(int argc, char **argv)
{
    struct err e = {0};
    struct pack p;

    if (argc != 5) {
        fprintf(stderr, "usage: pack-model WEIGHTS TOKENIZER NAME OUT\n");
        return 2;
    }
    p = (struct pack){argv[1], argv[2], argv[3], argv[4]};
    if (pack_model(&p, &e) < 0) {
        fprintf(stderr, "pack-model: %s\n", e.msg);
        return 1;
    }
    return 0;
}
