import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { encodeCompact, encodeList, encodeU32 } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Task } from '../../executor/task.ts';
import { encodeHeader } from '../../proof/index.ts';
import { ask, type Point } from '../point.ts';
import type { Sealing } from '../slots/claim.ts';
import { type Candidate, encodeReceipt } from './candidate.ts';
import { coresAt, groupOf, paraValidators, signingContext } from './cores.ts';

/** First bytes of what validators sign about a candidate: polkadot-primitives' `CompactStatement`. */
const MAGIC = encodeText('BKNG');
/** A validator's vote as `CompactStatement` and `ValidityAttestation` number it: it was the first, or it agreed. */
const [SECONDED, VALID] = [1, 2];
/** polkadot-primitives' `FeatureIndex::ElasticScalingMVP`. */
const ELASTIC_SCALING = 1;

/**
 * SCALE of `ParachainsInherentData`: that every candidate which waits on a core is available, and these candidates with the votes of
 * their whole groups. Votes of validators whose keys are not here are taken as given; without either there are none.
 */
export function* parachainsInherent(
  parent: Point,
  candidates: readonly Candidate[],
  sealing: Sealing,
  withheld: readonly number[],
): Task<Uint8Array> {
  const noDisputes = encodeCompact(0);
  const signed = sealing.signer ?? sealing.given;
  const cores = signed ? yield* coresAt(parent) : [];
  const available = cores.map(({ pending }) => pending !== null && !withheld.includes(pending));
  const bitfields = available.includes(true) ? yield* availability(parent, available, sealing) : [];
  const backed: Uint8Array[] = [];
  for (const candidate of candidates) {
    const core = cores.findIndex(({ next }) => next === candidate.paraId);
    if (core !== -1) backed.push(yield* backedCandidate(parent, candidate, core, sealing));
  }
  return concatBytes(encodeList(bitfields), encodeList(backed), noDisputes, encodeHeader(parent.header));
}

/** Each validator's `UncheckedSigned<AvailabilityBitfield>`, with a bit for each core. */
function* availability(parent: Point, available: readonly boolean[], sealing: Sealing): Task<Uint8Array[]> {
  const bits = encodeBits(available);
  const message = concatBytes(bits, yield* signingContext(parent, fromHex(parent.hash)));
  const validators = yield* paraValidators(parent);
  return validators.flatMap((key, index) => {
    const signature = signedBy(key, message, sealing);
    return signature ? [concatBytes(bits, encodeU32(index), signature)] : [];
  });
}

function* backedCandidate(
  parent: Point,
  candidate: Candidate,
  core: number,
  sealing: Sealing,
): Task<Uint8Array> {
  const { receipt, hash } = yield* encodeReceipt(candidate);
  const context = yield* signingContext(parent, fromHex(candidate.relay.hash));
  const validators = yield* paraValidators(parent);
  const votes = (yield* groupOf(candidate.relay, core)).map((validator, place) => {
    const statement = Uint8Array.of(place === 0 ? SECONDED : VALID);
    const message = concatBytes(MAGIC, statement, hash, context);
    const key = validators[validator];
    const signature = key && signedBy(key, message, sealing);
    return signature && concatBytes(statement, signature);
  });
  const voted = votes.map((vote) => vote !== undefined);
  // Runtimes since 2024 want to be told the core as well: eight more bits.
  const named = (yield* namesCores(parent))
    ? Array.from({ length: 8 }, (_, bit) => ((core >> bit) & 1) === 1)
    : [];
  const given = votes.filter((vote) => vote !== undefined);
  return concatBytes(receipt, encodeList(given), encodeBits([...voted, ...named]));
}

function* namesCores(relay: Point): Task<boolean> {
  const { functions } = relay.runtime;
  if (functions.has('ParachainHost_para_ids')) return true;
  if (!functions.has('ParachainHost_node_features')) return false;
  const reader = answerReader(yield* ask(relay, 'ParachainHost_node_features'), 'features of nodes');
  const count = reader.compact();
  return count > ELASTIC_SCALING && ((reader.u8() >> ELASTIC_SCALING) & 1) === 1;
}

function signedBy(key: Uint8Array, message: Uint8Array, { signer, given }: Sealing): Uint8Array | undefined {
  return signer?.(key, message) ?? given?.sign(key);
}

/** `BitVec<u8, Lsb0>`: the number of bits, then bytes whose lowest bit comes first. */
function encodeBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [place, bit] of bits.entries()) {
    if (bit) bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (1 << (place & 7));
  }
  return concatBytes(encodeCompact(bits.length), bytes);
}
