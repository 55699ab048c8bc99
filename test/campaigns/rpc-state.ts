import { Keyring } from '@polkadot/keyring';
import { PARA_ID } from '../../devnet/network.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import { Broadcaster } from '../../src/chain/extrinsics/broadcast.ts';
import { OutcomeReader } from '../../src/chain/extrinsics/extrinsic-outcome.ts';
import { createContractSubmitter, createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { judge } from '../../src/chain/extrinsics/verdict.ts';
import { assumeFinality } from '../../src/chain/finality/assumed.ts';
import type { FinalHeader } from '../../src/chain/finality/source.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { headerOf as askHeaderOf, type NodeHeader } from '../../src/chain/nodes/header-json.ts';
import { readToken } from '../../src/chain/nodes/token.ts';
import { createParaReader, createParaThread } from '../../src/chain/para/para-reader.ts';
import { Nonces } from '../../src/chain/proven/nonce.ts';
import { approvalStateAt } from '../../src/chain/relay/approval-state.ts';
import { includedHeadAt, limitsAt, observeAt } from '../../src/chain/relay/relay-observation.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { contractEvents, eventsOfExtrinsic } from '../../src/contract/chain/events.ts';
import { type ContractsChain, openRescueContract } from '../../src/contract/index.ts';
import type { SignedExtrinsic } from '../../src/domain/chain/extrinsics.ts';
import type { ParaReader } from '../../src/domain/ports/para.ts';
import type { ExtrinsicSubmitter } from '../../src/domain/ports/submitter.ts';
import { blake2b256, storageKey, storagePrefix } from '../../src/proof/index.ts';
import type { Block } from '../../src/sandbox/chain/block.ts';
import type { ChainAccess } from '../../src/sandbox/chain-access.ts';
import { World } from '../contract/world.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';
import { type Question, reading, type Side, sideOf } from './rpc-scene.ts';

const CODE_HASH = storageKey('Paras', 'CurrentCodeHash', { hasher: 'Twox64Concat', key: encodeU32(PARA_ID) });
const ISSUANCE = storageKey('Balances', 'TotalIssuance');
const CONTRACTS_ID = 1000;

const refOf = ({ hash, number, header }: Block) => ({ hash, number, stateRoot: toHex(header.stateRoot) });
const headerOf = (block: Block): NodeHeader => ({
  ref: refOf(block),
  parentHash: toHex(block.header.parentHash),
  bytes: block.encodedHeader,
});

/** What is asked of the nodes of a relay chain, of its para and of the contracts chain, at blocks that are known to be final. */
export async function stateQuestions(): Promise<{ questions: Question[]; close(): Promise<void> }> {
  const world = await World.start();
  const { network } = world;
  const bench = await world.deploy('evm');
  const beforeOptIn = network.contracts.chain.stateOf(network.contracts.chain.best);
  const signed = await act(network.relay.url, '//ParaManager', createRelaySubmitter, {
    kind: 'set-head',
    paraId: PARA_ID,
    head: Uint8Array.of(1, 2, 3),
  });
  await bench.act(bench.optIn(), world.manager);
  const optedIn = network.contracts.chain.best;
  for (let count = 0; count < 5; count += 1) network.nextBlock();
  const remark = toHex(network.contracts.chain.typesOf().call('system', 'remark', '0x01').toU8a());
  const waiting = await act(network.contracts.url, '//Alice', createContractSubmitter, remark, false);
  const optIn = network.contracts.chain.block(optedIn.hash)?.extrinsics.at(-1);
  if (!optIn) throw new Error('the opt-in is in no block');

  const old = network.relay.chain.stateOf(network.relay.chain.finalized);
  const relay = await sideWith('relay chain', network.relay, (access) =>
    stateInstead(access.chain, withValue(old, CODE_HASH, new Uint8Array(32).fill(0x66))),
  );
  const broken = await network.artifacts.read('para-broken');
  const para = await sideWith('para', network.para, ({ chain }) =>
    stateInstead(chain, withValue(chain.stateOf(chain.best), encodeText(':code'), broken)),
  );
  const contracts = await sideWith('contracts chain', network.contracts, ({ chain }) =>
    stateInstead(chain, beforeOptIn),
  );

  const final: FinalHeader = {
    ...headerOf(network.relay.chain.finalized),
    trust: 'justified',
    actable: true,
    time: null,
  };
  const thread = createParaThread();
  const head = refOf(network.para.chain.best);
  const byPara = (
    name: string,
    weight: number,
    read: (reader: ParaReader) => Promise<unknown>,
    more?: Partial<Question>,
  ) => reading(para, name, weight, (endpoints) => read(createParaReader({ endpoints }, thread)), more);
  const contractsHead = network.contracts.chain.finalized;
  const contractsFinal = headerOf(contractsHead);
  /** The contracts chain as it was opened by honest nodes, read by others. */
  const byContracts = (name: string, weight: number, work: (chain: ContractsChain) => Promise<unknown>) =>
    reading(contracts, name, weight, async (endpoints, proven) =>
      work({
        ...world.chain,
        endpoints,
        proven,
        finalized: async () => contractsHead.hash,
        stateAt: async (hash) => (await askHeaderOf(endpoints, hash)).ref,
      }),
    );

  const questions: Question[] = [
    reading(relay, 'the paras at a relay block', 6, (endpoints, chain) =>
      endpoints.use((node) => observeAt(node, chain, final, [PARA_ID, CONTRACTS_ID])),
    ),
    reading(relay, 'the limits of the relay chain and a head', 6, (endpoints, chain) =>
      endpoints.use(async (node) => [
        await limitsAt(node, chain, final),
        await includedHeadAt(node, chain, final, PARA_ID),
      ]),
    ),
    reading(relay, 'the approval of a call', 6, (endpoints, chain) =>
      endpoints.use((node) =>
        approvalStateAt(node, chain, final, bench.parties, `0x${'11'.repeat(32)}`, world.manager.account),
      ),
    ),
    reading(relay, 'a proof of a head', 10, async (endpoints) => {
      const finality = assumeFinality({
        endpoints,
        actable: false,
        silenceMs: 60_000,
        onTrouble: () => undefined,
      });
      try {
        const { header } = await createRelayReader({ endpoints, finality }).proveHead(PARA_ID, final.ref);
        return header;
      } finally {
        await finality.close();
      }
    }),
    reading(relay, 'what became of an extrinsic', 8, (endpoints, chain) =>
      new OutcomeReader(endpoints, chain).read(final, signed),
    ),
    reading(
      relay,
      'the nonce of an account',
      6,
      (endpoints, chain) =>
        new Nonces(endpoints, chain, async () => []).next(final.ref, signed.signer ?? '0x'),
      { told: 'alone' },
    ),
    reading(contracts, 'what becomes of an extrinsic that waits', 1, async (endpoints, chain) => [
      await new OutcomeReader(endpoints, chain).read(contractsFinal, waiting),
      await endpoints.use((node) => judge(node, chain, contractsFinal.ref, waiting)),
    ]),
    reading(
      contracts,
      'whether an extrinsic is taken',
      3,
      async (endpoints) => {
        const { kind } = await new Broadcaster(endpoints).send(waiting);
        return kind;
      },
      { told: 'always' },
    ),
    reading(relay, 'the token', 1, (endpoints) => readToken(endpoints), { told: 'always' }),
    byPara('the code of a para', 1, (reader) => reader.codeHash(head)),
    byPara('the version of a para', 1, (reader) => reader.runtimeVersion(head)),
    byPara('whether a head is known', 4, async (reader) => (await reader.knowsHead(head.hash)).known, {
      told: 'alone',
    }),
    byPara('a proof of the para', 10, async (reader) => {
      await reader.prove(head, [ISSUANCE]);
    }),
    byPara(
      'a page of keys',
      3,
      async (reader) =>
        (await reader.keysPaged(head.hash, storagePrefix('System', 'Account'), 20, null)).map(toHex),
      { told: 'always' },
    ),
    byContracts('the state of a contract', 3, (chain) => openRescueContract(chain, bench.address).state()),
    byContracts('the events of a contract', 3, (chain) => contractEvents(chain, bench.address, optedIn.hash)),
    byContracts('the events of a call', 3, (chain) =>
      eventsOfExtrinsic(chain, bench.address, optedIn.hash, toHex(blake2b256(optIn))),
    ),
  ];
  return {
    questions,
    close: async () => {
      await Promise.all([relay.close(), para.close(), contracts.close(), thread.close()]);
      await world.close();
    },
  };

  async function sideWith(
    chain: string,
    access: ChainAccess,
    lie: (access: ChainAccess) => ReturnType<typeof stateInstead>,
  ): Promise<Side> {
    const liar = await network.openNode(access);
    liar.filter = lie(access);
    return sideOf(chain, { url: access.url }, { url: liar.url });
  }

  /** Signs, and with `sends` sends, a call at an honest node. */
  async function act<Call>(
    url: string,
    who: string,
    submitterOf: (options: Parameters<typeof createRelaySubmitter>[0]) => ExtrinsicSubmitter<Call>,
    call: Call,
    sends = true,
  ): Promise<SignedExtrinsic> {
    const endpoints = new Endpoints({ urls: [url] });
    try {
      const pair = new Keyring({ type: 'sr25519' }).addFromUri(who);
      const submitter = submitterOf({ endpoints, signer: { pair, account: toHex(pair.publicKey) } });
      const extrinsic = await submitter.sign(call);
      if (sends) await submitter.broadcast(extrinsic);
      return extrinsic;
    } finally {
      await endpoints.close();
    }
  }
}
