#!/usr/bin/env bash
# Builds the C peers of bench/SideBySide into artifacts/peers, where there is gcc.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v gcc > /dev/null || { echo "no gcc: the columns of C stay empty" >&2; exit 0; }
mkdir -p artifacts/peers
# Linked without -ffast-math: with it, loading the library would make the whole process treat subnormal numbers as zeros.
gcc -O3 -march=native -ffast-math -fPIC -c -o artifacts/peers/kernels.o bench/peers/kernels.c
gcc -shared -o artifacts/peers/libsimplegrad_peers.so artifacts/peers/kernels.o -lmvec -lm
