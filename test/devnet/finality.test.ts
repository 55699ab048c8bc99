import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DevName, devAccount, devSessionKeys } from '../../devnet/keys.ts';
import { type Network, type NetworkOptions, startNetwork } from '../../devnet/network.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { verifyWithOpenSsl } from '../../src/chain/relay/ed25519.ts';
import {
  type AuthoritySet,
  authorityChangeOf,
  decodeAuthorities,
  decodeJustification,
  ProofError,
  scaleReader,
  verifyJustification,
} from '../../src/proof/index.ts';
import { RawClient } from '../support/devnet-client.ts';
import { SetFollower } from '../support/set-follower.ts';

/** Blocks in which anything that waits for two sessions of 5 blocks has happened. */
const TWO_SESSIONS = 11;

let network: Network;
const open: (() => Promise<void>)[] = [];
const start = async (options?: NetworkOptions) => {
  network = await startNetwork(options);
  open.push(() => network.close());
};
const clientOf = async (url: string) => {
  const client = await RawClient.open(url);
  open.unshift(() => client.close());
  return client;
};
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const produce = (blocks: number) => {
  for (let count = 0; count < blocks; count++) network.nextBlock();
};
const relay = () => network.relay.chain;
/** The set that votes on the blocks after the best one, as the runtime says. */
const setOnChain = (): AuthoritySet => ({
  setId: scaleReader(relay().call('GrandpaApi_current_set_id', new Uint8Array()), 'set id').u64(),
  authorities: decodeAuthorities(relay().call('GrandpaApi_grandpa_authorities', new Uint8Array())),
});
const setOf = (setId: bigint, ...keys: readonly [DevName, string?][]): AuthoritySet => ({
  setId,
  authorities: keys.map(([name, uri]) => ({
    id: devSessionKeys(devAccount(name), uri).grandpa.publicKey,
    weight: 1n,
  })),
});
/** Justifications from now on. */
const listen = (): Uint8Array[] => {
  const heard: Uint8Array[] = [];
  relay().on('justified', (justification) => heard.push(justification));
  return heard;
};
/** The error code of a justification under a set, or the number of the block that it makes final. */
const under = (justification: Uint8Array | undefined, set: AuthoritySet): number | string => {
  try {
    return verifyJustification(justification ?? new Uint8Array(), set, verifyWithOpenSsl).number;
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return error.code;
  }
};
const numberOf = (justification: Uint8Array) => decodeJustification(justification).targetNumber;

