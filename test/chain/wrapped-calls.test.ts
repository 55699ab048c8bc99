import type { KeyringPair } from '@polkadot/keyring/types';
import type { Enum } from '@polkadot/types';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { startSpecNetwork } from '../../devnet/spec-network.ts';
import { createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { type OpenRelay, openRelay } from '../../src/chain/relay/session.ts';
import { type Acting, reachOf } from '../../src/domain/chain/acting.ts';
import type { RelayCall } from '../../src/domain/chain/extrinsics.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { lookAtActing } from '../../src/routes/acting.ts';
import { submitSigned } from '../../src/sandbox/signing.ts';
import { HAS_SPECS, ownRelaySpec, specFile } from '../blocks/specs.ts';
import { recordEvents } from '../sandbox/chain-events.ts';

const [ALICE, BOB, CHARLIE, DAVE, EVE] = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve'].map((name) =>
  devAccount(name),
) as [DevAccount, DevAccount, DevAccount, DevAccount, DevAccount];
/** Of a para that nobody has: the registrar itself says no, which shows that the call reached it. */
const CALL: RelayCall = { kind: 'add-lock', paraId: 3333 };

/** A relay chain of a given spec, with what the product reads, makes and signs there. */
async function openChain(spec: Uint8Array) {
  await cryptoWaitReady();
  const network = await startSpecNetwork({ specs: [spec] });
  onTestFinished(() => network.close());
  const { chain, url } = network.relay;
  network.nextBlock();
  const onTrouble = (trouble: Error) => {
    throw trouble;
  };
  /** The chain as it is now: nobody follows it meanwhile. */
  const at = async <T>(work: (relay: OpenRelay) => Promise<T>): Promise<T> => {
    const relay = await openRelay({ urls: [url], onTrouble, trust: { trustSingleEndpoint: true } });
    try {
      return await work(relay);
    } finally {
      await relay.close();
    }
  };
  const types = chain.typesOf();
  const seen: ReturnType<typeof recordEvents> = recordEvents(chain);
  /** What a call inside came to, as the events of this name tell: the pallet's own error, or `Ok`. */
  const block = (name: string): string[] => {
    const before = seen.length;
    // A block with a new session has no room for transactions.
    do network.nextBlock();
    while (chain.pool.size > 0);
    return seen.slice(before).flatMap((event) => {
      if (event.name !== name) return [];
      const { Err } = (event.data.result ?? {}) as { Err?: { Module?: { index: string; error: string } } };
      if (Err?.Module === undefined) return [JSON.stringify(event.data.result)];
      const { index, error } = Err.Module;
      const found = types.registry.findMetaError(
        types.registry.createType('DispatchErrorModule', { index: Number(index), error }),
      );
      return [`${found.section}.${found.name}`];
    });
  };
  /** Signs and sends what this account does next for the call, as the routes do. */
  const act = async (by: DevAccount, acting: Acting, event: string) => {
    const submitterOn = ({ endpoints, finalized }: OpenRelay) =>
      createRelaySubmitter({
        endpoints,
        signer: { account: by.account, pair: by.pair as KeyringPair },
        finalized,
      });
    const { look, decoded, extrinsic } = await at(async (relay) => {
      const submitter = submitterOn(relay);
      const look = await lookAtActing({ relay: relay.reader, submitter }, acting, ALICE.account, CALL);
      if (look.outer === null) throw new Error(`nothing is left to sign for ${by.name}`);
      const prepared = await submitter.prepare(look.outer);
      const decoded = types.registry.createType('Call', prepared.data);
      expect(decoded.toHex()).toBe(prepared.data);
      expect(`${decoded.section}.${decoded.method}`).toBe(prepared.decoded.method);
      const extrinsic = await submitter.sign(look.outer);
      expect(await submitter.broadcast(extrinsic)).toEqual({ kind: 'taken' });
      return { look, decoded, extrinsic };
    });
    const ends = block(event);
    expect(await at((relay) => submitterOn(relay).outcome(extrinsic))).toMatchObject({ kind: 'succeeded' });
    return { look, decoded, ends };
  };
  return { chain, types, at, block, act };
}

