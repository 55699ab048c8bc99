import { cryptoWaitReady } from '@polkadot/util-crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { verifyWithOpenSsl } from '../../src/chain/relay/ed25519.ts';
import {
  type AuthoritySet,
  decodeFinalityProof,
  decodeJustification,
  verifyFinalityProof,
  verifyJustification,
} from '../../src/proof/index.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import { Connection } from '../../src/sandbox/rpc/connection.ts';
import { grandpaMethods } from '../../src/sandbox/rpc/grandpa-methods.ts';
import { Params } from '../../src/sandbox/rpc/params.ts';
import { RpcError } from '../../src/sandbox/rpc/rpc-error.ts';
import { type Voter, Voters } from '../../src/sandbox/voters.ts';
import { bareChain, forcedChange, grow, scheduledChange, voterKey } from '../support/bare-chain.ts';

const setOf = (setId: bigint, ...uris: string[]): AuthoritySet => ({
  setId,
  authorities: uris.map((uri) => ({ id: voterKey(uri).publicKey, weight: 1n })),
});

/** All justifications of a chain, in order. */
function listen(chain: Chain): Uint8Array[] {
  const heard: Uint8Array[] = [];
  chain.on('justified', (justification) => heard.push(justification));
  return heard;
}

/** Voters with the keys of //A to //F, some of whom are away or vote twice. */
function votersOf(chain: Chain, odd: { away?: string[]; twice?: string[] } = {}): Voters {
  const held = new Map<Hex, Voter>(
    ['//A', '//B', '//C', '//D', '//E', '//F'].map((uri) => {
      const pair = voterKey(uri);
      const online = () => !odd.away?.includes(uri);
      return [
        toHex(pair.publicKey),
        {
          pair,
          get online() {
            return online();
          },
          equivocates: odd.twice?.includes(uri) ?? false,
        },
      ];
    }),
  );
  return new Voters(chain, (id) => held.get(id));
}

const targets = (justifications: readonly Uint8Array[]) =>
  justifications.map((bytes) => decodeJustification(bytes).targetNumber);

