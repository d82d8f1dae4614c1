#!/usr/bin/env bash
# Gets libtorch, the peer of bench/SideBySide, through NuGet, and makes artifacts/libtorch a folder that it loads from.
# Needs the .NET SDK; and gcc and python3 where the system's C++ library is older than the one it was built with.
# usage: bash bench/libtorch.sh    (bench/side-by-side.sh does it by itself)
set -euo pipefail
cd "$(dirname "$0")/.."

out=$PWD/artifacts/libtorch
[ -e "$out/ready" ] && exit 0
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "bench/libtorch.sh is only for Linux on x86-64" >&2; exit 1; }
rm -rf "$out"
mkdir -p "$out/fetch"

# A project that is nothing but two downloads, which NuGet unpacks into its own folder (half a gigabyte).
cat > "$out/fetch/fetch.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <ItemGroup>
    <PackageDownload Include="TorchSharp" Version="[$(TorchSharpVersion)]" />
    <PackageDownload Include="libtorch-cpu-linux-x64" Version="[$(LibTorchVersion)]" />
  </ItemGroup>
  <Target Name="PrintFolders">
    <Message Importance="high" Text="$([MSBuild]::EnsureTrailingSlash('$(NuGetPackageRoot)'))torchsharp/$(TorchSharpVersion)" />
    <Message Importance="high" Text="$([MSBuild]::EnsureTrailingSlash('$(NuGetPackageRoot)'))libtorch-cpu-linux-x64/$(LibTorchVersion)" />
  </Target>
</Project>
XML
dotnet restore "$out/fetch/fetch.csproj"
dotnet msbuild "$out/fetch/fetch.csproj" -nologo -t:PrintFolders | while read -r folder; do
    ln -s "$folder"/runtimes/linux-x64/native/*.so* "$out/"
done

# TorchSharp's library wants one function of GCC 13's C++ library, which does nothing that an older one does not do by
# itself: a private copy of the library asks for it without a version, and a stub has it.
wrapper=$out/libLibTorchSharp.so
if ldd "$wrapper" 2>&1 | grep -q "GLIBCXX.*not found"; then
    cp --remove-destination "$(readlink "$wrapper")" "$wrapper"
    python3 bench/unversion.py "$wrapper" _ZSt21ios_base_library_initv GLIBCXX_3.4.32
    echo 'void _ZSt21ios_base_library_initv(void) {}' | gcc -shared -fPIC -x c - -o "$out/stub.so"
fi
touch "$out/ready"
echo "libtorch is in $out"
