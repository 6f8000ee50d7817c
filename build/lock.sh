#!/usr/bin/env bash
# Writes the lock files anew, for each platform: after a change of Directory.Packages.props or of a project's references.
set -euo pipefail
cd "$(dirname "$0")/.."
for platform in linux-x64 osx-arm64 win-x64; do
    echo "== $platform"
    dotnet restore --force-evaluate -p:RestoreLockedMode=false -p:LibTorchPlatform=$platform
    dotnet restore --force-evaluate -p:RestoreLockedMode=false -p:LibTorchPlatform=$platform \
        -p:_IsPacking=true -p:NETCoreSdkPortableRuntimeIdentifier=$platform src/Microsoft.ML.AdaMix.Tool
done
echo "== back to this machine's"
dotnet restore
git status --short -- '*.lock.json'