/** The answer of `grandpa_proveFinality`, or what it refuses with. */
function prove(chain: Chain, number: unknown): Uint8Array | string | null {
  const { grandpa_proveFinality } = grandpaMethods(chain);
  try {
    const answer = grandpa_proveFinality?.(new Params([number]), new Connection(() => {})) as Hex | null;
    return answer && fromHex(answer);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

/** Like `prove`, where a proof is what must come. */
function proofOf(chain: Chain, number: number): Uint8Array {
  const proof = prove(chain, number);
  if (!(proof instanceof Uint8Array)) throw new Error(`no proof of block ${number}: ${proof}`);
  return proof;
}

beforeAll(() => cryptoWaitReady());

describe('the voters of GRANDPA', () => {
  it('justify the block that they finalize, each in a round of its own', () => {
    const chain = bareChain(['//A', '//B']);
    const heard = listen(chain);
    const voters = votersOf(chain);
    for (let count = 0; count < 3; count++) {
      grow(chain);
      voters.finalize(chain.best.number);
    }
    expect(chain.finalized).toBe(chain.best);
    expect(heard.map((bytes) => decodeJustification(bytes).round)).toEqual([1n, 2n, 3n]);
    for (const [place, bytes] of heard.entries()) {
      expect(verifyJustification(bytes, setOf(0n, '//A', '//B'), verifyWithOpenSsl)).toEqual({
        hash: fromHex(chain.hashAt(place + 1) ?? '0x'),
        number: place + 1,
      });
    }
    expect(() =>
      verifyJustification(heard[0] as Uint8Array, setOf(1n, '//A', '//B'), verifyWithOpenSsl),
    ).toThrow(expect.objectContaining({ code: 'PROOF_UNKNOWN_SET' }));
  });

  it('hand over at the end of the announcing block, with a justification of it, when there is no delay', () => {
    const chain = bareChain(['//A', '//B']);
    const heard = listen(chain);
    grow(chain);
    grow(chain, scheduledChange(['//C', '//D']));
    grow(chain);
    votersOf(chain).finalize(3);
    expect(targets(heard)).toEqual([2, 3]);
    const [last, first] = heard as [Uint8Array, Uint8Array];
    const [old, next] = [setOf(0n, '//A', '//B'), setOf(1n, '//C', '//D')];
    expect(verifyJustification(last, old, verifyWithOpenSsl).number).toBe(2);
    expect(verifyJustification(first, next, verifyWithOpenSsl).number).toBe(3);
    // Rounds begin anew with the set.
    expect(decodeJustification(first).round).toBe(1n);
    for (const [bytes, wrong] of [
      [last, next],
      [first, old],
    ] as const) {
      expect(() => verifyJustification(bytes, wrong, verifyWithOpenSsl)).toThrow(
        expect.objectContaining({ code: 'PROOF_UNKNOWN_SET' }),
      );
    }
  });

  it('hand over only after the delay that the announcement sets', () => {
    const chain = bareChain(['//A', '//B']);
    const heard = listen(chain);
    grow(chain, scheduledChange(['//C'], 2));
    const voters = votersOf(chain);
    for (let count = 0; count < 4; count++) {
      voters.finalize(chain.best.number);
      grow(chain);
    }
    voters.finalize(chain.best.number);
    const by = heard.map((bytes) => decodeJustification(bytes).precommits.length);
    expect(targets(heard)).toEqual([1, 2, 3, 4, 5]);
    expect(by).toEqual([2, 2, 2, 1, 1]);
    expect(chain.grandpa?.set).toEqual(setOf(1n, '//C'));
  });

  it('go through several sets at once when finality has lagged, one justification a set at least', () => {
    const chain = bareChain(['//A']);
    const heard = listen(chain);
    for (const [uri, delay] of [
      ['//B', 0],
      ['//C', 1],
      ['//D', 0],
    ] as const) {
      grow(chain);
      grow(chain, scheduledChange([uri], delay));
      grow(chain);
    }
    votersOf(chain).finalize(9);
    // The announcements are in blocks 2, 5 and 8; that of 5 counts from the end of 6 on.
    expect(targets(heard)).toEqual([2, 6, 8, 9]);
    for (const [place, uri] of ['//A', '//B', '//C', '//D'].entries()) {
      const bytes = heard[place] as Uint8Array;
      expect(verifyJustification(bytes, setOf(BigInt(place), uri), verifyWithOpenSsl)).toBeTruthy();
    }
  });

  it('need more than two thirds: a third away stalls them until it is back, however many blocks come', () => {
    const chain = bareChain(['//A', '//B', '//C', '//D', '//E', '//F']);
    const heard = listen(chain);
    const away = ['//A', '//B'];
    const voters = votersOf(chain, { away });
    for (let count = 0; count < 5; count++) {
      grow(chain);
      voters.finalize(chain.best.number);
    }
    expect([chain.finalized.number, heard.length]).toEqual([0, 0]);
    away.pop();
    voters.finalize(5);
    expect(chain.finalized.number).toBe(5);
    const set = setOf(0n, '//A', '//B', '//C', '//D', '//E', '//F');
    expect(decodeJustification(heard[0] as Uint8Array).precommits).toHaveLength(5);
    expect(verifyJustification(heard[0] as Uint8Array, set, verifyWithOpenSsl).number).toBe(5);
  });

  it('are believed in spite of one who votes for two blocks', () => {
    const chain = bareChain(['//A', '//B', '//C', '//D']);
    const heard = listen(chain);
    grow(chain);
    grow(chain);
    votersOf(chain, { twice: ['//B'] }).finalize(2);
    const [bytes] = heard as [Uint8Array];
    const { precommits, votesAncestries } = decodeJustification(bytes);
    expect(precommits.map(({ targetNumber }) => targetNumber)).toEqual([2, 2, 1, 2, 2]);
    expect(votesAncestries).toHaveLength(1);
    const set = setOf(0n, '//A', '//B', '//C', '//D');
    expect(verifyJustification(bytes, set, verifyWithOpenSsl).number).toBe(2);
  });

  it('are put aside by a forced change, without a justification of the last block of theirs', () => {
    const chain = bareChain(['//A', '//B']);
    const heard = listen(chain);
    grow(chain);
    const away: string[] = [];
    const voters = votersOf(chain, { away });
    voters.finalize(1);
    away.push('//A', '//B');
    // What was scheduled meanwhile never counts: nobody finalizes it.
    grow(chain, scheduledChange(['//E']));
    grow(chain, forcedChange(['//C', '//D'], 2, 1));
    grow(chain);
    voters.finalize(4);
    expect([chain.finalized.number, chain.grandpa?.set.setId]).toEqual([1, 0n]);
    grow(chain);
    expect(chain.grandpa?.set).toEqual(setOf(1n, '//C', '//D'));
    voters.finalize(5);
    expect(targets(heard)).toEqual([1, 5]);
    const forced = heard[1] as Uint8Array;
    expect(verifyJustification(forced, setOf(1n, '//C', '//D'), verifyWithOpenSsl).number).toBe(5);
    expect(prove(chain, 1)).toBeNull();
    expect(decodeFinalityProof(proofOf(chain, 2)).justification).toEqual(forced);
  });
});

describe('a chain with GRANDPA', () => {
  it('makes no block final without votes, none twice, and none that it does not have', () => {
    const chain = bareChain(['//A']);
    const heard = listen(chain);
    grow(chain);
    expect(() => chain.finalize(1)).toThrow(expect.objectContaining({ code: 'RESCUE_INTERNAL' }));
    votersOf(chain).finalize(1);
    const [justification] = heard as [Uint8Array];
    chain.finalize(1, justification);
    chain.finalize(2, justification);
    expect([chain.finalized.number, heard.length]).toEqual([1, 1]);
  });
});

describe('grandpa_proveFinality', () => {
  /** Three sets: blocks 1 to 3, 4 to 6, and 7 on, of which 8 is final. */
  function threeSets(): Chain {
    const chain = bareChain(['//A', '//B']);
    const voters = votersOf(chain);
    for (let number = 1; number <= 9; number++) {
      const change = number === 3 ? ['//C'] : number === 6 ? ['//D', '//E'] : null;
      grow(chain, ...(change ? [scheduledChange(change)] : []));
      voters.finalize(Math.min(number, 8));
    }
    return chain;
  }
  const sets = [setOf(0n, '//A', '//B'), setOf(1n, '//C'), setOf(2n, '//D', '//E')] as const;

  it.each([
    [1, 3, 0],
    [2, 3, 0],
    [3, 3, 0],
    [4, 6, 1],
    [6, 6, 1],
    [7, 8, 2],
    [8, 8, 2],
  ])(
    'of block %i gives block %i, by the votes of set %i, and the headers that lead there',
    (number, justified, set) => {
      const chain = threeSets();
      const proof = proofOf(chain, number);
      const header = chain.blockAt(number)?.encodedHeader as Uint8Array;
      const final = { hash: fromHex(chain.hashAt(justified) ?? '0x'), number: justified };
      expect(verifyFinalityProof(proof, header, sets[set] as AuthoritySet, verifyWithOpenSsl)).toEqual(final);
      const { unknownHeaders } = decodeFinalityProof(proof);
      expect(unknownHeaders.map(({ header }) => header.number)).toEqual(
        Array.from({ length: justified - number }, (_, place) => number + 1 + place),
      );
      for (const other of sets.filter((_, place) => place !== set)) {
        expect(() => verifyFinalityProof(proof, header, other, verifyWithOpenSsl)).toThrow(
          expect.objectContaining({ code: 'PROOF_UNKNOWN_SET' }),
        );
      }
    },
  );

  it('refuses what is not final with the words of a node', () => {
    expect(prove(threeSets(), 9)).toBe('4: GRANDPA prove finality rpc failed: Block not yet finalized');
  });

  it('knows of no set before the first has ended, as a node does not', () => {
    const chain = bareChain(['//A']);
    grow(chain);
    votersOf(chain).finalize(1);
    expect(prove(chain, 1)).toBe(
      '4: GRANDPA prove finality rpc failed: Block not covered by authority set changes',
    );
  });

  it.each(['0x1', -1, 1.5, null, 2 ** 32])('refuses %j, which is no block number', (number) => {
    expect(prove(threeSets(), number)).toMatch(/^-32602: /);
  });
});
