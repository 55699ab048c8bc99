import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { type ContractsNetwork, startNetwork } from '../../devnet/network.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { recordEvents } from '../sandbox/chain-events.ts';
import { authorised, FELLOWS, foundFellowship, readContracts, voteAye } from '../support/governance-scene.ts';

const HASH = `0x${'ab'.repeat(32)}`;

/** What Asset Hub's governance does on the real networks, by the runtimes of the embedded one. */
describe('governance on the contracts chain', () => {
  let network: ContractsNetwork;
  beforeAll(async () => {
    network = await startNetwork({ contracts: true });
  });
  afterAll(() => network.close());

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
    const seen = recordEvents(network.contracts.chain);
    await network.produceUntil(() => enacted(index), 30, 'the approval');
    const dispatched = () =>
      seen.find(({ name, data }) => name === 'scheduler.Dispatched' && data.id !== null)?.data.result;
    await network.produceUntil(() => dispatched() !== undefined, 10, 'the enactment');
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
  });

  it('is root on the relay chain by the whitelist, once the Fellowship has spoken', async () => {
    const call = proposal();
    await whitelist(hashOf(call) as Hex);
    expect(await decide(call)).toBe('Ok');
    await network.produceUntil(() => authorised(network) !== null, 5, 'the authorisation');
    expect(authorised(network)?.codeHash).toBe(HASH);
    // A call is whitelisted for one use.
    expect(isListed(hashOf(call))).toBe(false);
  });
});
