import { createServer } from 'node:http';
import { attestLie } from '../../devnet/rescue-contract.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { toJson } from '../../src/domain/json.ts';
import type { CountedVote, Proposal } from '../../src/domain/round/round.ts';
import type { Hex } from '../../src/domain/units.ts';
import { hashBundle } from '../../src/voting/evidence/hash.ts';
import type { WatcherScene } from './watcher-scene.ts';

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

/** The holders' votes turned into nays with a signature of something else. */
function forgedVotes({ network }: WatcherScene, proposal: Proposal): CountedVote[] {
  return network.holders.map(({ account }) => ({
    relayGenesis: proposal.relayGenesis,
    paraId: proposal.paraId,
    anchor: proposal.anchor,
    round: proposal.round,
    roundId: proposal.roundId,
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
