#!/usr/bin/env bash
# Feeds the tool damaged input for a long time, guided by the branches that each input takes:
# tools/fuzz.sh [TARGET...] [--seconds N] [--seed N]. Targets are programs, csv, npy and lists. See CONTRIBUTING.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
dotnet build tools/fuzz -c Release -v q
# A copy is instrumented, so that the build output stays as it is.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r tools/fuzz/bin/Release/net10.0/. "$folder"
dotnet "$folder/SimpleGrad.Fuzz.dll" --guided --seconds 600 "$@"