describe('GRANDPA on the embedded relay chain', () => {
  it('has left its first set behind when it starts, and justifies every newest final block', async () => {
    await start();
    const { chain } = network.relay;
    const genesis = decodeAuthorities(
      chain.call('GrandpaApi_grandpa_authorities', new Uint8Array(), chain.blockAt(0)),
    );
    const now = setOf(1n, ['Alice'], ['Bob']);
    expect([genesis, setOnChain()]).toEqual([now.authorities, now]);
    const heard = listen();
    produce(7);
    expect(heard.map((justification) => under(justification, now))).toEqual(
      Array.from({ length: 7 }, (_, place) => relay().best.number - 6 + place),
    );
    // No validator and no key has changed over the sessions since, and so the set has not.
    expect(network.readRelay('session', 'currentIndex')).toBeGreaterThan(2);
    expect(setOnChain().setId).toBe(1n);
  });

  it('changes the set when a validator sets new keys, two sessions later', async () => {
    await start();
    const heard = listen();
    network.rotateKeys('Bob', '//Bob//second');
    produce(TWO_SESSIONS);
    const [old, next] = [
      setOf(1n, ['Alice'], ['Bob']),
      setOf(2n, ['Alice'], ['Bob', '//Bob//second']),
    ] as const;
    expect(setOnChain()).toEqual(next);

    const began = numberOf(heard[0] as Uint8Array);
    const numbers = Array.from({ length: relay().best.number - began + 1 }, (_, place) => began + place);
    const changes = numbers.flatMap((number) => {
      const header = relay().blockAt(number)?.header;
      const change = header && authorityChangeOf(header);
      return change ? [{ number, ...change }] : [];
    });
    const last = changes[0]?.number ?? 0;
    expect(changes).toEqual([{ number: last, authorities: next.authorities, delay: 0, forcedFrom: null }]);

    // The old set signs the block that announces the new one, the new set all that come after.
    for (const justification of heard) {
      const number = numberOf(justification);
      const [right, wrong] = number <= last ? [old, next] : [next, old];
      expect(under(justification, right)).toBe(number);
      expect(under(justification, wrong)).toMatch(/^PROOF_/);
    }
    // Both are there to be told apart.
    expect(heard.map(numberOf)).toEqual(expect.arrayContaining([last, last + 1]));
    // A network that goes on registers, votes and includes as before.
    const head = network.para.chain.finalized.number;
    produce(3);
    expect(network.para.chain.finalized.number).toBe(head + 3);
  });

  it('refuses keys that their setter does not hold, and validators who have none', async () => {
    await start();
    const { chain } = network.relay;
    const types = chain.typesOf();
    const keys = devSessionKeys(devAccount('Bob'), '//Bob//third');
    const encoded = toHex(
      new Uint8Array(Buffer.concat([keys.grandpa.publicKey, ...Array(3).fill(keys.parachain.publicKey)])),
    );
    network.submit(
      chain,
      types.call('session', 'setKeys', encoded, `0x${'00'.repeat(256)}`),
      devAccount('Bob'),
    );
    network.queueSudo(chain, 'devnetRelay', 'setValidators', [network.manager.address]);
    produce(TWO_SESSIONS);
    expect(setOnChain()).toEqual(setOf(1n, ['Alice'], ['Bob']));
  });

  it('changes the set to the validators that root elects, who vote on code as well', async () => {
    await start();
    const heard = listen();
    network.electValidators('Bob', 'Charlie', 'Dave', 'Eve');
    produce(TWO_SESSIONS);
    const next = setOf(2n, ['Bob'], ['Charlie'], ['Dave'], ['Eve']);
    expect(setOnChain()).toEqual(next);
    expect(under(heard.at(-1), next)).toBe(relay().best.number);
    await network.unlockPara();
    const before = network.readRelay('paras', 'currentCodeHash', network.paraId);
    await network.faults.breakRuntime();
    expect(network.readRelay('paras', 'currentCodeHash', network.paraId)).not.toBe(before);
  });

  it('counts every session as an election where the network is told to', async () => {
    await start({ electEverySession: true });
    const sets = new Set<bigint>();
    for (let count = 0; count < 15; count++) {
      network.nextBlock();
      sets.add(setOnChain().setId);
    }
    const { setId, authorities } = setOnChain();
    // The keys of the first two sessions are those of the genesis.
    expect(setId).toBe(BigInt(Number(network.readRelay('session', 'currentIndex')) - 1));
    expect(sets.size).toBeGreaterThanOrEqual(3);
    expect(authorities).toEqual(setOf(setId, ['Alice'], ['Bob']).authorities);
    network.queueSudo(relay(), 'devnetRelay', 'setElectEverySession', false);
    produce(TWO_SESSIONS);
    const { setId: settled } = setOnChain();
    produce(TWO_SESSIONS);
    expect(setOnChain().setId).toBe(settled);
  });

  it('is followed from the genesis through all its sets by proofs of a node', async () => {
    await start({ electEverySession: true });
    network.rotateKeys('Alice', '//Alice//a');
    produce(6);
    network.electValidators('Alice', 'Charlie', 'Ferdie');
    produce(6);
    network.rotateKeys('Charlie', '//Charlie//c');
    produce(17);
    const follower = await SetFollower.fromGenesis(relay(), await clientOf(network.relay.url));
    await follower.catchUp();
    expect(follower.set).toEqual(setOnChain());
    expect(follower.set).toEqual(
      setOf(follower.set.setId, ['Alice', '//Alice//a'], ['Charlie', '//Charlie//c'], ['Ferdie']),
    );
    expect(follower.ended.length).toBe(Number(follower.set.setId));
    expect(follower.ended.length).toBeGreaterThanOrEqual(5);
    expect(follower.final).toBe(relay().finalized.number);
    // And on from there.
    produce(TWO_SESSIONS);
    await follower.catchUp();
    expect(follower.set).toEqual(setOnChain());
    expect(follower.final).toBe(relay().finalized.number);
  });

  describe('with four validators', () => {
    beforeEach(() => start({ validators: ['Alice', 'Bob', 'Charlie', 'Dave'] }));
    const set = () => setOf(1n, ['Alice'], ['Bob'], ['Charlie'], ['Dave']);

    it('goes on without one of them', () => {
      network.faults.stopValidators('Charlie');
      const heard = listen();
      produce(3);
      expect(relay().finalized).toBe(relay().best);
      expect(decodeJustification(heard[2] as Uint8Array).precommits).toHaveLength(3);
      expect(under(heard[2], set())).toBe(relay().best.number);
    });

    it('stalls without two of them: blocks come, none is final on either chain, until one is back', () => {
      const [before, para] = [relay().finalized.number, network.para.chain.finalized.number];
      network.faults.stopValidators('Alice', 'Dave');
      const heard = listen();
      produce(12);
      expect([relay().finalized.number, network.para.chain.finalized.number]).toEqual([before, para]);
      expect(relay().best.number).toBe(before + 12);
      expect(heard).toEqual([]);
      network.faults.startValidators('Dave');
      produce(1);
      expect(relay().finalized).toBe(relay().best);
      expect(network.para.chain.finalized).toBe(network.para.chain.best);
      expect(under(heard[0], set())).toBe(before + 13);
    });

    it('believes the votes of one who votes twice', () => {
      network.faults.equivocate('Bob');
      const heard = listen();
      produce(2);
      expect(decodeJustification(heard[1] as Uint8Array).precommits).toHaveLength(5);
      expect(under(heard[1], set())).toBe(relay().best.number);
      network.faults.equivocate();
      produce(1);
      expect(decodeJustification(heard[2] as Uint8Array).precommits).toHaveLength(4);
    });

    it('ends each set that ended while finality lagged, when it catches up', () => {
      const heard = listen();
      network.faults.lagFinality(100);
      network.rotateKeys('Alice', '//Alice//a');
      produce(TWO_SESSIONS);
      network.rotateKeys('Bob', '//Bob//b');
      produce(TWO_SESSIONS);
      expect(heard).toEqual([]);
      expect(setOnChain().setId).toBe(3n);
      network.faults.lagFinality(0);
      produce(1);
      expect(heard).toHaveLength(3);
      const [first, second, third] = heard;
      expect(under(first, set())).toBe(numberOf(first as Uint8Array));
      const next = setOf(2n, ['Alice', '//Alice//a'], ['Bob'], ['Charlie'], ['Dave']);
      expect(under(second, next)).toBe(numberOf(second as Uint8Array));
      expect(under(third, setOnChain())).toBe(relay().best.number);
    });

    it('gets a new set by force, when root notes that the old one has stalled', () => {
      network.faults.stopValidators('Alice', 'Bob');
      const stalled = relay().finalized.number;
      network.electValidators('Charlie', 'Dave');
      network.queueSudo(relay(), 'grandpa', 'noteStalled', 2, stalled);
      const heard = listen();
      // The session in progress ends with the stalled validators forced in again, the next one with the elected ones.
      produce(TWO_SESSIONS + 5);
      const forced = Array.from({ length: relay().best.number - stalled }, (_, place) =>
        authorityChangeOf(relay().blockAt(stalled + 1 + place)?.header as never),
      ).filter((change) => change?.forcedFrom === stalled);
      expect(forced).toHaveLength(1);
      network.queueSudo(relay(), 'grandpa', 'noteStalled', 2, stalled);
      produce(TWO_SESSIONS);
      expect(relay().finalized).toBe(relay().best);
      const last = heard.at(-1);
      expect(decodeJustification(last as Uint8Array).precommits).toHaveLength(2);
      expect(under(last, { ...setOnChain(), setId: relay().grandpa?.set.setId ?? 0n })).toBe(
        relay().best.number,
      );
    });
  });
});

