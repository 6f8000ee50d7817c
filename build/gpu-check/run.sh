#!/usr/bin/env bash
# Runs the check where gpu-check.tar.gz was unpacked. usage: run.sh [--quick] [--device cuda|cpu] [OUT]
# Results are written to OUT (./gpu-check-results) line by line; the exit code is 0 if all that has to be correct is.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
device=cuda quick= out=gpu-check-results
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 ;;
    --device) device=${2:?--device needs cuda or cpu}; shift ;;
    -*) echo "unknown option $1" >&2; exit 2 ;;
    *) out=$1 ;;
  esac
  shift
done
mkdir -p "$out"
rm -f "$out"/{results,loading,peers,table}.jsonl "$out/table.md"

# Seconds: the program begins nothing later than this, the peers nothing later than the whole.
if [ "$device" = cpu ]; then ours=60 all=90 budget=0.3 shapes=mini kinds=3,4
elif [ -n "$quick" ]; then ours=150 all=225 budget=1.5 shapes=base,large kinds=3,4,5,6
else ours=300 all=460 budget=2.4 shapes=base,large,mini kinds=; fi
SECONDS=0

torch=$(python3 -c "import os, torch; print(os.path.join(os.path.dirname(torch.__file__), 'lib'))" 2> /dev/null)
export ADAMIX_LIBTORCH=${ADAMIX_LIBTORCH:-$torch}
if [ -z "$ADAMIX_LIBTORCH" ]; then
  echo "No libtorch: python3 has no torch, and ADAMIX_LIBTORCH names no folder with libtorch_cpu.so." >&2
  exit 2
fi
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
check=("$here/bin/gpu-check")
chmod +x "${check[0]}"

# The library has to find the libraries that libtorch needs by itself. Where it does not, that has failed, and the rest is run all the same.
found=0
if ! "${check[@]}" see --device "$device" --out "$out"; then
  found=1
  LD_LIBRARY_PATH=$ADAMIX_LIBTORCH$(printf ':%s' "$ADAMIX_LIBTORCH"/../../nvidia/*/lib)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export LD_LIBRARY_PATH
  if ! "${check[@]}" see --device "$device" --out "$out"; then
    exit 1
  fi
  line='{"name":"libtorch finds its libraries without LD_LIBRARY_PATH","passed":false,"kind":"check"}'
  echo "$line" | tee -a "$out/loading.jsonl"
fi

timeout $((ours + 60)) "${check[@]}" --device "$device" --files "$here/files" --out "$out" --seconds "$ours" ${quick:+--quick} || found=1
if [ -n "$torch" ]; then
  left=$((all - SECONDS))
  BUDGET=$budget KINDS=$kinds timeout $((left > 10 ? left + 15 : 25)) \
    python3 "$here/files/tools/gpu/peers_gpu.py" "$left" "$out/peers.jsonl" "$device" "$shapes" || echo "the peers were ended" >&2
else
  echo "The peers are left out: python3 has no torch." >&2
fi
"${check[@]}" table --out "$out" || found=1
exit $found
