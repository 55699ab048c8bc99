import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { fromHex, toHex as hexOf } from '../../src/bytes/hex.ts';
import { createParaReader } from '../../src/chain/para/para-reader.ts';
import type { ParaHeadRef } from '../../src/domain/chain/observation.ts';
import type { Hex } from '../../src/domain/units.ts';
import { blake2b256, storageKey, verifyReadProof } from '../../src/proof/index.ts';
import { HostileNode } from '../support/hostile-node.ts';

describe('a para through its own nodes', () => {
  let network: Network;
  let reader: ReturnType<typeof createParaReader>;

  beforeAll(async () => {
    network = await startNetwork();
    reader = createParaReader({ urls: [network.para.url], requestTimeoutMs: 3_000 });
  });
  afterAll(async () => {
    await reader.close();
    await network.close();
  });

  const lastHead = (): ParaHeadRef => {
    const { best } = network.para.chain;
    return { hash: best.hash as Hex, number: best.number, stateRoot: hexOf(best.header.stateRoot) as Hex };
  };

  it('reads proofs that lead from the state root of the head to the value', async () => {
    network.nextBlock();
    const head = lastHead();
    const keys = [storageKey('System', 'Number'), storageKey('No', 'Such')];
    const proof = await reader.readProof(head.hash, keys);
    const values = verifyReadProof({ stateRoot: fromHex(head.stateRoot), proof, keys });
    expect(Buffer.from(values[0] ?? []).readUInt32LE()).toBe(head.number);
    expect(values[1]).toBeNull();
  });

  it('knows the version and the hash of the code that a head runs', async () => {
    const head = lastHead();
    expect(await reader.runtimeVersion(head)).toMatchObject({ specVersion: 1000 });
    const good = await network.artifacts.read('para-good');
    expect(await reader.codeHash(head)).toBe(hexOf(blake2b256(good)));
  });

  it('tells heads that a node knows from those that nobody knows', async () => {
    const { hash, number } = lastHead();
    expect(await reader.knowsHead(hash)).toEqual({ known: true, endpoints: 1, best: number });
    expect(await reader.knowsHead(`0x${'11'.repeat(32)}`)).toEqual({
      known: false,
      endpoints: 1,
      best: network.para.chain.best.number,
    });
  });

  it('does not call a head unknown while one of the endpoints is silent', async () => {
    const two = createParaReader({ urls: [network.para.url, 'ws://127.0.0.1:1'] });
    expect(await two.knowsHead(lastHead().hash)).toMatchObject({ known: true, endpoints: 2 });
    await expect(two.knowsHead(`0x${'11'.repeat(32)}`)).rejects.toMatchObject({
      code: 'RESCUE_NODE_UNREACHABLE',
    });
    await two.close();
  });

  it('refuses a proof for another block than it asked for', async () => {
    const liar = await HostileNode.inFrontOf(network.para.url);
    liar.tamper = (method, message) =>
      method === 'state_getReadProof'
        ? { ...message, result: { at: `0x${'22'.repeat(32)}`, proof: [] } }
        : message;
    const deceived = createParaReader({ urls: [liar.url] });
    await expect(deceived.readProof(lastHead().hash, [storageKey('System', 'Number')])).rejects.toMatchObject(
      {
        code: 'RESCUE_NODE_MALFORMED',
      },
    );
    await deceived.close();
    await liar.close();
  });

  it('says that nobody answers when the nodes are down, and works again when they are back', async () => {
    const head = lastHead();
    const codeHash = await reader.codeHash(head);
    await network.faults.stopParaRpc();
    // What is proven stays known.
    expect(await reader.codeHash(head)).toBe(codeHash);
    const other = createParaReader({ urls: [network.para.url], connectTimeoutMs: 500 });
    await expect(other.codeHash(head)).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    await other.close();
    await expect(reader.knowsHead(head.hash)).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    await network.faults.startParaRpc();
    expect(await reader.knowsHead(head.hash)).toMatchObject({ known: true });
  });
});
