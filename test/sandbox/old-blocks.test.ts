import { cryptoWaitReady } from '@polkadot/util-crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { Follow } from '../../src/sandbox/rpc/follow.ts';
import { Voters } from '../../src/sandbox/voters.ts';
import { bareChain, grow, scheduledChange, voterKey } from '../support/bare-chain.ts';

beforeAll(() => cryptoWaitReady());

describe('what a chain keeps of its old blocks', () => {
  it('is bounded: states, then whole blocks, then headers, and the genesis', () => {
    const chain = bareChain(['//A'], { states: 2, blocks: 4, headers: 3 });
    const forgotten: number[] = [];
    chain.on('forgotten', ({ number }) => forgotten.push(number));
    const pair = voterKey('//A');
    const voters = new Voters(chain, () => ({ pair, online: true, equivocates: false }));
    const hashes = [chain.genesisHash];
    for (let number = 1; number <= 12; number++) {
      // Every block but the newest ends a set of voters.
      grow(chain, scheduledChange(['//A']));
      hashes.push(chain.best.hash);
      voters.finalize(number);
    }
    const at = (number: number) => chain.block(hashes[number] ?? '0x');
    expect([12, 11].map((number) => at(number)?.state !== null)).toEqual([true, true]);
    expect([10, 9].map((number) => at(number)?.state)).toEqual([null, null]);
    expect(at(8)).toBeUndefined();
    expect(chain.blockAt(8)).toBeUndefined();
    expect(forgotten).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([8, 7, 6].map((number) => chain.header(hashes[number] ?? '0x')?.number)).toEqual([8, 7, 6]);
    expect(chain.hashAt(6)).toBe(hashes[6]);
    expect(chain.header(hashes[5] ?? '0x')).toBeUndefined();
    expect(chain.hashAt(5)).toBeUndefined();
    expect(chain.blockAt(0)?.state).not.toBeNull();
    // Of sets that ended before the oldest header nothing is left.
    expect(chain.grandpa?.endedSetOf(1)).toMatchObject({ last: 6 });
  });

  it('is kept for a client that has it pinned, until that client has too much', () => {
    const chain = bareChain(['//A'], { states: 1, blocks: 1, headers: 1 });
    const pair = voterKey('//A');
    const voters = new Voters(chain, () => ({ pair, online: true, equivocates: false }));
    const told: unknown[] = [];
    const follow = new Follow(chain, false);
    let stopped = 0;
    follow.begin(
      (event) => told.push(event),
      () => {
        stopped += 1;
        follow.end();
      },
    );
    grow(chain);
    const first = chain.best;
    for (let number = 2; number <= 8; number++) {
      grow(chain);
      voters.finalize(number);
    }
    expect([first.state, chain.header(first.hash)]).toEqual([null, undefined]);
    expect(follow.block(first.hash)?.state?.root).toEqual(first.header.stateRoot);
    for (let count = chain.best.number; count < 512; count++) grow(chain);
    expect([told.at(-1), stopped]).toEqual([{ event: 'stop' }, 1]);
    const heard = told.length;
    grow(chain);
    expect(told).toHaveLength(heard);
    expect(follow.block(first.hash)).toBeUndefined();
  });
});
