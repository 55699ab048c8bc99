import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Keyring } from '@polkadot/keyring';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { dryRunCall } from '../../src/chain/extrinsics/call-dry-run.ts';
import { loadSigner, type SignerConfig } from '../../src/chain/extrinsics/signer.ts';
import { createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { askFinalized } from '../../src/chain/nodes/header-json.ts';
import { isNodeTrouble } from '../../src/domain/errors.ts';
import type { RelaySubmitter } from '../../src/domain/ports/submitter.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import { HostileNode } from '../support/hostile-node.ts';

const MANAGER: SignerConfig = { kind: 'uri', uri: '//ParaManager' };
const SESSION = 5;
const STATES = 70;
const SET_HEAD = { kind: 'set-head', paraId: PARA_ID, head: Uint8Array.of(1, 2, 3) } as const;
const ADD_LOCK = { kind: 'add-lock', paraId: PARA_ID } as const;

describe('extrinsics on the relay chain', () => {
  let network: Network;
  let node: HostileNode;
  let open: Endpoints[];

  beforeAll(async () => {
    network = await startNetwork({ times: { sessionLength: SESSION }, stateHistory: STATES });
  });
  afterAll(() => network.close());
  beforeEach(async () => {
    // A block that begins a session is full by itself: the next ones take extrinsics at once.
    while (network.relay.chain.best.number % SESSION !== 0) network.nextBlock();
    node = await HostileNode.inFrontOf(network.relay.url);
    open = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((endpoints) => endpoints.close()));
    await node.close();
    network.faults.lagFinality(0);
    network.nextBlock();
  });

  const endpointsOf = (urls: readonly string[]) => {
    const endpoints = new Endpoints({ urls, requestTimeoutMs: 3_000 });
    open.push(endpoints);
    return endpoints;
  };
  const submitterOf = async (
    config: SignerConfig = MANAGER,
    urls: readonly string[] = [network.relay.url],
  ): Promise<RelaySubmitter> =>
    createRelaySubmitter({ endpoints: endpointsOf(urls), signer: await loadSigner(config, {}) });
  const build = (blocks: number) => {
    for (let count = 0; count < blocks; count += 1) network.nextBlock();
  };

  it('shows a call by method, arguments and hash, and long bytes by length and hash', async () => {
    const submitter = await submitterOf();
    const code = await network.artifacts.read('para-fixed');
    const { data, hash, decoded } = await submitter.prepare({ kind: 'schedule-code', paraId: PARA_ID, code });
    expect(hash).toBe(toHex(blake2b256(fromHex(data))));
    expect(decoded.method).toBe('registrar.scheduleCodeUpgrade');
    expect(Object.values(decoded.args)[1]).toEqual({
      bytes: code.length,
      blake2_256: await network.codeHash('para-fixed'),
    });
    const head = await submitter.prepare(SET_HEAD);
    expect(JSON.stringify(head.decoded.args)).toMatch(/0x010203/);
  });

  it('refuses to sign without a key', async () => {
    const submitter = await submitterOf({ kind: 'external' });
    expect(submitter.signer()).toBeNull();
    await expect(submitter.sign(ADD_LOCK)).rejects.toMatchObject({ code: 'RESCUE_SIGNER_MISSING' });
  });

  it('follows a failing call to its module error', async () => {
    const submitter = await submitterOf();
    const extrinsic = await submitter.sign(SET_HEAD);
    expect(extrinsic.death - extrinsic.birth).toBe(63);
    expect(extrinsic.hash).toBe(toHex(blake2b256(fromHex(extrinsic.bytes))));
    expect(await submitter.outcome(extrinsic)).toEqual({ kind: 'pending' });
    await submitter.broadcast(extrinsic);
    build(1);
    // The first included head has locked the para.
    expect(await submitter.outcome(extrinsic)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/BadOrigin|ParaLocked/),
    });
  });

  it('takes the same bytes however often they are sent, before and after they are included', async () => {
    const submitter = await submitterOf();
    const extrinsic = await submitter.sign(SET_HEAD);
    await submitter.broadcast(extrinsic);
    await submitter.broadcast(extrinsic);
    build(1);
    await submitter.broadcast(extrinsic);
    build(2);
    const { nonce } = await (await submitterOf()).sign(SET_HEAD);
    expect(nonce).toBe(extrinsic.nonce + 1);
  });

  it('finds the end of an extrinsic that another process had sent, by its bytes alone', async () => {
    const first = await submitterOf();
    const extrinsic = await first.sign(SET_HEAD);
    await first.broadcast(extrinsic);
    build(3);
    const restarted = await submitterOf();
    const outcome = await restarted.outcome(extrinsic);
    expect(outcome).toMatchObject({ kind: 'failed', block: { number: extrinsic.birth + 1 } });
  });

  it('names the block of an extrinsic long after every node has dropped the events of its end, and not while nodes should have them', async () => {
    const submitter = await submitterOf();
    const extrinsic = await submitter.sign(SET_HEAD);
    await submitter.broadcast(extrinsic);
    // This network keeps fewer states than nodes do by default.
    build(STATES + 3);
    const restarted = await submitterOf();
    await expect(restarted.outcome(extrinsic)).rejects.toThrow(/does not have the state of block/);
    build(256 - STATES);
    expect(await restarted.outcome(extrinsic)).toMatchObject({
      kind: 'included',
      block: { number: extrinsic.birth + 1 },
      reason: expect.stringMatching(/does not have the state of block/),
    });
  });

  it('counts extrinsics that wait in the pool', async () => {
    const submitter = await submitterOf();
    const first = await submitter.sign(SET_HEAD);
    await submitter.broadcast(first);
    expect((await submitter.sign(SET_HEAD)).nonce).toBe(first.nonce + 1);
    build(1);
  });

  it('calls an extrinsic lost when another one used its nonce, and only once that is final', async () => {
    const submitter = await submitterOf();
    const replaced = await submitter.sign(SET_HEAD);
    const used = await submitter.sign(ADD_LOCK);
    expect(used.nonce).toBe(replaced.nonce);
    await submitter.broadcast(used);
    network.faults.lagFinality(2);
    build(1);
    expect(await submitter.outcome(replaced)).toEqual({ kind: 'pending' });
    network.faults.lagFinality(0);
    build(2);
    expect(await submitter.outcome(replaced)).toMatchObject({
      kind: 'lost',
      reason: expect.stringMatching(/nonce/),
    });
    await submitter.broadcast(replaced);
  });

  it('calls an extrinsic lost when its era has passed without it', async () => {
    const submitter = await submitterOf();
    const extrinsic = await submitter.sign(ADD_LOCK);
    build(62);
    expect(network.relay.chain.finalized.number).toBe(extrinsic.death - 1);
    expect(await submitter.outcome(extrinsic)).toEqual({ kind: 'pending' });
    build(1);
    expect(await submitter.outcome(extrinsic)).toMatchObject({
      kind: 'lost',
      reason: expect.stringMatching(/era/),
    });
    await submitter.broadcast(extrinsic);
  });

  it('can be included up to and including the last block of its era', async () => {
    const submitter = await submitterOf();
    const extrinsic = await submitter.sign(SET_HEAD);
    build(62);
    await submitter.broadcast(extrinsic);
    build(1);
    expect(await submitter.outcome(extrinsic)).toMatchObject({
      kind: 'failed',
      block: { number: extrinsic.death },
    });
  });

  it('reads no block before the nonce is used, and then each of the era once, however often it is asked', async () => {
    const submitter = await submitterOf(MANAGER, [node.url]);
    const extrinsic = await submitter.sign(ADD_LOCK);
    const bodies = () => node.requests.filter((method) => method === 'chain_getBlock').length;
    build(2);
    expect(await submitter.outcome(extrinsic)).toEqual({ kind: 'pending' });
    expect(bodies()).toBe(0);
    const used = await submitter.sign(SET_HEAD);
    await submitter.broadcast(used);
    build(1);
    await submitter.outcome(extrinsic);
    expect(await submitter.outcome(extrinsic)).toMatchObject({ kind: 'lost' });
    expect(bodies()).toBe(3);
  });

  it('does not believe a node that shows another block than the one asked for', async () => {
    const submitter = await submitterOf(MANAGER, [node.url]);
    const extrinsic = await submitter.sign(SET_HEAD);
    await submitter.broadcast(extrinsic);
    build(2);
    node.tamper = (method, message) => {
      if (method !== 'chain_getBlock') return message;
      return { ...message, result: { ...(message.result as object), block: { header: {}, extrinsics: [] } } };
    };
    await expect(submitter.outcome(extrinsic)).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
  });

  it('does nothing on a block that may only be watched, and shows calls all the same', async () => {
    const endpoints = endpointsOf([network.relay.url]);
    const submitter = createRelaySubmitter({
      endpoints,
      signer: await loadSigner(MANAGER, {}),
      finalized: async () => ({ ...(await endpoints.use(askFinalized)), actable: false }),
    });
    const extrinsic = await (await submitterOf()).sign(ADD_LOCK);
    expect((await submitter.prepare(ADD_LOCK)).decoded.method).toBe('registrar.addLock');
    for (const act of [submitter.sign(ADD_LOCK), submitter.outcome(extrinsic)]) {
      const failure = await act.then(String, (error: unknown) => error);
      expect(failure).toMatchObject({ code: 'RESCUE_FINALITY_UNPROVEN' });
      // It passes: nothing fails for good.
      expect(isNodeTrouble(failure)).toBe(true);
    }
  });

  it('signs nothing while finality lags far behind', async () => {
    const submitter = await submitterOf();
    network.faults.lagFinality(40);
    build(41);
    await expect(submitter.sign(ADD_LOCK)).rejects.toMatchObject({ code: 'RESCUE_CHAIN_REFUSES' });
  });

  it('says why the chain does not take an extrinsic', async () => {
    const pauper = await submitterOf({ kind: 'uri', uri: '//Nobody/Owns/Anything' });
    const extrinsic = await pauper.sign(ADD_LOCK);
    expect(await pauper.broadcast(extrinsic)).toEqual({
      kind: 'hopeless',
      reason: expect.stringMatching(/fees/),
    });
  });

  it("tries calls out in the relay's runtime, for an account and for root", async () => {
    const endpoints = endpointsOf([network.relay.url]);
    const { data } = await (await submitterOf()).prepare({ kind: 'remove-lock', paraId: PARA_ID });
    expect(await dryRunCall(endpoints, data, { signed: network.manager.account })).toMatchObject({
      kind: 'fails',
      reason: expect.stringMatching(/BadOrigin/),
    });
    expect(await dryRunCall(endpoints, data, 'root')).toEqual({ kind: 'succeeds' });
  });

  it('tries calls out itself: what a node says of them does not count', async () => {
    const { data } = await (await submitterOf()).prepare(ADD_LOCK);
    node.tamper = (method, message) =>
      method === 'state_call'
        ? { ...message, result: undefined, error: { code: -32601, message: 'Method not found' } }
        : message;
    expect(await dryRunCall(endpointsOf([node.url]), data, 'root')).toEqual({ kind: 'succeeds' });
    node.tamper = (method, message) =>
      method === 'state_getReadProof'
        ? { ...message, result: undefined, error: { code: 4003, message: 'State already discarded' } }
        : message;
    expect(await dryRunCall(endpointsOf([node.url]), data, 'root')).toMatchObject({ kind: 'unavailable' });
  });

  it('are signed with an ecdsa key as its account', async () => {
    const pair = new Keyring().createFromUri('//Ecdsa', {}, 'ecdsa');
    const account = toHex(pair.addressRaw);
    const { chain } = network.relay;
    const amount = 10n ** 13n;
    const fund = chain.typesOf().call('balances', 'transferKeepAlive', { Id: account }, amount);
    network.submit(chain, fund, network.sudo);
    build(2);
    const signer = { account, pair };
    const submitter = createRelaySubmitter({ endpoints: endpointsOf([network.relay.url]), signer });
    const extrinsic = await submitter.sign(ADD_LOCK);
    expect(extrinsic.signer).toBe(account);
    await submitter.broadcast(extrinsic);
    build(2);
    // It is not the manager's: that the call fails shows that the extrinsic was taken.
    expect(await submitter.outcome(extrinsic)).toMatchObject({ kind: 'failed' });
  });
});

