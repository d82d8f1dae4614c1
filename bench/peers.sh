#!/usr/bin/env bash
# Builds the C peers of bench/SideBySide and of bench/Programs into artifacts/peers, where there is gcc.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v gcc > /dev/null || { echo "no gcc: the columns of C stay empty" >&2; exit 0; }
out=artifacts/peers
mkdir -p "$out/programs"
# Linked without -ffast-math: with it, loading the library would make the whole process treat subnormal numbers as zeros.
gcc -O3 -march=native -ffast-math -fPIC -c -o "$out/kernels.o" bench/peers/kernels.c
gcc -shared -o "$out/libsimplegrad_peers.so" "$out/kernels.o" -lmvec -lm
for file in bench/Programs/peers/*.c; do
    name=$(basename "$file" .c)
    # Adjoints written for their speed may reorder sums; the plain price of libor.c is what a user has to begin with.
    [ "$name" = libor ] && fast=-fno-fast-math || fast=-ffast-math
    gcc -O3 -march=native "$fast" -fPIC -Wall -Wextra -Werror -c -o "$out/programs/$name.o" "$file"
done
gcc -shared -o "$out/libsimplegrad_programs.so" "$out"/programs/*.o -lmvec -lm
