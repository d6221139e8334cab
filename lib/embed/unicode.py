#!/usr/bin/env python3
"""unicode.py - writes tokens_unicode.h: what becomes of each character.

    python3 lib/embed/unicode.py > lib/embed/tokens_unicode.h

The source is Python's unicodedata. A character is decomposed canonically,
its marks (Mn) are taken out, what is left is lower-cased, one character at a
time. Hangul syllables are decomposed by rule, in tokens.c.
"""
import sys
import unicodedata as u

HANGUL = range(0xAC00, 0xD7A4)
CJK = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
       (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
       (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F)]
COMPAT = [(0xF900, 0xFAD9), (0x2F800, 0x2FA1D)]
SPACE = {0x9, 0xA, 0xB, 0xC, 0xD, 0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029,
         0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)}


def kind(cp):
    cat = u.category(chr(cp))
    if cp in (9, 10, 13):
        return "SPACE"
    if cp == 0xFFFD or cat in ("Cc", "Cf", "Co", "Cs", "Mn"):
        return "GONE"
    if cp in SPACE:
        return "SPACE"
    if any(a <= cp <= b for a, b in CJK):
        return "IDEOGRAPH"
    if cat[0] == "P":
        return "PUNCT"
    return None


def mapped(cp):
    text = [c for c in u.normalize("NFD", chr(cp)) if u.category(c) != "Mn"]
    # One at a time: no rule looks at a neighbour (final sigma).
    return "".join(c.lower() for c in text)


def ranges():
    out = []
    for cp in range(0x80, 0x110000):
        k = kind(cp)
        if not k:
            continue
        if out and out[-1][1] == cp - 1 and out[-1][2] == k:
            out[-1][1] = cp
        else:
            out.append([cp, cp, k])
    return out


def maps():
    one, many = [], []
    for cp in range(0x80, 0x110000):
        if cp in HANGUL or kind(cp) in ("GONE", "SPACE", "IDEOGRAPH"):
            continue
        to = mapped(cp)
        if to == chr(cp) or not to:
            continue
        if len(to) > 1:
            many.append((cp, [ord(c) for c in to]))
            continue
        delta = ord(to) - cp
        last = one[-1] if one else None
        if last and last[3] == delta:
            step = cp - last[1]
            if last[0] == last[1] and step <= 2:
                last[1], last[2] = cp, step
                continue
            if step == last[2]:
                last[1] = cp
                continue
        one.append([cp, cp, 1, delta])
    return one, many


def table(rows, width=79):
    line = "   "
    for r in rows:
        if len(line) + 1 + len(r) > width:
            print(line)
            line = "   "
        line += " " + r
    print(line)


def main():
    one, many = maps()
    assert all(len(to) <= 4 for _, to in many)
    print("/*")
    print(" * tokens_unicode.h - what becomes of each character: made by "
          "unicode.py from")
    print(" * Unicode %s; do not edit. For tokens.c alone." % u.unidata_version)
    print(" */")
    print("/* clang-format off */")
    print("static const struct {\n    uint32_t first, last;\n"
          "    enum token_char kind;\n} char_kinds[] = {")
    table("{%#x,%#x,CHAR_%s}," % (a, b, k) for a, b, k in ranges())
    print("};\n")
    print("/* Every `step`th character from first to last moves by delta. */")
    print("static const struct {\n    uint32_t first, last, step;\n"
          "    int32_t delta;\n} char_moves[] = {")
    table("{%#x,%#x,%d,%d}," % tuple(r) for r in one)
    print("};\n")
    print("/* Compatibility ideographs have no order: one after the other. */")
    for first, last in COMPAT:
        print("static const uint32_t ideographs_%x[] = {" % first)
        table("%#x," % ord(mapped(cp)) for cp in range(first, last + 1))
        print("};\n")
    print("static const struct {\n    uint32_t cp, to[4];\n"
          "} char_splits[] = {")
    table("{%#x,{%s}}," % (cp, ",".join("%#x" % t for t in to))
          for cp, to in many)
    print("};")


sys.exit(main())