describe("the operator's key", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pararescue-signer-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const keystore = async (password: string): Promise<string> => {
    const json = new Keyring({ type: 'sr25519' }).addFromUri('//ParaManager').toJson(password);
    const path = join(folder, `${password}.json`);
    await writeFile(path, JSON.stringify(json));
    return path;
  };

  it('opens from a URI, from the environment and from a keystore, as the same account', async () => {
    const { account } = devAccount('ParaManager');
    const path = await keystore('correct horse');
    expect((await loadSigner(MANAGER, {})).account).toBe(account);
    expect((await loadSigner({ kind: 'uri-env', env: 'KEY' }, { KEY: '//ParaManager' })).account).toBe(
      account,
    );
    const fromFile = await loadSigner(
      { kind: 'file', path, passwordEnv: 'PASSWORD' },
      { PASSWORD: 'correct horse' },
    );
    expect(fromFile.account).toBe(account);
  });

  it('names a key file that other accounts of the machine can open, and takes it', async () => {
    const path = await keystore('left open');
    const config = { kind: 'file', path, passwordEnv: 'P' } as const;
    const told: string[] = [];
    const load = () => loadSigner(config, { P: 'left open' }, (sentence) => void told.push(sentence));
    await chmod(path, 0o600);
    await load();
    expect(told).toEqual([]);
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(path, mode);
      expect((await load()).account).toBe(devAccount('ParaManager').account);
      expect(told.splice(0)).toEqual([expect.stringContaining(path)]);
    }
  });

  it.each<[string, SignerConfig, Record<string, string>]>([
    ['an empty variable', { kind: 'uri-env', env: 'KEY' }, {}],
    [
      'a phrase with a typing error',
      { kind: 'uri-env', env: 'KEY' },
      { KEY: 'secretword bottom drive obey lake' },
    ],
    ['a file that is missing', { kind: 'file', path: '/no/such/file' }, {}],
  ])('refuses %s', async (_what, config, env) => {
    const failure = await loadSigner(config, env).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'RESCUE_SIGNER_MISSING' });
    expect(inspect(failure)).not.toMatch(/secretword/);
  });

  const keystoreOf = async (scheme: 'ecdsa' | 'ethereum'): Promise<string> => {
    const path = join(folder, `${scheme}.json`);
    const pair = new Keyring().createFromUri(`0x${'5a'.repeat(32)}`, {}, scheme);
    await writeFile(path, JSON.stringify(pair.toJson('open')));
    return path;
  };

  it('is known by its account, not by its public key, which ecdsa keys have longer', async () => {
    const path = await keystoreOf('ecdsa');
    const { account, pair } = await loadSigner({ kind: 'file', path, passwordEnv: 'P' }, { P: 'open' });
    expect(pair?.publicKey).toHaveLength(33);
    expect(account).toBe(toHex(blake2b256(pair?.publicKey ?? new Uint8Array())));
  });

  it('is refused when it is an Ethereum key', async () => {
    const path = await keystoreOf('ethereum');
    await expect(loadSigner({ kind: 'file', path, passwordEnv: 'P' }, { P: 'open' })).rejects.toMatchObject({
      code: 'RESCUE_SIGNER_MISSING',
      message: expect.stringContaining('Ethereum key'),
    });
  });

  it('refuses a wrong password without repeating it', async () => {
    const path = await keystore('right');
    const failure = await loadSigner({ kind: 'file', path, passwordEnv: 'P' }, { P: 'wrongsecret' }).catch(
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: 'RESCUE_SIGNER_MISSING' });
    expect(inspect(failure)).not.toMatch(/wrongsecret/);
  });
});
