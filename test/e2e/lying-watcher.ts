import { createServer } from 'node:http';
import type { DevAccount } from '../../devnet/keys.ts';
import type { ContractsNetwork } from '../../devnet/network.ts';
import { type ContractCast, submitBytes } from '../../devnet/rescue-contract.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import type { ContractDecision } from '../../src/domain/contract/rescue-contract.ts';
import { toJson } from '../../src/domain/json.ts';
import type { CountedVote, Proposal } from '../../src/domain/round/round.ts';
import type { Hex, ParaBlock } from '../../src/domain/units.ts';
import { hashBundle } from '../../src/voting/evidence/hash.ts';
import type { WatcherScene } from './watcher-scene.ts';

const NO_HASH: Hex = `0x${'00'.repeat(32)}`;

export interface Liar {
  /** Of the decision that it attested to the contract. */
  readonly decisionId: Hex;
  /** What others asked it for. */
  asked(): readonly string[];
  close(): Promise<void>;
}

/**
 * Takes the place of a watcher: attests with its key, before anybody else, a decision for a code that nobody voted for,
 * gives out an endless number of forged votes, and evidence that was changed after the count.
 */
export async function startLiar(
  scene: WatcherScene,
  url: string,
  honest: string,
  proposal: Proposal,
): Promise<Liar> {
  const { network, cast } = scene;
  const [, account] = cast.watchers;
  const { anchor } = await createServiceClient(honest).para(network.paraId);
  if (!account || !anchor) throw new Error('the scene has no second watcher, or no anchor');
  const lie = await attestLie(network, cast, account, proposal, anchor.head.number);
  const decisionId = await cast.contract.idOf(lie);

  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const what = request.url?.split('/').at(-1)?.split('?')[0] ?? '';
    asked.push(what);
    if (what === 'votes') {
      response.setHeader('content-type', 'application/json');
      response.end(toJson({ votes: forgedVotes(scene, proposal) }));
    } else if (what === 'evidence') {
      response.end(await changedEvidence(honest, network.paraId));
    } else {
      response.statusCode = 500;
      response.end('nonsense');
    }
  });
  const { port, hostname } = new URL(url);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), hostname, resolve);
  });
  return {
    decisionId,
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A watcher that lies: attests, with its key, a code for which nobody voted. */
async function attestLie(
  network: ContractsNetwork,
  { contract }: ContractCast,
  liar: DevAccount,
  proposal: Proposal,
  anchorNumber: ParaBlock,
): Promise<ContractDecision> {
  const { policyHash: policy } = await contract.state();
  const decision: ContractDecision = {
    para: proposal.paraId,
    anchorNumber,
    anchorHead: proposal.anchor,
    round: proposal.round,
    attempt: 0,
    policyHash: policy ?? NO_HASH,
    codeHash: `0x${'66'.repeat(32)}`,
    ayes: 10n ** 30n,
    nays: 0n,
    abstains: 0n,
    electorate: 10n ** 30n,
    evidenceHash: `0x${'67'.repeat(32)}`,
    messageHash: `0x${'68'.repeat(32)}`,
    cancelOffset: 0,
    cancelHash: NO_HASH,
  };
  const call = await contract.prepare({ kind: 'attest', decision }, liar.account);
  submitBytes(network, network.contracts.chain, call, liar);
  return decision;
}

/** The holders' votes turned into nays with a signature of something else. */
function forgedVotes({ network }: WatcherScene, proposal: Proposal): CountedVote[] {
  return network.holders.map(({ account }) => ({
    relayGenesis: proposal.relayGenesis,
    paraId: proposal.paraId,
    anchor: proposal.anchor,
    round: proposal.round,
    proposal: proposal.hash,
    choice: 'nay',
    account,
    sequence: 9,
    signature: `0x${'5a'.repeat(64)}`,
    scheme: 'sr25519',
    power: 10n ** 25n,
    admittedAt: proposal.admittedAt + 1,
  }));
}

/** An honest bundle in which one vote counts ten times. */
async function changedEvidence(honest: string, paraId: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of hashBundle(await createServiceClient(honest).evidence(paraId)).chunks)
    chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return Buffer.from(text.replace(/("power":")(\d+")/, '$19$2'), 'utf8');
}
