import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../../devnet/network.ts';
import type { Hex } from '../../../src/bytes/hex.ts';
import { openFork } from '../../../src/chain/fork/open-fork.ts';
import { Endpoints } from '../../../src/chain/nodes/endpoints.ts';
import type { BlockState } from '../../../src/chain/proven/proven-chain.ts';
import type { RescueErrorCode } from '../../../src/domain/errors.ts';
import { beginBlock, beginBlockAt, stateOf, type Written } from '../../support/begin-block.ts';
import { HostileNode, type Intercept, type Message, type Tamper } from '../../support/hostile-node.ts';

const PROOFS = 'state_getReadProof';

interface Fault {
  readonly what: string;
  readonly code: RescueErrorCode;
  readonly says: RegExp;
  readonly intercept?: () => Intercept;
  readonly tamper?: () => Tamper;
  /** How long a request is waited for; long where the answer is. */
  readonly timeoutMs?: number;
}

const refuses = (code: number, message: string) => (): Intercept => (method) =>
  method === PROOFS ? { error: { code, message } } : undefined;
/** Changes the nodes of every proof. */
const proves = (change: (proof: readonly Hex[]) => readonly string[]) => (): Tamper => (method, message) =>
  method === PROOFS ? withProof(message, change) : message;

const FAULTS: readonly Fault[] = [
  {
    what: 'lies: one bit of each node is another one',
    code: 'RESCUE_NODE_CONTRADICTS',
    says: /does not hold under the state root/,
    tamper: proves((proof) => proof.map((node) => `${node.slice(0, -1)}${node.endsWith('0') ? '1' : '0'}`)),
  },
  {
    what: 'keeps half of the nodes back',
    code: 'RESCUE_NODE_CONTRADICTS',
    says: /does not hold under the state root/,
    tamper: proves((proof) => proof.filter((_, index) => index % 2 === 1)),
  },
  {
    what: 'answers other keys: always what was asked first',
    code: 'RESCUE_NODE_CONTRADICTS',
    says: /does not hold under the state root/,
    tamper: () => {
      let first: readonly Hex[] | undefined;
      return proves((proof) => {
        first ??= proof;
        return first;
      })();
    },
  },
  {
    what: 'has no proofs',
    code: 'RESCUE_NODE_UNREACHABLE',
    says: /gives no proofs of storage \(Method not found.*it has to offer state_getReadProof/,
    intercept: refuses(-32601, 'Method not found'),
  },
  {
    what: 'calls proofs unsafe',
    code: 'RESCUE_NODE_UNREACHABLE',
    says: /gives no proofs of storage \(RPC call is unsafe to be called externally/,
    intercept: refuses(-32602, 'RPC call is unsafe to be called externally'),
  },
  {
    what: 'has pruned the block',
    code: 'RESCUE_NODE_UNREACHABLE',
    says: /does not have the state of block \d+ .*State already discarded.*an archive node has/,
    intercept: refuses(
      4003,
      'Client error: Api called for an unknown Block: State already discarded for 0x12',
    ),
  },
  {
    what: 'lags: it never answers',
    code: 'RESCUE_NODE_UNREACHABLE',
    says: /did not answer state_getReadProof within 700 ms/,
    intercept: () => (method) => (method === PROOFS ? null : undefined),
    timeoutMs: 700,
  },
  {
    what: 'answers without end',
    code: 'RESCUE_NODE_MALFORMED',
    says: /sent a proof of \d+ bytes for \d+ keys/,
    tamper: proves(() => [`0x${'00'.repeat(25 * 1024 * 1024)}`]),
  },
  {
    what: 'answers with what is no trie node',
    code: 'RESCUE_NODE_MALFORMED',
    says: /the answer to state_getReadProof is not what it should be/,
    tamper: () => (method, message) => (method === PROOFS ? { ...message, result: { proof: 7 } } : message),
  },
  {
    what: 'answers for another block',
    code: 'RESCUE_NODE_MALFORMED',
    says: /asked for a proof at 0x.*, it gave one at 0x1212/,
    tamper: () => (method, message) =>
      method === PROOFS
        ? { ...message, result: { ...(message.result as object), at: `0x${'12'.repeat(32)}` } }
        : message,
  },
];

describe('a trial through an endpoint', () => {
  let network: Network;
  let block: BlockState;
  let truth: Written;
  let node: HostileNode;
  beforeAll(async () => {
    network = await startNetwork();
    for (let count = 0; count < 4; count += 1) network.nextBlock();
    block = stateOf(network.para.chain);
    truth = beginBlockAt(network.para.chain);
    node = await HostileNode.inFrontOf(network.para.url);
  });
  afterEach(() => {
    node.tamper = (_method, message) => message;
    node.intercept = () => undefined;
  });
  afterAll(async () => {
    await node.close();
    await network.close();
  });

  const tried = async (urls: readonly string[], requestTimeoutMs = 10_000): Promise<Written> => {
    const endpoints = new Endpoints({ urls, requestTimeoutMs });
    try {
      return await beginBlock(openFork(endpoints, block));
    } finally {
      await endpoints.close();
    }
  };

  it.each(FAULTS)('that $what, could not be run, and is run by the next one', async (fault) => {
    const misbehave = () => {
      node.intercept = fault.intercept?.() ?? (() => undefined);
      node.tamper = fault.tamper?.() ?? ((_method, message) => message);
    };
    misbehave();
    const alone = await tried([node.url], fault.timeoutMs).then(
      () => null,
      (error: unknown) => error,
    );
    expect(alone).toMatchObject({ code: fault.code, message: expect.stringMatching(fault.says) });
    expect(alone).toMatchObject({ message: expect.stringContaining(node.url) });
    misbehave();
    expect(await tried([node.url, network.para.url], fault.timeoutMs)).toEqual(truth);
  });

  it('that hangs up in the middle, could not be run, and is run by the next one', async () => {
    const hangUpAt = (count: number) => {
      let left = count;
      node.tamper = (method, message) => {
        if (method === PROOFS && --left < 0) node.hangUp();
        return message;
      };
    };
    hangUpAt(2);
    await expect(tried([node.url])).rejects.toMatchObject({
      code: 'RESCUE_NODE_UNREACHABLE',
      message: expect.stringMatching(/closed the connection/),
    });
    hangUpAt(2);
    expect(await tried([node.url, network.para.url])).toEqual(truth);
  });

  it('that hangs up once in the middle, and is there again, is run to its end', async () => {
    let left = 2;
    node.tamper = (method, message) => {
      if (method === PROOFS && left-- === 0) node.hangUp();
      return message;
    };
    expect(await tried([node.url])).toEqual(truth);
    expect(left).toBeLessThan(0);
  });

  it('could not be run when each of several fails in its own way, and each is named', async () => {
    const other = await HostileNode.inFrontOf(network.para.url);
    node.intercept = refuses(-32601, 'Method not found')();
    other.tamper = proves((proof) => proof.slice(1))();
    try {
      await expect(tried([node.url, other.url])).rejects.toMatchObject({
        code: 'RESCUE_NODE_UNREACHABLE',
        message: expect.stringMatching(
          new RegExp(`${node.url} gives no proofs.*${other.url}: its proof of .* does not hold`),
        ),
      });
    } finally {
      await other.close();
    }
  });
});

function withProof(message: Message, change: (proof: readonly Hex[]) => readonly string[]): Message {
  const result = message.result as { readonly proof: readonly Hex[] };
  return { ...message, result: { ...result, proof: change(result.proof) } };
}
