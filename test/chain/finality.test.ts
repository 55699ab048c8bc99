import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../src/bytes/scale.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { createVoter, justify, proveFinality, type Voter } from '../proof/grandpa-fixtures.ts';
import { HostileNode, type Message } from '../support/hostile-node.ts';

/** A node in front of the embedded relay chain that adds GRANDPA answers, with voters of the test's own. */
describe('the finality proof of a relay block', () => {
  let network: Network;
  let node: HostileNode;
  const voters = [createVoter(), createVoter(), createVoter(), createVoter()];

  beforeAll(async () => {
    network = await startNetwork();
    node = await HostileNode.inFrontOf(network.relay.url);
  });
  afterAll(async () => {
    await node.close();
    await network.close();
  });

  /** Lets the node say that `signers` finalized the last block in set 3; the first state call asks for the set's id. */
  async function ask(signers: readonly Voter[]) {
    const { finalized } = network.relay.chain;
    const block = {
      number: finalized.number,
      hash: Buffer.from(finalized.hash.slice(2), 'hex'),
      encoded: finalized.encodedHeader,
    };
    const proof = proveFinality(
      block,
      justify(
        block,
        signers.map((voter) => ({ voter, target: block })),
      ),
      [],
    );
    const set = concatBytes(
      encodeCompact(voters.length),
      ...voters.flatMap(({ id }) => [id, encodeLittle(1, 8)]),
    );
    const calls = [encodeLittle(3, 8), set];
    node.tamper = (method, { id, ...message }) => {
      const result =
        method === 'grandpa_proveFinality' ? proof : method === 'state_call' ? calls.shift() : undefined;
      return { id, ...(result ? { result: toHex(result) } : message) } as Message;
    };
    const endpoints = new Endpoints({ urls: [node.url] });
    try {
      const reader = createRelayReader({ endpoints });
      return await reader.proveFinality({
        number: finalized.number,
        hash: finalized.hash,
        stateRoot: toHex(finalized.header.stateRoot),
      });
    } finally {
      await endpoints.close();
    }
  }

  it('is taken when more than two thirds of the voters of the parent block signed it', async () => {
    const answer = await ask(voters.slice(0, 3));
    expect(answer?.setId).toBe(3n);
    expect(answer?.authorities).toHaveLength(1 + 4 * 40);
  });

  it('is left out when it does not hold', async () => {
    expect(await ask(voters.slice(0, 2))).toBeNull();
    expect(await ask([createVoter(), createVoter(), createVoter()])).toBeNull();
  });

  it('is left out when the node has none to give', async () => {
    const without = await network.openNode(network.relay, 0, { finalityProofs: false });
    const endpoints = new Endpoints({ urls: [without.url] });
    const { finalized } = network.relay.chain;
    const reader = createRelayReader({ endpoints });
    const block = {
      number: finalized.number,
      hash: finalized.hash,
      stateRoot: toHex(finalized.header.stateRoot),
    };
    expect(await reader.proveFinality(block)).toBeNull();
    await endpoints.close();
  });
});
