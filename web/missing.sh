#!/bin/sh
# Whether a compiler makes WebAssembly: web/missing.sh CC FLAGS. When it does not, one sentence
# says what is missing, and the exit status is 2.
set -u
compiler=${1:-} flags=${2:-}
help="./setup.sh --wasm installs clang, wasi-libc, libclang-rt-dev-wasm32 and lld on Debian"
if [ -z "$compiler" ] || ! command -v "$compiler" >/dev/null 2>&1; then
    echo "make wasm needs clang, and there is none; $help" >&2
    exit 2
fi
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cat >"$folder/one.c" <<'C'
#include <math.h>
#include <stdlib.h>
long double one(double x, long double y) { return exp(x) * y; }
int main(void) { return malloc(1) ? 0 : (int)one(0, 1); }
C
# shellcheck disable=SC2086 # several flags
said=$("$compiler" $flags "$folder/one.c" -o "$folder/one.wasm" 2>&1) && exit 0
case $said in
*"file not found"*) what="wasi-libc, the C library of WebAssembly, is not installed" ;;
*builtins*) what="libclang-rt-dev-wasm32, compiler-rt for WebAssembly, is not installed" ;;
*wasm-ld* | *"unable to execute"* | *linker*) what="lld, the linker of WebAssembly, is not installed" ;;
*) what="$compiler says: $(printf '%s' "$said" | head -n 1)" ;;
esac
echo "make wasm: $what; $help" >&2
exit 2
