#!/usr/bin/env bash
# Mutation testing of the library: tools/mutate.sh PART... [--count N] [--seed N] [--minutes N] [--effort N] [--planted]
# A part is a folder or a file of src/SimpleGrad, as Tape or Compiler/Emission/Program.cs. See CONTRIBUTING.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
dotnet build tests/SimpleGrad.Tests -c Release -v q
dotnet build tools/mutate -c Release -v q
exec dotnet tools/mutate/bin/Release/net10.0/mutate.dll "$@"
