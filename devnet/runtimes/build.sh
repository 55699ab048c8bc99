#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-only

# Builds every runtime into artifacts/ and writes artifacts/manifest.json. See README.md for what it
# needs. Environment: CARGO, RUSTC (the toolchain), WASM_LD (the linker), CARGO_TARGET_DIR.
set -euo pipefail
cd "$(dirname "$0")"

cargo=${CARGO:-cargo}
export RUSTC=${RUSTC:-rustc}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
target=wasm32v1-none
sysroot=$("$RUSTC" --print sysroot)
cargo_home=${CARGO_HOME:-$HOME/.cargo}
unset RUSTFLAGS # the flags below decide, whoever builds

"$cargo" fetch --locked

# Without a library built for the target, cargo builds core and alloc from their source. That is an
# unstable option, hence the bootstrap mode of a stable compiler.
build_std=()
if [ ! -d "$sysroot/lib/rustlib/$target" ]; then
	build_std=(-Zbuild-std=core,alloc)
	export RUSTC_BOOTSTRAP=1
fi

# A compiler from a distribution has no linker of its own for this target.
linker=${WASM_LD:-}
for candidate in wasm-ld $(compgen -c wasm-ld- | sort -uV); do
	[ -n "$linker" ] || linker=$(command -v "$candidate" || true)
done

# What the executors of Substrate expect of a blob: memory from outside, the heap's start and the
# table from inside, no instruction beyond the first WebAssembly standard.
flags=(
	-C target-cpu=mvp
	-C link-arg=--export-table
	-C link-arg=--export=__heap_base
	-C link-arg=--import-memory
	--cfg substrate_runtime
)
[ -z "$linker" ] || flags+=(-C "linker=$linker" -C linker-flavor=wasm-ld)

# Panic messages name source files: let them not depend on where these lie.
remap() { [ ! -d "$1" ] || flags+=(--remap-path-prefix "$1=$2"); }
remap "$PWD" /runtimes
for registry in "$cargo_home"/registry/src/*; do remap "$registry" /crates; done
rust_source=$(readlink -f "$sysroot/lib/rustlib/src/rust" || true)
remap "$rust_source" /rust
export CARGO_ENCODED_RUSTFLAGS
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}")

mkdir -p artifacts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# pack CRATE NAME: shrink, drop what only debuggers read, compress behind the prefix that nodes know.
pack() {
	wasm-opt -Oz --mvp-features --strip-debug --strip-producers --strip-target-features \
		"$CARGO_TARGET_DIR/$target/release/pararescue_devnet_$1.wasm" -o "$work/$2.wasm"
	{
		printf '\x52\xbc\x53\x76\x46\xdb\x8e\x05'
		zstd --quiet --ultra -22 --stdout "$work/$2.wasm"
	} > "$work/$2.packed"
	mv "$work/$2.packed" "artifacts/$2.compact.compressed.wasm"
}

# The whole workspace is built each time, so that the crates in common are built but once.
build() {
	"$cargo" build --locked --release --workspace --target "$target" "${build_std[@]}" "$@"
}

build
pack contracts contracts
pack relay relay
pack para para-good
for version in broken fixed next; do
	build --features "pararescue-devnet-para/$version"
	pack para "para-$version"
done
build --features pararescue-devnet-relay/next
pack relay relay-next

node manifest.mjs "$work"
