#!/usr/bin/env bash
# Builds the site of the documents into artifacts/site/html: guides, the tutorial as pages with its output, and the
# reference of the API. A link that leads nowhere is an error. Needs a Release build of the libraries; makes it if there
# is none.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

[ -e src/SimpleGrad.Fit/bin/Release/net10.0/SimpleGrad.Fit.dll ] || dotnet build src/SimpleGrad.Fit -c Release -v q
[ -e tools/site/bin/Release/net10.0/site.dll ] || dotnet build tools/site -c Release -v q
site=artifacts/site
rm -rf "$site"
mkdir -p "$site/source"
dotnet tools/site/bin/Release/net10.0/site.dll . "$site/source"
cp -r tools/site/docfx.json tools/site/template "$site/source/"
dotnet tool restore >/dev/null
# Documentation that is inherited and then completed makes docfx warn of parameters that are there twice.
dotnet docfx metadata "$site/source/docfx.json" --logLevel error
dotnet docfx build "$site/source/docfx.json" --logLevel warning --warningsAsErrors
pages=$(find "$site/html" -name '*.html' | wc -l)
echo "site: $pages pages in $site/html"
