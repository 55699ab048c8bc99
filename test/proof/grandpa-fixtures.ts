import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { concatBytes } from '../../src/bytes/bytes.ts';
import {
  type AuthoritySet,
  encodeCompact,
  encodeHeader,
  encodeLittle,
  headerHash,
  precommitPayload,
} from '../../src/proof/index.ts';

export interface Voter {
  readonly id: Uint8Array;
  readonly key: KeyObject;
}

export function createVoter(): Voter {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    id: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
    key: privateKey,
  };
}

export function signedBy({ key }: Voter, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, key));
}

export function setOf(setId: bigint, voters: readonly Voter[], weight = 1n): AuthoritySet {
  return { setId, authorities: voters.map(({ id }) => ({ id, weight })) };
}

export interface Block {
  readonly number: number;
  readonly hash: Uint8Array;
  readonly encoded: Uint8Array;
}

/** A block on top of `parent`; `fork` tells siblings apart, `number` is what it calls itself. */
export function blockOn(
  parent: Block | null,
  fork = 0,
  number = parent === null ? 100 : parent.number + 1,
): Block {
  const encoded = encodeHeader({
    parentHash: parent?.hash ?? new Uint8Array(32),
    number,
    stateRoot: new Uint8Array(32).fill(fork),
    extrinsicsRoot: new Uint8Array(32),
    digest: [{ type: 'other', data: Uint8Array.of(1, 2, 3) }],
  });
  return { number, hash: headerHash(encoded), encoded };
}

export interface Vote {
  readonly voter: Voter;
  readonly target: Pick<Block, 'hash' | 'number'>;
  /** Round and set the vote is signed for, when not those of the justification. */
  readonly round?: bigint;
  readonly setId?: bigint;
}

/** A justification by these votes, signed for round 7 of set 3 where they say nothing else. */
export function justify(
  target: Pick<Block, 'hash' | 'number'>,
  votes: readonly Vote[],
  headers: readonly Block[] = [],
): Uint8Array {
  const precommits = votes.map(({ voter, target: { hash, number }, round = 7n, setId = 3n }) =>
    concatBytes(
      hash,
      encodeLittle(number, 4),
      signedBy(voter, precommitPayload(hash, number, round, setId)),
      voter.id,
    ),
  );
  return concatBytes(
    encodeLittle(7n, 8),
    target.hash,
    encodeLittle(target.number, 4),
    encodeCompact(precommits.length),
    ...precommits,
    encodeCompact(headers.length),
    ...headers.map(({ encoded }) => encoded),
  );
}

/** An answer of `grandpa_proveFinality`. */
export function proveFinality(
  block: Block,
  justification: Uint8Array,
  headers: readonly Block[],
): Uint8Array {
  return concatBytes(
    block.hash,
    encodeCompact(justification.length),
    justification,
    encodeCompact(headers.length),
    ...headers.map(({ encoded }) => encoded),
  );
}
