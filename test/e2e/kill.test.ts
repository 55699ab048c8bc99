import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { castVote, optInWith, proposeCode } from '../../src/client/acts.ts';
import { openStore } from '../../src/store/open.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { quickPolicy } from '../support/policies.ts';
import { MortalService } from './mortal-service.ts';

const STORY = [
  'stalled',
  'optInRescue',
  'voting',
  'upgrading.planning',
  'upgrading.carryingOut',
  'upgrading.awaitingFirstHeads',
  'upgrading.relocking',
  'healthy',
];
const JOURNAL = ['schedule-code', 'lock-again'].flatMap((step) =>
  ['signed', 'sent', 'done'].map((status) => `journal ${step} ${status}`),
);

describe('a service that is killed before and after every persisted step', () => {
  let network: Network;
  let service: MortalService;
  let folder: string;

  beforeAll(async () => {
    await signaturesReady();
    folder = await mkdtemp(join(tmpdir(), 'pararescue-kill-'));
    network = await startNetwork({ blockMs: 0 });
    await network.unlockPara();
    const configFile = join(folder, 'config.json');
    await writeFile(
      configFile,
      JSON.stringify({
        relay: { endpoints: [network.relay.url] },
        paras: [{ id: network.paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
        database: 'database',
        http: { port: 0 },
        signer: { kind: 'uri-env', env: 'MANAGER' },
        log: { level: 'error' },
      }),
    );
    service = new MortalService(configFile, { MANAGER: network.manager.uri });
    network.on('produced', () => service.poke());
    network.run(150);
    service.start();
  });

  afterAll(async () => {
    await service.stop();
    await network.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('loses no vote, repeats no extrinsic, and ends in the same place', { timeout: 600_000 }, async () => {
    const { paraId } = network;
    const voters = network.holders.slice(-4).map(({ uri }) => signerFromUri(uri));
    const manager = signerFromUri(network.manager.uri);
    const recorded = (error: { code: string }) => error.code === 'RESCUE_OPT_IN_INVALID';

    await service.insist(async (client) => {
      const { relayGenesis } = await client.status();
      const policy = quickPolicy(relayGenesis, paraId);
      // Only all four voters together are a quorum, and restarts must not run into the end of the round.
      policy.voting = { ...policy.voting, quorum: '45%', longestBlocks: 5000 };
      return optInWith(client, policy, manager);
    }, recorded);
    await network.faults.breakRuntime();

    const fixed = await network.artifacts.read('para-fixed');
    const [proposer] = voters;
    if (!proposer) throw new Error('no voters');
    await service.insist((client) =>
      proposeCode(client, paraId, proposer, fixed, 'Goes on with the bad value.'),
    );
    for (const voter of voters) {
      await service.insist(async (client) => {
        // An earlier life may have counted the vote and died before it could say so.
        if ((await client.votes(paraId)).some(({ account }) => account === voter.account)) return;
        const [proposal] = await client.proposals(paraId);
        if (!proposal) throw new Error('the admitted proposal was lost');
        await castVote(client, proposal, voter, 'aye');
      });
    }
    const substitute = await service.insist((client) => client.substitute(paraId));
    network.installSubstitute(substitute?.blockNumber ?? 0, fixed);

    const isRelocked = () => {
      const entry = network.readRelay('registrar', 'paras', paraId) as { locked: boolean | null };
      return entry.locked === true;
    };
    await network.produceUntil(isRelocked, 2000, 'the lock being added again');
    for (let state = ''; state !== 'healthy'; ) {
      state = (await service.insist(async (client) => (await client.para(paraId)).state)) ?? '';
    }
    // One more life that nothing ends: what the last one left behind must be complete.
    await network.produceUntil(
      () => service.ends.includes('after state healthy'),
      2000,
      'the last planned end',
    );
    await service.insist((client) => client.para(paraId));
    await service.stop();

    const steps = [
      'opt-in',
      'anchor',
      'proposal',
      ...voters.map(({ account }) => `vote ${account}`),
      ...STORY.map((state) => `state ${state}`),
      'code-enacted',
      ...JOURNAL,
    ];
    expect([...service.ends].sort()).toEqual(
      steps.flatMap((step) => [`before ${step}`, `after ${step}`]).sort(),
    );
    expect(methodsSentBy(network, manager.account)).toEqual({
      'registrar.reserve': 1,
      'registrar.register': 1,
      'registrar.scheduleCodeUpgrade': 1,
      'registrar.addLock': 1,
    });
    expect(network.readRelay('paras', 'currentCodeHash', paraId)).toBe(await network.codeHash('para-fixed'));

    const store = await openStore(join(folder, 'database'));
    try {
      const events = await store.snapshots.eventsAfter(0, 10_000);
      const visited = events.filter(({ type }) => type === 'state-changed').map(({ data }) => data.to);
      expect(visited).toEqual(STORY);
      // An era can end between two lives; what got lost that way is replaced, and the count above shows that it was lost.
      const anchor = String(events.find(({ data }) => data.to === 'voting')?.data.anchor) as `0x${string}`;
      for (const step of ['schedule-code', 'lock-again']) {
        const entry = await store.journal.get(`${paraId}/${anchor}/1/registrar/${step}`);
        expect(entry, step).toMatchObject({ status: 'done' });
      }
      const votes = await store.ledger.votes({ paraId, anchor, round: 1 });
      const expected = network.holders.slice(-4).map(({ account, balance }) => ({ account, power: balance }));
      expect(votes.map(({ account, power }) => ({ account, power })).sort(byAccount)).toEqual(
        expected.sort(byAccount),
      );
    } finally {
      await store.close();
    }
  });
});

function byAccount(a: { account: string }, b: { account: string }): number {
  return a.account < b.account ? -1 : 1;
}

/** Extrinsics of one account in all relay blocks, by method. */
function methodsSentBy(network: Network, account: string): Record<string, number> {
  const { chain } = network.relay;
  const { registry } = chain.typesOf();
  const counts: Record<string, number> = {};
  for (let number = 1; number <= chain.best.number; number += 1) {
    for (const bytes of chain.blockAt(number)?.extrinsics ?? []) {
      const extrinsic = registry.createType('Extrinsic', bytes);
      if (
        !extrinsic.isSigned ||
        registry.createType('AccountId', extrinsic.signer.toString()).toHex() !== account
      )
        continue;
      const method = `${extrinsic.method.section}.${extrinsic.method.method}`;
      counts[method] = (counts[method] ?? 0) + 1;
    }
  }
  return counts;
}
