import type { IKeyringPair } from '@polkadot/types/types';
import { concatBytes } from '../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../bytes/hex.ts';
import { encodeList, encodeU32, encodeU64 } from '../bytes/scale.ts';
import { RescueError } from '../domain/errors.ts';
import { type AuthoritySet, precommitPayload } from '../proof/index.ts';
import type { Block } from './chain/block.ts';
import type { Chain } from './chain/chain.ts';

/** A voter's key, and how its node behaves now. */
export interface Voter {
  /** ed25519. */
  readonly pair: IKeyringPair;
  readonly online: boolean;
  /** Votes for two blocks in each round. */
  readonly equivocates: boolean;
}

/** The keys at hand, by public key. */
export type VoterKeys = (id: Hex) => Voter | undefined;

/**
 * What the voters of GRANDPA come to agree on. They vote for the block they are asked to finalize, but never beyond the last block
 * of their set, and everybody's votes arrive: one round makes one justification, with the signatures of all who are there.
 */
export class Voters {
  readonly #chain: Chain;
  readonly #keys: VoterKeys;
  #round = 0n;
  #setId = 0n;

  constructor(chain: Chain, keys: VoterKeys) {
    this.#chain = chain;
    this.#keys = keys;
  }

  /** Finalizes up to the block with this number; less when the voters there are have not more than two thirds of a set. */
  finalize(number: number): void {
    const chain = this.#chain;
    const { grandpa } = chain;
    if (grandpa === null) {
      chain.finalize(number);
      return;
    }
    while (chain.finalized.number < number) {
      const next = Math.min(number, grandpa.lastOfSet ?? number);
      const justification = this.#justify(blockAt(chain, next), grandpa.set);
      if (justification === null) return;
      chain.finalize(next, justification);
    }
  }

  /** Rounds count from 1 in every set. */
  #nextRound(setId: bigint): bigint {
    this.#round = setId === this.#setId ? this.#round + 1n : 1n;
    this.#setId = setId;
    return this.#round;
  }

  /** SCALE of a `GrandpaJustification`; null when too few vote. */
  #justify(target: Block, { setId, authorities }: AuthoritySet): Uint8Array | null {
    const there = authorities.flatMap(({ id, weight }) => {
      const voter = this.#keys(toHex(id));
      return voter?.online ? [{ ...voter, weight }] : [];
    });
    const total = authorities.reduce((sum, { weight }) => sum + weight, 0n);
    const voted = there.reduce((sum, { weight }) => sum + weight, 0n);
    if (voted * 3n <= total * 2n) return null;
    const round = this.#nextRound(setId);
    const parent = blockAt(this.#chain, target.number - 1);
    const vote = (pair: IKeyringPair, { hash, number }: Block) => {
      const signature = pair.sign(precommitPayload(fromHex(hash), number, round, setId));
      return concatBytes(fromHex(hash), encodeU32(number), signature, pair.publicKey);
    };
    const precommits = there.flatMap(({ pair, equivocates }) => [
      vote(pair, target),
      ...(equivocates ? [vote(pair, parent)] : []),
    ]);
    // Headers lead from every vote down to the lowest one.
    const ancestries = there.some(({ equivocates }) => equivocates) ? [target.encodedHeader] : [];
    return concatBytes(
      encodeU64(round),
      fromHex(target.hash),
      encodeU32(target.number),
      encodeList(precommits),
      encodeList(ancestries),
    );
  }
}

function blockAt(chain: Chain, number: number): Block {
  const block = chain.blockAt(number);
  if (block) return block;
  throw new RescueError('RESCUE_INTERNAL', `The chain has no block ${number} to vote for.`);
}