describe('what nodes tell of finality', () => {
  it('is each justification to those who subscribe, from then on and until they end it', async () => {
    await start();
    const client = await clientOf(network.relay.url);
    const { result: id } = await client.ask('grandpa_subscribeJustifications');
    for (let count = 0; count < 2; count++) {
      network.nextBlock();
      const heard = await client.next();
      expect(heard).toMatchObject({ method: 'grandpa_justifications', params: { subscription: id } });
      const justification = fromHex(heard.params?.result as Hex);
      expect(under(justification, setOf(1n, ['Alice'], ['Bob']))).toBe(relay().best.number);
    }
    expect((await client.ask('grandpa_unsubscribeJustifications', id)).result).toBe(true);
    expect((await client.ask('grandpa_unsubscribeJustifications', id)).result).toBe(false);
    network.nextBlock();
    expect((await client.ask('system_chain')).result).toBe('Pararescue Relay Devnet');
    expect(relay().listenerCount('justified')).toBe(0);
  });

  it('is kept with the last block of a set, and with no other', async () => {
    await start({ electEverySession: true });
    produce(TWO_SESSIONS);
    const client = await clientOf(network.relay.url);
    const kept: number[] = [];
    for (let number = 1; number <= relay().best.number; number++) {
      const { result } = await client.ask('chain_getBlock', relay().hashAt(number));
      const { justifications } = result as { justifications: [number[], number[]][] | null };
      if (justifications === null) continue;
      kept.push(number);
      const [[engine, bytes]] = justifications as [[number[], number[]]];
      expect(Buffer.from(engine).toString()).toBe('FRNK');
      expect(numberOf(Uint8Array.from(bytes))).toBe(number);
    }
    const follower = await SetFollower.fromGenesis(relay(), client);
    await follower.catchUp();
    expect(kept).toEqual(follower.ended);
    expect(kept.length).toBeGreaterThan(1);
  });

  it('is nothing on a network or a node without proofs, which has no such methods', async () => {
    await start({ finalityProofs: false });
    const without = await clientOf(network.relay.url);
    const generous = await network.openNode(network.relay, 0, { finalityProofs: true });
    const withProofs = await clientOf(generous.url);
    for (const method of ['grandpa_proveFinality', 'grandpa_subscribeJustifications']) {
      expect((await without.ask(method, 1)).error).toEqual({ code: -32_601, message: 'Method not found' });
      expect((await withProofs.ask(method, 1)).error?.code).not.toBe(-32_601);
    }
    const { methods } = (await without.ask('rpc_methods')).result as { methods: string[] };
    expect(methods.filter((name) => name.startsWith('grandpa_'))).toEqual([]);
    const mean = await network.openNode(network.relay, 0, { finalityProofs: false });
    expect((await (await clientOf(mean.url)).ask('grandpa_proveFinality', 1)).error?.code).toBe(-32_601);
  });
});
