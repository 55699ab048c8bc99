import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { Ledger } from '../../src/domain/ports/ledger.ts';
import type { Hex } from '../../src/domain/units.ts';
import {
  HEAD,
  hash,
  ROUND,
  sampleAnchor,
  sampleOptIn,
  samplePolicy,
  sampleProposal,
  sampleVote,
} from './samples.ts';

interface Opened {
  readonly ledger: Ledger;
  close(): Promise<void>;
}

const CODE = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);

/** What any implementation of the port must do. */
export function describeLedger(name: string, open: () => Promise<{ reopen(): Promise<Opened> }>): void {
  describe(`ledger: ${name}`, () => {
    let place: { reopen(): Promise<Opened> };
    let opened: Opened;
    const reopen = async () => {
      await opened.close();
      opened = await place.reopen();
    };

    beforeEach(async () => {
      place = await open();
      opened = await place.reopen();
    });
    afterEach(() => opened.close());

    it('stores an opt-in with its policy, and an opt-out over it', async () => {
      const policy = samplePolicy();
      await opened.ledger.putOptIn(sampleOptIn(), policy);
      await reopen();
      expect(await opened.ledger.optIn(2000)).toEqual(sampleOptIn());
      const read = await opened.ledger.policy(policyHash(policy));
      expect(read).toEqual(policy);
      // It is looked at with every block, and the largest ones take long to read and to hash.
      expect(await opened.ledger.policy(policyHash(policy))).toBe(read);
      const optOut = sampleOptIn({ action: 'opt-out', sequence: 2 });
      await opened.ledger.putOptIn(optOut, null);
      expect(await opened.ledger.optIn(2000)).toEqual(optOut);
      expect(await opened.ledger.policy(policyHash(policy))).toEqual(policy);
      expect(await opened.ledger.optIn(2001)).toBeNull();
    });

    it('refuses an opt-in that is not later than the stored one', async () => {
      await opened.ledger.putOptIn(sampleOptIn({ sequence: 5 }), samplePolicy());
      for (const sequence of [4, 5]) {
        await expect(
          opened.ledger.putOptIn(sampleOptIn({ sequence, action: 'opt-out' }), null),
        ).rejects.toMatchObject({ code: 'RESCUE_OPT_IN_INVALID' });
      }
      expect((await opened.ledger.optIn(2000))?.action).toBe('opt-in');
    });

    it('refuses an opt-in without its policy or with another one, and keeps neither', async () => {
      await expect(opened.ledger.putOptIn(sampleOptIn(), null)).rejects.toMatchObject({
        code: 'RESCUE_OPT_IN_INVALID',
      });
      const other = samplePolicy('11%');
      await expect(opened.ledger.putOptIn(sampleOptIn(), other)).rejects.toMatchObject({
        code: 'RESCUE_OPT_IN_INVALID',
      });
      expect(await opened.ledger.optIn(2000)).toBeNull();
      expect(await opened.ledger.policy(policyHash(other))).toBeNull();
    });

    it('stores the act of a rescue contract, and either kind over the other', async () => {
      const policy = samplePolicy();
      const { paraId, relayGenesis, policy: named } = sampleOptIn();
      const contract = { genesis: hash(0x91), address: `0x${'1a'.repeat(20)}` as Hex };
      const act = { paraId, action: 'opt-in', relayGenesis, policy: named, sequence: 1, contract } as const;
      await opened.ledger.putOptIn(act, policy);
      await reopen();
      expect(await opened.ledger.optIn(2000)).toEqual(act);
      expect(await opened.ledger.policy(named)).toEqual(policy);
      await opened.ledger.putOptIn(sampleOptIn({ sequence: 2 }), policy);
      expect(await opened.ledger.optIn(2000)).toEqual(sampleOptIn({ sequence: 2 }));
      const left = { ...act, action: 'opt-out', sequence: 3 } as const;
      await opened.ledger.putOptIn(left, null);
      await reopen();
      expect(await opened.ledger.optIn(2000)).toEqual(left);
      await expect(opened.ledger.putOptIn({ ...act, sequence: 3 }, policy)).rejects.toMatchObject({
        code: 'RESCUE_OPT_IN_INVALID',
      });
    });

    it('stores each anchor with its evidence under para, head and relay block', async () => {
      const { anchor, evidence } = sampleAnchor();
      await opened.ledger.putAnchor(2000, anchor, evidence);
      await reopen();
      const again = { ...anchor, relay: { ...anchor.relay, number: 300 }, mostRecentContext: 200 };
      await opened.ledger.putAnchor(2000, again, evidence);
      await reopen();
      const { ledger } = opened;
      expect(await ledger.anchor(2000, anchor.head.hash, 120)).toEqual({ anchor, evidence });
      expect(await ledger.anchor(2000, anchor.head.hash, 300)).toEqual({ anchor: again, evidence });
      expect(await ledger.anchor(2000, anchor.head.hash, 121)).toBeNull();
      expect(await ledger.anchor(2001, anchor.head.hash, 120)).toBeNull();
      expect(await ledger.anchor(2000, hash(0xab), 120)).toBeNull();
      expect(await ledger.anchors(2000, anchor.head.hash)).toEqual([
        { anchor, evidence },
        { anchor: again, evidence },
      ]);
      expect(await ledger.anchors(2000, hash(0xab))).toEqual([]);
    });

    it('stores a proposal with its code; the same proposal again changes nothing', async () => {
      const proposal = sampleProposal(CODE);
      await opened.ledger.putProposal(proposal, CODE);
      await opened.ledger.putProposal({ ...proposal, admittedAt: 999 }, CODE);
      await reopen();
      expect(await opened.ledger.proposals(ROUND)).toEqual([proposal]);
      expect(await opened.ledger.code(proposal.codeHash)).toEqual(CODE);
      expect(await opened.ledger.code(hash(0))).toBeNull();
    });

    it('refuses a proposal whose code has another hash', async () => {
      const proposal = sampleProposal(CODE);
      await expect(opened.ledger.putProposal(proposal, CODE.subarray(1))).rejects.toMatchObject({
        code: 'RESCUE_CODE_INVALID',
      });
      expect(await opened.ledger.proposals(ROUND)).toEqual([]);
    });

    it('keeps proposals and votes of different rounds and paras apart', async () => {
      const others = [{ roundId: hash(0xab) }, { paraId: 2001 }];
      for (const other of [{}, ...others]) {
        await opened.ledger.putProposal(sampleProposal(CODE, other), CODE);
        await opened.ledger.putVote(sampleVote(other), [], []);
      }
      for (const other of [{}, ...others]) {
        expect(await opened.ledger.proposals({ ...ROUND, ...other })).toEqual([sampleProposal(CODE, other)]);
        expect(await opened.ledger.votes({ ...ROUND, ...other })).toEqual([sampleVote(other)]);
      }
    });

    it('keeps one vote an account, the one with the highest sequence, whatever the proposal', async () => {
      await opened.ledger.putVote(sampleVote({ sequence: 3 }), [], []);
      await opened.ledger.putVote(sampleVote({ sequence: 4, choice: 'nay', proposal: hash(0x77) }), [], []);
      for (const sequence of [2, 3, 4]) {
        await expect(opened.ledger.putVote(sampleVote({ sequence }), [], [])).rejects.toMatchObject({
          code: 'RESCUE_VOTE_SEQUENCE',
          details: { sequence: 4 },
        });
      }
      await reopen();
      const counted = sampleVote({ sequence: 4, choice: 'nay', proposal: hash(0x77) });
      expect(await opened.ledger.votes(ROUND)).toEqual([counted]);
    });

    it('counts exactly one of many votes with one sequence that arrive at once', async () => {
      const attempts = Array.from({ length: 20 }, (_, index) =>
        opened.ledger.putVote(sampleVote({ power: BigInt(index) }), [], []),
      );
      const outcomes = await Promise.allSettled(attempts);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await opened.ledger.votes(ROUND)).toEqual([sampleVote({ power: 0n })]);
    });

    it('ends with the highest sequence whatever the order of arrival', async () => {
      const sequences = [5, 1, 9, 3, 9, 2, 8, 7];
      await Promise.allSettled(
        sequences.map((sequence) => opened.ledger.putVote(sampleVote({ sequence }), [], [])),
      );
      expect(await opened.ledger.votes(ROUND)).toEqual([sampleVote({ sequence: 9 })]);
    });

    it('keeps votes of 20-byte and 32-byte accounts side by side', async () => {
      const short: Hex = `0x${'09'.repeat(20)}`;
      await opened.ledger.putVote(sampleVote({ account: short, scheme: 'ethereum' }), [], []);
      await opened.ledger.putVote(sampleVote(), [], []);
      expect((await opened.ledger.votes(ROUND)).map(({ account }) => account)).toEqual([short, hash(9)]);
    });

    it('gives back the nodes that prove each storage key of a vote', async () => {
      const shared = Uint8Array.of(1, 2, 3);
      const [left, right] = [Uint8Array.of(4), Uint8Array.of(5)];
      await opened.ledger.putVote(sampleVote(), ['0xaa', '0xbb'], [shared, left]);
      await opened.ledger.putVote(sampleVote({ account: hash(0x10) }), ['0xcc'], [shared, right]);
      await reopen();
      expect(await opened.ledger.proofOf(2000, HEAD, '0xaa')).toEqual([shared, left]);
      expect(await opened.ledger.proofOf(2000, HEAD, '0xbb')).toEqual([shared, left]);
      expect(await opened.ledger.proofOf(2000, HEAD, '0xcc')).toEqual([shared, right]);
      expect(await opened.ledger.proofOf(2000, HEAD, '0xdd')).toBeNull();
      expect(await opened.ledger.proofOf(2001, HEAD, '0xaa')).toBeNull();
    });

    it('keeps nothing of a vote that it refused', async () => {
      await opened.ledger.putVote(sampleVote(), [], []);
      await expect(opened.ledger.putVote(sampleVote(), ['0xee'], [Uint8Array.of(7)])).rejects.toMatchObject({
        code: 'RESCUE_VOTE_SEQUENCE',
      });
      expect(await opened.ledger.proofOf(2000, HEAD, '0xee')).toBeNull();
    });
  });
}
