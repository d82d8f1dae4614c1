#!/usr/bin/env bash
# Runs bench/Programs with the peers in C, which it builds first (see bench/peers.sh).
# usage: bash bench/programs.sh --program libor --rounds 9 …
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bash "$here/peers.sh"
dotnet build "$here/Programs" -c Release -v quiet --nologo
LD_LIBRARY_PATH=$here/../artifacts/peers exec dotnet "$here/Programs/bin/Release/net10.0/SimpleGrad.Bench.Programs.dll" "$@"
