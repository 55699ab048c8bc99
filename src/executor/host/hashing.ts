import {
  keccakAsU8a,
  secp256k1Expand,
  secp256k1Recover,
  secp256k1Verify,
  sha256AsU8a,
} from '@polkadot/util-crypto';
import { ed25519Verify, isReady, sr25519Verify, waitReady } from '@polkadot/wasm-crypto';
import { concatBytes } from '../../bytes/bytes.ts';
import { encodeCompact, ScaleReader } from '../../bytes/scale.ts';
import type { WasmFunction } from '../../code/webassembly.ts';
import { blake2b128, blake2b256, buildTrie, twox64, twox128, twox256 } from '../../proof/index.ts';
import type { Host } from './host.ts';

/**
 * `ext_hashing_*`, `ext_crypto_*` (verification only: no key lives in a node here) and `ext_trie_*`.
 * Signatures verify only once `cryptoReady` has resolved; hashing works at once.
 */
export function hashingFunctions(host: Host): Record<string, WasmFunction> {
  const hash = (digest: (data: Uint8Array) => Uint8Array) => (data: bigint) =>
    host.place(digest(host.copy(data)));
  const verify =
    (
      check: (message: Uint8Array, signature: Uint8Array, key: Uint8Array) => boolean,
      keySize: number,
      size = 64,
    ) =>
    (signature: number, message: bigint, key: number) => {
      if (!isReady()) throw new Error('signatures cannot be verified before cryptoReady() has resolved');
      const [signed, by] = [host.at(signature, size).slice(), host.at(key, keySize).slice()];
      return host.given?.has(signed, by) ? 1 : accepted(() => check(host.copy(message), signed, by));
    };
  const ed25519 = verify((m, s, key) => ed25519Verify(s, m, key), 32);
  const sr25519 = verify((m, s, key) => sr25519Verify(s, m, key), 32);
  const ecdsa = verify((m, s, key) => secp256k1Verify(m, s, key, 'blake2', true), 33, 65);
  const recover = (compressed: boolean) => (signature: number, message: number) =>
    host.give(recovered(host.at(signature, 65).slice(), host.at(message, 32).slice(), compressed));
  const orderedRoot = (version: 0 | 1) => (data: bigint) => {
    const reader = new ScaleReader(host.view(data), 'list of values');
    const values = reader.list(() => reader.vec());
    return host.place(orderedTrieRoot(values, version));
  };
  const root = (version: 0 | 1) => (data: bigint) => {
    const reader = new ScaleReader(host.view(data), 'list of entries');
    const pairs = reader.list(() => [reader.vec(), reader.vec()] as const);
    return host.place(buildTrie(pairs, version).root);
  };
  const asVersion = (value: number): 0 | 1 => (value === 0 ? 0 : 1);

  return {
    ext_hashing_blake2_128_version_1: hash(blake2b128),
    ext_hashing_blake2_256_version_1: hash(blake2b256),
    ext_hashing_twox_64_version_1: hash(twox64),
    ext_hashing_twox_128_version_1: hash(twox128),
    ext_hashing_twox_256_version_1: hash(twox256),
    ext_hashing_keccak_256_version_1: hash((data) => keccakAsU8a(data, 256)),
    ext_hashing_keccak_512_version_1: hash((data) => keccakAsU8a(data, 512)),
    ext_hashing_sha2_256_version_1: hash((data) => sha256AsU8a(data)),

    ext_crypto_ed25519_verify_version_1: ed25519,
    ext_crypto_ed25519_batch_verify_version_1: ed25519,
    ext_crypto_sr25519_verify_version_1: sr25519,
    ext_crypto_sr25519_verify_version_2: sr25519,
    ext_crypto_sr25519_batch_verify_version_1: sr25519,
    ext_crypto_ecdsa_verify_version_1: ecdsa,
    ext_crypto_ecdsa_verify_version_2: ecdsa,
    ext_crypto_secp256k1_ecdsa_recover_version_1: recover(false),
    ext_crypto_secp256k1_ecdsa_recover_version_2: recover(false),
    ext_crypto_secp256k1_ecdsa_recover_compressed_version_1: recover(true),
    ext_crypto_secp256k1_ecdsa_recover_compressed_version_2: recover(true),
    ext_crypto_start_batch_verify_version_1: () => {},
    ext_crypto_finish_batch_verify_version_1: () => 1,

    ext_trie_blake2_256_root_version_1: root(0),
    ext_trie_blake2_256_root_version_2: (data: bigint, version: number) => root(asVersion(version))(data),
    ext_trie_blake2_256_ordered_root_version_1: orderedRoot(0),
    ext_trie_blake2_256_ordered_root_version_2: (data: bigint, version: number) =>
      orderedRoot(asVersion(version))(data),
  };
}

/** Loads what signatures are verified with: fast code in wasm, which compiles asynchronously. */
export async function cryptoReady(): Promise<void> {
  await waitReady();
}

/** Root of the trie from compact-encoded index to value: an `extrinsicsRoot`. */
export function orderedTrieRoot(values: readonly Uint8Array[], version: 0 | 1): Uint8Array {
  return buildTrie(
    values.map((value, index) => [encodeCompact(index), value] as const),
    version,
  ).root;
}

/** Malformed keys and signatures make the libraries throw; to a runtime they are just not valid. */
function accepted(check: () => boolean): number {
  try {
    return check() ? 1 : 0;
  } catch {
    return 0;
  }
}

/** SCALE `Result<key, EcdsaVerifyError>`; the only error told is BadSignature (2). */
function recovered(signature: Uint8Array, message: Uint8Array, compressed: boolean): Uint8Array {
  try {
    const v = signature[64] ?? 0;
    const key = secp256k1Recover(message, signature, v > 26 ? v - 27 : v);
    return concatBytes(Uint8Array.of(0), compressed ? key : secp256k1Expand(key));
  } catch {
    return Uint8Array.of(1, 2);
  }
}
