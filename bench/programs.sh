#!/usr/bin/env bash
# Runs bench/Programs with the peers in C, which it builds first (see bench/peers.sh); and with libtorch where
# bench/libtorch.sh has got it.
# usage: bash bench/programs.sh --program libor --rounds 9 …
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bash "$here/peers.sh"
dotnet build "$here/Programs" -c Release -v quiet --nologo
libtorch=$here/../artifacts/libtorch
stub=$libtorch/stub.so
[ -e "$stub" ] || stub=
LD_LIBRARY_PATH=$libtorch:$here/../artifacts/peers LD_PRELOAD=$stub exec dotnet "$here/Programs/bin/Release/net10.0/SimpleGrad.Bench.Programs.dll" "$@"
