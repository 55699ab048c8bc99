import type { Call } from '@polkadot/types/interfaces';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { loadSigner } from '../../src/chain/extrinsics/signer.ts';
import { createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { operatorAccount } from '../../src/contract/accounts.ts';
import type { RelayCall } from '../../src/domain/chain/extrinsics.ts';
import type { ApprovalParties, ApprovalState } from '../../src/domain/contract/rescue-contract.ts';
import type { RelayReader } from '../../src/domain/ports/relay.ts';
import type { RelaySubmitter } from '../../src/domain/ports/submitter.ts';
import type { AccountHex, Hex, ParaId } from '../../src/domain/units.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { storageKey } from '../../src/proof/index.ts';
import { approveByHash, supplyApproved, takeApprovalBack } from '../../src/routes/contract/approval-calls.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';

const OPERATORS = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));
/** Stands for the contract's derived account: the relay's multisig pallet sees an account like any other. */
const DERIVED = devAccount('Bob');
const UNIT = 10_000_000_000n;

function partiesOf(operators: readonly DevAccount[]): ApprovalParties {
  const operator = operatorAccount(operators.map(({ account }) => account));
  return {
    derived: DERIVED.account,
    operators: operators.map(({ account }) => account),
    operator,
    multisig: multisigAccount({ signatories: [DERIVED.account, operator], threshold: 2 }).account,
  };
}

