import { sr25519KeypairFromSeed, sr25519Sign } from '@polkadot/wasm-crypto';
import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { encodeU32, encodeVec } from '../../bytes/scale.ts';
import type { Task } from '../../executor/task.ts';
import { blake2b256 } from '../../proof/index.ts';
import type { RelayPoint } from '../point.ts';
import { maxPovSize } from '../relay-configuration.ts';
import { encodeCommitments, type ValidationOutputs } from '../validation.ts';

/** A para's block as its collator hands it to validators: what it is built on, and what it commits to. */
export interface Candidate {
  readonly paraId: number;
  readonly relay: RelayPoint;
  /** Encoded header of the block's parent. */
  readonly parentHead: Uint8Array;
  /** blake2-256 of the code that built it. */
  readonly codeHash: Uint8Array;
  readonly outputs: ValidationOutputs;
}

const NOT_CHECKED = new Uint8Array(32);

/** Anyone may be a collator: the relay chain only wants to see that somebody signed. */
function collator(): { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array } {
  const pair = sr25519KeypairFromSeed(blake2b256(encodeText('collator')));
  const [secret, publicKey] = [pair.subarray(0, 64), pair.subarray(64)];
  return { publicKey, sign: (message) => sr25519Sign(publicKey, secret, message) };
}

/** SCALE `CommittedCandidateReceipt` in its first version, which all relay chains take, and the candidate's hash. */
export function* encodeReceipt(
  candidate: Candidate,
): Task<{ readonly receipt: Uint8Array; readonly hash: Uint8Array }> {
  const { paraId, relay, parentHead, codeHash, outputs } = candidate;
  const { publicKey, sign } = collator();
  const commitments = encodeCommitments(outputs);
  const validationData = concatBytes(
    encodeVec(parentHead),
    encodeU32(relay.header.number),
    relay.header.stateRoot,
    encodeU32(yield* maxPovSize(relay, paraId)),
  );
  const signed = concatBytes(
    fromHex(relay.hash),
    encodeU32(paraId),
    blake2b256(validationData),
    NOT_CHECKED,
    codeHash,
  );
  const descriptor = concatBytes(
    encodeU32(paraId),
    fromHex(relay.hash),
    publicKey,
    blake2b256(validationData),
    // The block's proof and its erasure coding are between validators; the relay chain's runtime cannot see them.
    NOT_CHECKED,
    NOT_CHECKED,
    sign(signed),
    blake2b256(outputs.headData),
    codeHash,
  );
  return {
    receipt: concatBytes(descriptor, commitments),
    hash: blake2b256(concatBytes(descriptor, blake2b256(commitments))),
  };
}
