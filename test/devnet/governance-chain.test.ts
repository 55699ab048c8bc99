import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { type ContractsNetwork, startNetwork } from '../../devnet/network.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { chainAt } from '../../src/chain/governance/chain-at.ts';
import { governanceMemory, lookAtGovernance } from '../../src/chain/governance/look.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { ProvenChain } from '../../src/chain/proven/proven-chain.ts';
import type { Referendum } from '../../src/domain/governance/referendum.ts';
import type { Block } from '../../src/sandbox/chain/block.ts';
import { recordEvents } from '../sandbox/chain-events.ts';
import { authorised, FELLOWS, foundFellowship, readContracts, voteAye } from '../support/governance-scene.ts';

const HASH = `0x${'ab'.repeat(32)}`;

/** What Asset Hub's governance does on the real networks, by the runtimes of the embedded one. */
describe('governance on the contracts chain', () => {
  let network: ContractsNetwork;
  beforeAll(async () => {
    network = await startNetwork({ contracts: true });
    relay = new Endpoints({ urls: [network.relay.url] });
    hub = new Endpoints({ urls: [network.contracts.url], paraId: network.contracts.id });
  });
  afterAll(async () => {
    await Promise.all([relay.close(), hub.close()]);
    await network.close();
  });

  /** What a service sees of it, which remembers calls that are gone from storage. */
  let relay: Endpoints;
  let hub: Endpoints;
  const proven = { relay: new ProvenChain(), hub: new ProvenChain() };
  const memory = governanceMemory();
  const stages: string[] = [];
  const look = async (): Promise<Referendum | undefined> => {
    const refOf = ({ number, hash, header }: Block) => ({ number, hash, stateRoot: toHex(header.stateRoot) });
    const { referenda } = await lookAtGovernance(
      {
        relay: await chainAt('relay chain', relay, proven.relay, refOf(network.relay.chain.finalized)),
        hub: await chainAt('Asset Hub', hub, proven.hub, refOf(network.contracts.chain.finalized)),
        hubId: network.contracts.id,
      },
      network.paraId,
      memory,
    );
    const [newest] = referenda;
    if (newest && stages.at(-1) !== newest.stage.kind) stages.push(newest.stage.kind);
    return newest;
  };

  const types = () => network.contracts.chain.typesOf();
  const submit = (by: DevAccount, pallet: string, method: string, ...args: unknown[]) =>
    network.submit(network.contracts.chain, types().call(pallet, method, ...args), by);
  /** Root's word on the relay chain, as a call of the contracts chain. */
  const proposal = (originKind = 'Superuser') => {
    const call = network.relay.chain
      .typesOf()
      .call('paras', 'authorizeForceSetCurrentCodeHash', network.paraId, HASH, 100);
    return types().call(
      'polkadotXcm',
      'send',
      { V5: { parents: 1, interior: 'Here' } },
      {
        V5: [
          { UnpaidExecution: { weightLimit: 'Unlimited', checkOrigin: null } },
          { Transact: { originKind, fallbackMaxWeight: null, call: { encoded: toHex(call.toU8a()) } } },
          { ExpectTransactStatus: 'Success' },
        ],
      },
    );
  };
  const hashOf = (call: ReturnType<typeof proposal>) => call.hash.toHex();
  /** The entry has no value. */
  const isListed = (hash: string) => {
    const { chain } = network.contracts;
    return types().bytes(chain.stateOf(chain.best), 'whitelist', 'whitelistedCall', hash) !== null;
  };
  const enacted = (index: number) => {
    const info = readContracts(network, 'referenda', 'referendumInfoFor', index) as Record<string, unknown>;
    return info.approved !== undefined;
  };

  /** The public referendum of the whitelisted path, with everybody for it, until it was dispatched. */
  const decide = async (call: ReturnType<typeof proposal>): Promise<unknown> => {
    const index = Number(readContracts(network, 'referenda', 'referendumCount') ?? 0);
    const dispatch = types().call('whitelist', 'dispatchWhitelistedCallWithPreimage', call);
    const inline = { Inline: toHex(dispatch.toU8a()) };
    submit(devAccount('Alice'), 'referenda', 'submit', { Origins: 'WhitelistedCaller' }, inline, {
      After: 0,
    });
    network.nextBlock();
    network.nextBlock();
    submit(devAccount('Bob'), 'referenda', 'placeDecisionDeposit', index);
    voteAye(network, index);
    stages.length = 0;
    const seen = recordEvents(network.contracts.chain);
    const isApproved = async () => {
      await look();
      return enacted(index);
    };
    await network.produceUntil(isApproved, 30, 'the approval');
    const dispatched = () =>
      seen.find(({ name, data }) => name === 'scheduler.Dispatched' && data.id !== null)?.data.result;
    await network.produceUntil(() => dispatched() !== undefined, 10, 'the enactment');
    await look();
    return dispatched();
  };

  /** The Fellowship's own referendum puts a hash on the whitelist. */
  const whitelist = async (hash: Hex): Promise<void> => {
    foundFellowship(network);
    network.nextBlock();
    network.nextBlock();
    const [first, ...others] = FELLOWS;
    if (!first) throw new Error('the Fellowship has members');
    const inline = { Inline: toHex(types().call('whitelist', 'whitelistCall', hash).toU8a()) };
    submit(first, 'fellowshipReferenda', 'submit', { Origins: 'Fellows' }, inline, { After: 0 });
    network.nextBlock();
    network.nextBlock();
    submit(first, 'fellowshipReferenda', 'placeDecisionDeposit', 0);
    for (const member of [first, ...others]) submit(member, 'fellowshipCollective', 'vote', 0, true);
    await network.produceUntil(() => isListed(hash), 30, 'the whitelist');
  };

  it('spends a referendum whose call the Fellowship has not whitelisted', async () => {
    expect(JSON.stringify(await decide(proposal()))).toContain('Err');
    expect(authorised(network)).toBe(null);
    expect(stages).toEqual(['preparing', 'deciding', 'confirming', 'scheduled', 'dispatched']);
    // This pallet keeps nothing back for later.
    expect(await look()).toMatchObject({
      track: null,
      whitelist: { callHash: hashOf(proposal()), isListed: false, isDeferred: undefined },
    });
  });

  it('is root on the relay chain by the whitelist, once the Fellowship has spoken', async () => {
    const call = proposal();
    await whitelist(hashOf(call) as Hex);
    expect(await look()).toMatchObject({ whitelist: { isListed: true } });
    expect(await decide(call)).toBe('Ok');
    await network.produceUntil(() => authorised(network) !== null, 5, 'the authorisation');
    expect(authorised(network)?.codeHash).toBe(HASH);
    // A call is whitelisted for one use.
    expect(isListed(hashOf(call))).toBe(false);
  });
});
