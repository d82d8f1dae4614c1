#!/usr/bin/env bash
# Runs bench/SideBySide with libtorch as the peer, which it gets first (see bench/libtorch.sh).
# usage: bash bench/side-by-side.sh --family matmul --threads 1 …
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bash "$here/libtorch.sh"
bash "$here/peers.sh"
dotnet build "$here/SideBySide" -c Release -v quiet --nologo
libtorch=$here/../artifacts/libtorch
stub=$libtorch/stub.so
[ -e "$stub" ] || stub=
LD_LIBRARY_PATH=$libtorch:$here/../artifacts/peers LD_PRELOAD=$stub exec dotnet "$here/SideBySide/bin/Release/net10.0/SimpleGrad.Bench.SideBySide.dll" "$@"
