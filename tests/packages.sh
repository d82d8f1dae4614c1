#!/usr/bin/env bash
# Packs everything, and uses the packages as a stranger does: in a folder of its own, with an empty cache.
# Packages that are not ours come from the usual source, ours from what was packed and from nowhere else.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_UI_LANGUAGE=en
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
feed=$root/artifacts/packages
rm -rf "$feed"
passed=0

ok() {
    passed=$((passed + 1))
    echo "ok: $*"
}

failed() {
    echo "FAILED: $*"
    exit 1
}

# Fails where a command's output is not what it should be.
prints() {
    local wanted=$1 found
    shift
    found=$("$@") || failed "$*"$'\n'"$found"
    [ "$found" = "$wanted" ] || failed "$* printed"$'\n'"$found"$'\n'"and not"$'\n'"$wanted"
}

for project in src/SimpleGrad src/SimpleGrad.Fit src/SimpleGrad.Cli templates; do
    dotnet pack "$project" -c Release -o "$feed" -v q --nologo
done
version=$(ls "$feed" | sed -n 's/^SimpleGrad\.\([0-9].*\)\.nupkg$/\1/p')
wanted="SimpleGrad.$version.nupkg SimpleGrad.$version.snupkg SimpleGrad.Cli.$version.nupkg SimpleGrad.Fit.$version.nupkg"
wanted="$wanted SimpleGrad.Fit.$version.snupkg SimpleGrad.Templates.$version.nupkg"
[ "$(ls "$feed" | LC_ALL=C sort | xargs)" = "$(xargs -n1 <<<"$wanted" | LC_ALL=C sort | xargs)" ] \
    || failed "other packages than $wanted: $(ls "$feed")"
ok "packed $version"

# What a gallery shows of a package, and what a debugger and an editor need of it.
for id in SimpleGrad SimpleGrad.Fit SimpleGrad.Cli SimpleGrad.Templates; do
    package=$feed/$id.$version.nupkg
    nuspec=$(unzip -p "$package" "$id.nuspec")
    for part in '<license type="expression">MIT' '<readme>README.md' '<icon>icon.png' '<tags>' '<repository type="git"' \
        '<description>'; do
        grep -q "$part" <<<"$nuspec" || failed "$id has no $part"
    done
    unzip -tq "$package" README.md icon.png >/dev/null || failed "$id lacks its readme or icon"
done
if unzip -p "$feed/SimpleGrad.$version.nupkg" lib/net10.0/SimpleGrad.xml | grep -q 'SimpleGrad.StoragePool'; then
    failed "the documentation tells of internal types"
fi
if unzip -p "$feed/SimpleGrad.$version.snupkg" lib/net10.0/SimpleGrad.pdb | grep -qaF "$root/"; then
    failed "the symbols name folders of this machine"
fi
size=$(stat -c %s "$feed/SimpleGrad.Cli.$version.nupkg")
[ "$size" -lt 5000000 ] || failed "the tool takes $size bytes: has it native parts?"
ok "metadata, documentation, symbols"

cd "$place"
export NUGET_PACKAGES=$place/cache DOTNET_CLI_HOME=$place/home
cat >nuget.config <<EOF
<configuration>
  <packageSources>
    <clear />
    <add key="packed" value="$feed" />
    <add key="usual" value="https://api.nuget.org/v3/index.json" />
  </packageSources>
  <packageSourceMapping>
    <packageSource key="packed"><package pattern="SimpleGrad*" /></packageSource>
    <packageSource key="usual"><package pattern="*" /></packageSource>
  </packageSourceMapping>
</configuration>
EOF

# The first marked program of a readme, and the output that is shown below it.
program() { awk '/^<!-- run -->$/ { run = 1 } run && /^```$/ { exit } code { print } run && /^```csharp$/ { code = 1 }' "$1"; }
output() { awk '/^<!-- run -->$/ { run = 1 } text && /^```$/ { exit } text { print } run && /^```text$/ { text = 1 }' "$1"; }

# A new console project with a package, whose program is that of a readme.
try() {
    local name=$1 package=$2 readme=$3
    dotnet new console --output "$name" --no-restore >/dev/null
    (cd "$name" && dotnet add package "$package" --version "$version" >/dev/null) || failed "$package cannot be added"
    program "$readme" >"$name/Program.cs"
    [ -s "$name/Program.cs" ] || failed "$readme shows no program"
    prints "$(output "$readme")" dotnet run --project "$name" -c Release
    ok "$package in a new project runs the program of ${readme#"$root/"}"
}

try Readme SimpleGrad "$root/README.md"
try Library SimpleGrad "$root/src/SimpleGrad/README.md"
try Fitting SimpleGrad.Fit "$root/src/SimpleGrad.Fit/README.md"

# The generator comes with the package, and what it writes runs ahead of time too.
dotnet new console --output Records --no-restore >/dev/null
(cd Records && dotnet add package SimpleGrad --version "$version" >/dev/null) || failed "SimpleGrad cannot be added"
cat >Records/Program.cs <<'EOF'
using SimpleGrad;

var tape = new Tape<double>();
var network = new Network([new Layer(tape.Variable(2.0), tape.Variable(1.0))], tape.Constant(3.0));
Network gradient = Derivatives.Grad<Network, double>(
    each => (each.Layers[0].Weight * each.Scale + each.Layers[0].Bias).Square(), network);
Console.WriteLine($"{string.Join(", ", gradient.Names)}: {string.Join(", ", gradient.Variables.Select(v => v.Item()))}");

[Variables]
partial record Layer(Variable<double> Weight, Variable<double> Bias);

[Variables]
partial record Network(Layer[] Layers, [Frozen] Variable<double> Scale);
EOF
records="Layers[0].Weight, Layers[0].Bias: 42, 14"
prints "$records" dotnet run --project Records -c Release
ok "records of variables"

dotnet tool install SimpleGrad.Cli --version "$version" --tool-path "$place/tools" >/dev/null || failed "the tool"
prints $'value tensor(8., dtype=torch.float64)\ndx tensor(12., dtype=torch.float64)' \
    "$place/tools/simplegrad" grad "Pow(x, 3)" --var x=2
printf 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,8.1\n' >table.csv
"$place/tools/simplegrad" fit "a + b*x" --data table.csv --y y --start a=0,b=0 --plot fit.svg >/dev/null \
    && grep -q '^<svg' fit.svg || failed "the tool draws no fit"
ok "the tool"

dotnet new install "$feed/SimpleGrad.Templates.$version.nupkg" >/dev/null || failed "the template"
dotnet new simplegrad --name Mine >/dev/null || failed "dotnet new simplegrad"
prints "y = 0.1800 + 1.9400 x" dotnet run --project Mine -c Release
ok "the template"

if command -v clang >/dev/null || command -v gcc >/dev/null; then
    dotnet publish Readme -c Release -p:PublishAot=true -p:TreatWarningsAsErrors=true -o native >aot.log 2>&1 \
        || failed "ahead of time:"$'\n'"$(tail -20 aot.log)"
    prints "$(output "$root/README.md")" native/Readme
    dotnet publish Records -c Release -p:PublishAot=true -p:TreatWarningsAsErrors=true -o native >aot.log 2>&1 \
        || failed "records ahead of time:"$'\n'"$(tail -20 aot.log)"
    prints "$records" native/Records
    ok "compiled ahead of time, $(du -h native/Readme | cut -f1)"
else
    echo "skipped: no linker for code that is compiled ahead of time (clang or gcc)"
fi
echo "packages: all $passed checks are well"