describe('approvals of two on the relay chain', () => {
  let network: Network;
  let endpoints: Endpoints;
  let reader: RelayReader;
  let code: Uint8Array;
  let codeHash: Hex;

  beforeAll(async () => {
    network = await startNetwork();
    endpoints = new Endpoints({ urls: [network.relay.url] });
    reader = createRelayReader({ endpoints });
    code = await network.artifacts.read('para-fixed');
    codeHash = await network.codeHash('para-fixed');
  });
  afterAll(async () => {
    await endpoints.close();
    await network.close();
  });

  const submitterOf = async (account: DevAccount): Promise<RelaySubmitter> =>
    createRelaySubmitter({ endpoints, signer: await loadSigner({ kind: 'uri', uri: account.uri }, {}) });
  /** Signs with the key of `account`, sends, and makes the blocks until its end is known. */
  const act = async (account: DevAccount, call: RelayCall) => {
    const submitter = await submitterOf(account);
    const extrinsic = await submitter.sign(call);
    await submitter.broadcast(extrinsic);
    let outcome = await submitter.outcome(extrinsic);
    await network.produceUntil(async () => {
      outcome = await submitter.outcome(extrinsic);
      return outcome.kind !== 'pending';
    }, 10);
    return outcome;
  };
  const sudo = (pallet: string, method: string, ...args: unknown[]) => {
    network.queueSudo(network.relay.chain, pallet, method, ...args);
    network.nextBlock();
    network.nextBlock();
  };
  /** A para whose manager is `manager`, and never was locked. */
  const register = async (para: ParaId, manager: AccountHex): Promise<void> => {
    const good = toHex(await network.artifacts.read('para-good'));
    sudo('registrar', 'forceRegister', manager, 0, para, toHex(network.para.chain.best.encodedHeader), good);
    const lives = () => network.readRelay('paras', 'paraLifecycles', para) === 'Parathread';
    await network.produceUntil(lives, 40, `para ${para} being live`);
  };
  const hashOf = async (call: RelayCall): Promise<Hex> =>
    (await (await submitterOf(DERIVED)).prepare(call)).hash;
  const stateOf = (parties: ApprovalParties, callHash: Hex, manager: AccountHex | null = null) =>
    reader.approvalState(parties, callHash, manager);
  const whenOf = ({ approval }: ApprovalState) => {
    if (!approval) throw new Error('nothing is pending');
    return approval.when;
  };

  it.each([
    { who: 'the only operator', direct: false, para: 2101, count: 1, by: 0 },
    { who: 'the only operator', direct: true, para: 2102, count: 1, by: 0 },
    { who: 'one of several operators', direct: false, para: 2103, count: 3, by: 1 },
    { who: 'another of several operators', direct: true, para: 2104, count: 3, by: 2 },
  ])('are completed with the whole call by $who, the multisig being manager itself: $direct', async (row) => {
    const { direct, para } = row;
    const operators = OPERATORS.slice(0, row.count);
    const by = OPERATORS[row.by] ?? DERIVED;
    const parties = partiesOf(operators);
    const owner = devAccount(`Manager of ${para}`);
    const manager = direct ? parties.multisig : owner.account;
    await register(para, manager);
    if (!direct) {
      sudo('balances', 'forceSetBalance', { Id: owner.account }, 100n * UNIT);
      const types = network.relay.chain.typesOf();
      network.submit(
        network.relay.chain,
        types.call('proxy', 'addProxy', { Id: parties.multisig }, 'Any', 0),
        owner,
      );
      network.nextBlock();
    }
    const schedule: RelayCall = { kind: 'schedule-code', paraId: para, code };
    const call: RelayCall = direct ? schedule : { kind: 'proxied', real: manager, call: schedule };
    const callHash = await hashOf(call);
    const before = await stateOf(parties, callHash, manager);
    expect(before.approval).toBeNull();
    expect(before.proxies).toEqual(direct ? [] : [{ delegate: parties.multisig, kind: 'Any', delay: 0 }]);

    expect(await act(DERIVED, approveByHash(parties, callHash))).toMatchObject({
      kind: 'succeeded',
    });
    const pending = await stateOf(parties, callHash, manager);
    expect(pending.approval).toMatchObject({ depositor: DERIVED.account, approvals: [DERIVED.account] });
    expect(network.readRelay('paras', 'futureCodeHash', para)).toBeNull();

    const when = whenOf(pending);
    const end = await act(by, supplyApproved(parties, { call, when, by: by.account }));
    expect(end).toMatchObject({ kind: 'succeeded' });
    expect(network.readRelay('paras', 'futureCodeHash', para)).toBe(codeHash);
    const after = await stateOf(parties, callHash, manager);
    expect(after.approval).toBeNull();
  });

  describe('before they are complete', () => {
    const call: RelayCall = { kind: 'add-lock', paraId: 2000 };
    const parties = partiesOf(OPERATORS);

    it('tell what the depositor can spend, and what the pallet reserves of it', async () => {
      const callHash = await hashOf(call);
      const before = await stateOf(parties, callHash);
      await act(DERIVED, approveByHash(parties, callHash));
      const pending = await stateOf(parties, callHash);
      const account = network.readRelay('system', 'account', DERIVED.account) as {
        data: { free: number | string; reserved: number | string };
      };
      expect(BigInt(account.data.reserved)).toBe(before.deposit);
      expect(pending.derivedFree).toBe(BigInt(account.data.free) - pending.existentialDeposit);
      expect(before.derivedFree - pending.derivedFree).toBeGreaterThanOrEqual(before.deposit);
    });

    it('can be taken back by the one who made them, and by nobody else', async () => {
      const callHash = await hashOf(call);
      const when = whenOf(await stateOf(parties, callHash));
      const cancel = takeApprovalBack(parties, callHash, when);
      const elsewhere = takeApprovalBack(parties, callHash, { ...when, index: when.index + 1 });
      expect(await act(OPERATORS[0] ?? DERIVED, cancel)).toMatchObject({ kind: 'failed' });
      expect(await act(DERIVED, elsewhere)).toMatchObject({
        kind: 'failed',
        reason: expect.stringMatching(/WrongTimepoint/),
      });
      expect(await act(DERIVED, cancel)).toMatchObject({ kind: 'succeeded' });
      expect((await stateOf(parties, callHash)).approval).toBeNull();
    });

    it('do not let an operator act alone, nor somebody who is none', async () => {
      const callHash = await hashOf(call);
      await act(DERIVED, approveByHash(parties, callHash));
      const when = whenOf(await stateOf(parties, callHash));
      const stranger = devAccount('Ferdie');
      const submitter = await submitterOf(stranger);
      const supply = (by: AccountHex) => supplyApproved(parties, { call, when, by });
      await expect(submitter.sign(supply(stranger.account))).rejects.toMatchObject({
        code: 'RESCUE_CHAIN_REFUSES',
      });
      // A key that signs for an operator who it is not comes from another common account.
      const by = OPERATORS[0]?.account ?? stranger.account;
      expect(await act(stranger, supply(by))).toMatchObject({ kind: 'failed' });
      expect(whenOf(await stateOf(parties, callHash))).toEqual(when);
    });
  });

  it('list the operators in the order that the relay wants, whatever their order in the policy', async () => {
    const by = OPERATORS[1]?.account ?? DERIVED.account;
    const when = { height: 1, index: 1 };
    const submitter = await submitterOf(DERIVED);
    const others = async (operators: readonly DevAccount[]) => {
      const parties = partiesOf(operators);
      const call = { kind: 'add-lock', paraId: 2000 } as const;
      const { data } = await submitter.prepare(supplyApproved(parties, { call, when, by }));
      const built = network.relay.chain.typesOf().registry.createType('Call', data) as Call;
      expect(`${built.section}.${built.method}`).toBe('multisig.asMultiThreshold1');
      return built.args[0]?.toJSON();
    };
    const sorted = OPERATORS.filter(({ account }) => account !== by)
      .toSorted((a, b) => Buffer.compare(fromHex(a.account), fromHex(b.account)))
      .map(({ address }) => address);
    for (const order of [
      OPERATORS,
      OPERATORS.toReversed(),
      [...OPERATORS.slice(1), ...OPERATORS.slice(0, 1)],
    ]) {
      expect(await others(order)).toEqual(sorted);
    }
  });

  it('are unknown accounts and nobody before anything happened', async () => {
    const parties = { ...partiesOf(OPERATORS), derived: devAccount('Never Seen').account };
    expect(await stateOf(parties, codeHash, devAccount('Never Seen').account)).toMatchObject({
      approval: null,
      derivedFree: 0n,
      proxies: [],
    });
  });

  it('are not believed of a node that tells something else', async () => {
    const parties = partiesOf(OPERATORS);
    const { chain } = network.relay;
    const state = chain.stateOf(chain.finalized);
    const account = storageKey('System', 'Account', {
      hasher: 'Blake2_128Concat',
      key: fromHex(parties.derived),
    });
    const truth = await stateOf(parties, codeHash);
    const liar = await network.openNode(network.relay);
    // An account that has spent all it had: the rescue would wait for money.
    liar.filter = stateInstead(chain, withValue(state, account, null));
    const read = async (urls: readonly string[]) => {
      const lied = new Endpoints({ urls, requestTimeoutMs: 3_000 });
      try {
        return await createRelayReader({ endpoints: lied }).approvalState(parties, codeHash, null);
      } finally {
        await lied.close();
      }
    };
    await expect(read([liar.url])).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
    expect(await read([liar.url, network.relay.url])).toEqual(truth);
    expect(await read([network.relay.url, liar.url])).toEqual(truth);
  });
});
