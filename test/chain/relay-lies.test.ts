import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { State } from '../../src/executor/storage/state.ts';
import { encodeLittle, storageKey } from '../../src/proof/index.ts';
import type { AnswerFilter, RpcServer } from '../../src/sandbox/rpc/server.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';

const FORGED: Hex = `0x${'66'.repeat(32)}`;
const ofPara = (item: string): Uint8Array =>
  storageKey('Paras', item, { hasher: 'Twox64Concat', key: encodeLittle(PARA_ID, 4) });

describe('a relay node that lies about the state', () => {
  let network: Network;
  let liar: RpcServer;
  let old: State;
  beforeAll(async () => {
    network = await startNetwork();
    old = network.relay.chain.stateOf(network.relay.chain.finalized);
    for (let count = 0; count < 8; count += 1) network.nextBlock();
    liar = await network.openNode(network.relay);
  });
  afterAll(() => network.close());

  const now = () => network.relay.chain.stateOf(network.relay.chain.finalized);
  const lying = (state: State): AnswerFilter => stateInstead(network.relay.chain, state);
  const withNodes =
    (change: (nodes: readonly string[]) => readonly string[]): AnswerFilter =>
    (method, _params, result) => {
      if (method !== 'state_getReadProof') return result;
      const { at, proof } = result as { at: string; proof: string[] };
      return { at, proof: change(proof) };
    };

  /** A forged value or an old state, and what a reader must see all the same. */
  const lies: readonly (readonly [string, () => AnswerFilter])[] = [
    ['a forged code hash', () => lying(withValue(now(), ofPara('CurrentCodeHash'), fromHex(FORGED)))],
    ['a head that nobody built', () => lying(withValue(now(), ofPara('Heads'), encodeText('\u0008no')))],
    ['that there is no head', () => lying(withValue(now(), ofPara('Heads'), null))],
    ['a state that stands still', () => lying(old)],
    [
      'an empty claim queue',
      () => (method, params, result) =>
        method === 'state_call' && params[0] === 'ParachainHost_claim_queue'
          ? '0x00'
          : method === 'state_getReadProof'
            ? { at: params[1], proof: [] }
            : result,
    ],
    ['proofs without one of their nodes', () => withNodes((nodes) => nodes.slice(0, -1))],
    ['proofs without the root', () => withNodes((nodes) => nodes.slice(1))],
    [
      'proofs with a node cut short',
      () => withNodes(([root = '0x', ...rest]) => [root.slice(0, -2), ...rest]),
    ],
    ['no proofs at all', () => withNodes(() => [])],
    [
      'proofs that are no list',
      () => (method, _params, result) => (method === 'state_getReadProof' ? {} : result),
    ],
    ['proofs without end', () => withNodes((nodes) => [...nodes, `0x${'00'.repeat(25 * 1024 * 1024)}`])],
  ];

  const observe = async (urls: readonly string[]) => {
    const troubles: RescueError[] = [];
    const endpoints = new Endpoints({
      urls,
      requestTimeoutMs: 5_000,
      onTrouble: (error) => troubles.push(error),
    });
    try {
      const { paras } = await createRelayReader({ endpoints }).observe([PARA_ID]);
      return { para: paras[0] as ParaObservation, troubles };
    } finally {
      await endpoints.close();
    }
  };

  it.each(lies)('is not believed: %s', async (_what, lie) => {
    const { para: truth } = await observe([network.relay.url]);
    liar.filter = lie();
    try {
      await expect(observe([liar.url])).rejects.toMatchObject({
        code: expect.stringMatching(/^RESCUE_NODE_/),
      });
      const first = await observe([liar.url, network.relay.url]);
      expect(first.para).toEqual(truth);
      expect(first.troubles.map(({ message }) => message).join()).toContain(liar.url);
      const second = await observe([network.relay.url, liar.url]);
      expect(second.para).toEqual(truth);
    } finally {
      liar.filter = (_method, _params, result) => result;
    }
  });

  it('cannot keep the proof of a head back: the next one is asked', async () => {
    const prove = async (urls: readonly string[]) => {
      const endpoints = new Endpoints({ urls, requestTimeoutMs: 5_000 });
      try {
        const reader = createRelayReader({ endpoints });
        const { finalized } = network.relay.chain;
        const stateRoot = toHex(finalized.header.stateRoot);
        return await reader.proveHead(PARA_ID, { number: finalized.number, hash: finalized.hash, stateRoot });
      } finally {
        await endpoints.close();
      }
    };
    const truth = await prove([network.relay.url]);
    liar.filter = lying(withValue(now(), ofPara('Heads'), null));
    try {
      await expect(prove([liar.url])).rejects.toMatchObject({ code: 'RESCUE_NODE_CONTRADICTS' });
      expect(await prove([liar.url, network.relay.url])).toEqual(truth);
      expect(await prove([network.relay.url, liar.url])).toEqual(truth);
    } finally {
      liar.filter = (_method, _params, result) => result;
    }
  });

  it('can change neither the layout of the state nor its version', async () => {
    const { para: truth } = await observe([network.relay.url]);
    liar.filter = (method, _params, result) => {
      if (method === 'state_getMetadata') {
        // Under this metadata the heads of paras would be read where their future code hashes stand, and so on.
        const from = toHex(encodeText('MostRecentContext')).slice(2);
        const to = toHex(encodeText('FutureCodeUpgrade')).slice(2);
        return String(result).replaceAll(from, to);
      }
      if (method === 'state_getRuntimeVersion') return { ...(result as object), specVersion: 9_999 };
      return result;
    };
    const endpoints = new Endpoints({ urls: [liar.url] });
    try {
      const seen = await createRelayReader({ endpoints }).observe([PARA_ID]);
      expect(seen.paras[0]).toEqual(truth);
      expect(seen.relaySpecVersion).toBe(network.relay.chain.runtimeOf().version.specVersion);
    } finally {
      liar.filter = (_method, _params, result) => result;
      await endpoints.close();
    }
  });
});
