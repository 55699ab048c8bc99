import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { includedHead } from '../../src/blocks/relay-keys.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import type { ProposalToTry, TriedProposal } from '../../src/domain/ports/trial.ts';
import { finish } from '../../src/executor/task.ts';
import { encodeHeader } from '../../src/proof/index.ts';
import { RpcError } from '../../src/sandbox/rpc/rpc-error.ts';
import type { RpcServer } from '../../src/sandbox/rpc/server.ts';
import { createProposalTrial } from '../../src/trial/proposal-trial.ts';
import { repeatTrial } from '../../src/trial/repeat.ts';
import { createTrialThread } from '../../src/trial/try-para.ts';

const DISCARDED = new RpcError(4003, 'Client error: State already discarded');

describe('the trial of a proposal', () => {
  let network: Network;
  let relayNode: RpcServer;
  let paraNode: RpcServer;
  let anchor: Pick<ProposalToTry, 'relayHeader' | 'paraHeader'> & { readonly hash: Hex };
  let fixed: Uint8Array;
  /** What earlier trials have read, as a service keeps it. */
  const kept = new Map<Hex, Uint8Array>();

  beforeAll(async () => {
    network = await startNetwork();
    for (let block = 0; block < 3; block++) network.nextBlock();
    [relayNode, paraNode] = [await network.openNode(network.relay), await network.openNode(network.para)];
    network.faults.stopCollators();
    const { chain } = network.relay;
    const { header, hash } = chain.finalized;
    const head = finish(includedHead(chain.stateOf(chain.finalized), PARA_ID));
    anchor = { relayHeader: toHex(encodeHeader(header)), paraHeader: toHex(head ?? new Uint8Array()), hash };
    fixed = await network.artifacts.read('para-fixed');
  });
  afterEach(() => {
    for (const node of [relayNode, paraNode]) node.filter = (_method, _params, result) => result;
  });
  afterAll(() => network.close());

  async function tried(changes: Partial<ProposalToTry> = {}): Promise<TriedProposal> {
    const options = { requestTimeoutMs: 5_000, onTrouble: () => undefined };
    const [relay, para] = [relayNode, paraNode].map(({ url }) => new Endpoints({ urls: [url], ...options }));
    const thread = createTrialThread();
    if (!relay || !para) throw new Error('two chains');
    try {
      return await createProposalTrial({
        paraId: PARA_ID,
        relay,
        para,
        thread,
        nodeOf: async (hash) => kept.get(toHex(hash)) ?? null,
        signal: new AbortController().signal,
      })({ ...anchor, later: null, code: fixed, blocks: 2, watched: [], below: [], ...changes });
    } finally {
      await Promise.all([thread, relay, para].map((opened) => opened.close()));
    }
  }

  it('cannot be had from nodes that prove nothing, which says nothing of the code', async () => {
    paraNode.filter = (method, _params, result) => {
      if (method === 'state_getReadProof') throw DISCARDED;
      return result;
    };
    await expect(tried()).rejects.toMatchObject({ code: expect.stringMatching(/^RESCUE_NODE_/) });
  });

  it('rests on the anchor, and is the same when it is repeated from what it read', async () => {
    const { trial, nodes } = await tried();
    expect(trial).toMatchObject({
      relayHeader: anchor.relayHeader,
      report: { verdict: { kind: 'accepted' } },
    });
    expect(trial.difference).toMatchObject({
      issuance: { before: trial.difference?.issuance?.after },
      first: expect.arrayContaining([expect.objectContaining({ name: 'System.LastRuntimeUpgrade' })]),
    });
    for (const { hash, bytes } of nodes) kept.set(toHex(hash), bytes);
    const thread = createTrialThread();
    const states = { paraId: PARA_ID, ...anchor, code: fixed, blocks: 2, watched: [] };
    try {
      const { report, difference } = trial;
      const all = nodes.map(({ bytes }) => bytes);
      expect(await repeatTrial(thread, { ...states, nodes: all })).toEqual({ report, difference });
      await expect(repeatTrial(thread, { ...states, nodes: all.slice(0, -3) })).rejects.toMatchObject({
        code: 'RESCUE_PROOF_INVALID',
      });
    } finally {
      await thread.close();
    }
  });

  it('is had again from what was kept, when all nodes have died', async () => {
    const silent: RpcServer['filter'] = () => {
      throw DISCARDED;
    };
    [relayNode.filter, paraNode.filter] = [silent, silent];
    expect((await tried()).trial.report.verdict).toEqual({ kind: 'accepted' });
  });

  it('rests on a later relay block with the same head when the state of the anchor is not kept any more', async () => {
    kept.clear();
    network.nextBlock();
    const { number, hash, header } = network.relay.chain.finalized;
    relayNode.filter = (method, params, result) => {
      if (method === 'state_getReadProof' && params[1] === anchor.hash) throw DISCARDED;
      return result;
    };
    await expect(tried()).rejects.toMatchObject({ code: expect.stringMatching(/^RESCUE_NODE_/) });
    const { trial } = await tried({ later: { number, hash, stateRoot: toHex(header.stateRoot) } });
    expect(trial).toMatchObject({
      relayHeader: toHex(encodeHeader(header)),
      report: { relayParent: { number, hash }, verdict: { kind: 'accepted' } },
    });
  });
});
