#!/usr/bin/env bash
# Fetches a small model from the real Hugging Face hub, trains on it, compares what came with the hashes that the hub shows, and repeats
# without a connection. Needs a connection, curl and sha256sum; takes some minutes. HF_ENDPOINT and HF_TOKEN are respected.
set -euo pipefail
sources=$(cd "$(dirname "$0")/.." && pwd)
hub=${HF_ENDPOINT:-https://huggingface.co}
repository=${1:-sentence-transformers/all-MiniLM-L6-v2}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HF_HUB_CACHE=$folder/cache
printf 'label\ttext\n' > "$folder/train.tsv"
for i in $(seq 8); do printf 'animal\ta cat %s\nplace\tthe bank %s\n' "$i" "$i"; done >> "$folder/train.tsv"
adamix() { dotnet run --project "$sources/src/Microsoft.ML.AdaMix.Tool" -- "$@"; }
adamix train --train "$folder/train.tsv" --encoder "hub:$repository" --epochs 1 --save "$folder/model.zip"
repo=$HF_HUB_CACHE/models--${repository//\//--}
commit=$(cat "$repo/refs/main")
for file in "$repo/snapshots/$commit"/*; do
  name=$(basename "$file")
  tag=$(curl -sI ${HF_TOKEN:+-H "Authorization: Bearer $HF_TOKEN"} "$hub/$repository/resolve/$commit/$name" | tr -d '\r"' |
    awk -F': ' 'tolower($1) == "x-linked-etag" { print $2 }')
  if [ ${#tag} -eq 64 ]; then
    echo "$tag  $file" | sha256sum --check
  fi
done
HF_HUB_OFFLINE=1 adamix train --train "$folder/train.tsv" --encoder "hub:$repository@$commit" --epochs 1 --save "$folder/again.zip"
echo "$repository at $commit: fetched, compared, trained, and again without a connection"
