#!/usr/bin/env bash
# Packs artifacts/gpu-check.tar.gz: the program with its own .NET, reference numbers, data and peers, for a machine with an NVIDIA GPU and
# Python with PyTorch, without .NET and network. Takes them from ../shared beside the repository, or from the folder that is given.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
shared=$(cd "${1:-$root/../shared}" && pwd)
limit=$((60 * 1024 * 1024))
packed="$root/artifacts/gpu-check.tar.gz"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
check="$folder/gpu-check"
mkdir -p "$root/artifacts" "$check/files/golden" "$check/files/data/trec6" "$check/files/tools/gpu"

dotnet publish -v q -c Release -r linux-x64 -o "$check/bin" "$root/build/gpu-check/Microsoft.ML.AdaMix.GpuCheck.csproj"
# Training needs none of these: what predicts, what debugs, other garbage collectors, ML.NET's own trainers.
(cd "$check/bin" && rm -f ./*.pdb ./*.xml ./*.dbg libonnxruntime* libmscord* libclrgc* createdump libcoreclrtraceptprovider.so \
  libLdaNative.so libMatrixFactorizationNative.so libSkiaSharp.so)

cp -r "$shared"/golden/{manifest.json,roberta,bert,methods,families} "$check/files/golden/"
cp "$shared"/data/trec6/{train-1000,test}.tsv "$check/files/data/trec6/"
cp "$shared"/tools/gpu/*.py "$check/files/tools/gpu/"
(cd "$check/files/tools/gpu" && dotnet run -v q -c Release --project "$root/build/gpu-check" -- \
  ids "$shared/data/sst2/train.tsv" work/ids/sst2-speed.txt)
cp "$root/build/gpu-check/run.sh" "$root/build/gpu-check/README.md" "$check/"
chmod -R u+w "$check"

tar -C "$folder" -cf - gpu-check | gzip -9 > "$packed"
size=$(stat -c %s "$packed")
echo "$packed: $((size / 1024)) KiB of at most $((limit / 1024))"
if [ "$size" -gt "$limit" ]; then
  echo "The archive is larger than it may be." >&2
  exit 1
fi
