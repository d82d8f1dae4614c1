"""Makes a shared library (64-bit ELF) ask for a symbol without its version, and load where that version is missing.

usage: unversion.py LIBRARY SYMBOL VERSION    (changes the file)
"""
import struct
import sys

DYNSYM, GNU_VERNEED, GNU_VERSYM = 11, 0x6FFFFFFE, 0x6FFFFFFF
WEAK, ANY_VERSION = 2, 1

path, symbol, version = sys.argv[1], sys.argv[2].encode(), sys.argv[3].encode()
blob = bytearray(open(path, "rb").read())
table, = struct.unpack_from("<Q", blob, 0x28)
size, count = struct.unpack_from("<HH", blob, 0x3A)
# name, type, flags, address, offset, size, link, info, alignment, entry size
sections = [struct.unpack_from("<IIQQQQIIQQ", blob, table + i * size) for i in range(count)]
kinds = {section[1]: section for section in sections}


def text(section, name):
    start = sections[section[6]][4] + name
    return blob[start:blob.index(0, start)]


symbols = kinds[DYNSYM]
for i in range(symbols[5] // symbols[9]):
    name, = struct.unpack_from("<I", blob, symbols[4] + i * symbols[9])
    if text(symbols, name) == symbol:
        struct.pack_into("<H", blob, kinds[GNU_VERSYM][4] + 2 * i, ANY_VERSION)

needed, at = kinds[GNU_VERNEED], kinds[GNU_VERNEED][4]
for _ in range(needed[7]):
    _, versions, _, first, following = struct.unpack_from("<HHIII", blob, at)
    entry = at + first
    for _ in range(versions):
        _, flags, _, name, step = struct.unpack_from("<IHHII", blob, entry)
        if text(needed, name) == version:
            struct.pack_into("<H", blob, entry + 4, flags | WEAK)
        entry += step
    at += following
open(path, "wb").write(blob)