interface OtherChain {
  readonly name: string;
  readonly isHere: boolean;
  readonly spec: () => Uint8Array | Promise<Uint8Array>;
  /** Kinds of proxies besides `Any` whose filter lets the registrar's call through. */
  readonly lets: readonly string[];
  /** What the registrar says to the call of somebody who is not the para's manager. */
  readonly says: string;
}

const CHAINS: readonly OtherChain[] = [
  {
    name: 'the project',
    isHere: true,
    spec: () => ownRelaySpec('relay-next'),
    lets: ['NonTransfer'],
    says: 'registrar.NotRegistered',
  },
  {
    name: 'kusama',
    isHere: HAS_SPECS,
    spec: () => specFile('kusama-local'),
    lets: ['Auction'],
    says: '{"Err":"BadOrigin"}',
  },
  {
    name: 'westend',
    isHere: HAS_SPECS,
    spec: () => specFile('westend-local'),
    lets: ['Auction'],
    says: 'registrar.NotRegistered',
  },
];

describe.each(CHAINS)(
  'calls that are wrapped by the metadata of a relay chain ($name)',
  ({ isHere, spec, lets, says }) => {
    it.skipIf(!isHere)(
      'reach the registrar by a proxy of the kind Any and by multisigs, and other kinds are refused with a word',
      async () => {
        const { chain, types, at, block, act } = await openChain(await spec());
        const kindOf = types.call('proxy', 'addProxy', { Id: BOB.address }, 'Any', 0) as never as {
          args: Enum[];
        };
        const kinds = (kindOf.args[1]?.defKeys ?? []).filter((kind) => !kind.startsWith('__'));
        const others = kinds.filter((kind) => kind !== 'Any');
        for (const kind of others) {
          submitSigned(chain, types.call('proxy', 'addProxy', { Id: BOB.address }, kind, 0), ALICE);
        }
        block('');
        const { accounts } = await at(({ reader }) => reader.accounts([ALICE.account]));
        const proxies = accounts[0]?.proxies;
        expect(proxies?.map(({ kind }) => kind).sort()).toEqual(others.toSorted());
        const reach = reachOf(ALICE.account, BOB.account, proxies);
        expect(reach).toMatchObject({
          kind: 'none',
          reason: expect.stringMatching(/of the kind \w+: only a proxy of the kind Any counts/),
        });

        // What each kind does to the manager's call on this chain.
        const lock = types.call('registrar', 'addLock', 3333);
        const ends: Record<string, string> = {};
        for (const kind of others) {
          submitSigned(chain, types.call('proxy', 'proxy', { Id: ALICE.address }, kind, lock), BOB);
          [ends[kind] = 'nothing'] = block('proxy.ProxyExecuted');
        }
        const through = others.filter((kind) => ends[kind] === says);
        const refused = others.filter((kind) => ends[kind] === 'system.CallFiltered');
        expect([...through, ...refused].sort()).toEqual(others.toSorted());
        expect(through).toEqual(lets);

        submitSigned(chain, types.call('proxy', 'addProxy', { Id: BOB.address }, 'Any', 0), ALICE);
        block('');
        const alone = await act(BOB, { signer: BOB.account, multisig: null }, 'proxy.ProxyExecuted');
        expect(alone).toMatchObject({
          look: { reach: { kind: 'proxy' } },
          ends: [says],
        });

        for (const threshold of [2, 1]) {
          const multisig = multisigAccount({
            signatories: [CHARLIE, DAVE, EVE].map(({ account }) => account),
            threshold,
          });
          submitSigned(chain, types.call('proxy', 'addProxy', { Id: multisig.account }, 'Any', 0), ALICE);
          block('');
          if (threshold > 1) {
            const first = await act(CHARLIE, { signer: CHARLIE.account, multisig }, 'multisig.NewMultisig');
            expect(first.look).toMatchObject({ turn: 'approve', multisig: { state: { approval: null } } });
            expect(first.look.multisig?.state.deposit).toBeGreaterThan(0n);
          }
          const last = await act(DAVE, { signer: DAVE.account, multisig }, 'proxy.ProxyExecuted');
          expect(last.ends).toEqual([says]);
          expect(last.decoded.method).toBe(threshold > 1 ? 'asMulti' : 'asMultiThreshold1');
          const names = last.decoded.meta.args.map((argument) => argument.name.toString());
          expect(names).toContain('otherSignatories');
        }
      },
    );
  },
);
