import { castVote } from '../../../src/client/acts.ts';
import { RescueError } from '../../../src/domain/errors.ts';
import type { Proposal } from '../../../src/domain/round/round.ts';
import type { ParaStatus } from '../../../src/domain/views/status.ts';
import { signerFromUri } from '../../../src/voting/ballots/text-signer.ts';
import type { Scene } from '../../e2e/scene.ts';
import { askUntil } from '../../support/ask-until.ts';

/**
 * The para gets a runtime that panics, and its people rescue it through the service: they propose, vote and install the substitute, and
 * try anew whatever is refused while endpoints fail. Resolves when it is healthy, or `isOver`.
 */
export async function rescueByVotes(
  scene: Scene,
  isOver: () => boolean,
  say: (line: string) => void,
): Promise<ParaStatus> {
  const { network, client } = scene;
  say('an upgrade ships a runtime that panics');
  await network.faults.breakRuntime();
  const voted = new Set<string>();
  let proposal: Proposal | null = null;
  let installed = false;
  let refused = '';

  const act = async ({ state, anchor, roundId }: ParaStatus): Promise<void> => {
    if (state === 'optInRescue' && anchor !== null && roundId !== null && proposal?.roundId !== roundId) {
      proposal = await scene.propose();
    }
    if (state === 'voting' && proposal?.roundId === roundId) {
      for (const { uri } of network.holders) {
        if (voted.has(`${roundId} ${uri}`)) continue;
        await castVote(client, proposal, signerFromUri(uri), 'aye');
        voted.add(`${roundId} ${uri}`);
      }
    }
    if (state === 'upgrading.awaitingFirstHeads' && !installed) {
      const { blockNumber } = await client.substitute(network.paraId);
      network.installSubstitute(blockNumber, await network.artifacts.read('para-fixed'));
      installed = true;
    }
    if (state === 'escalated') await client.retry(network.paraId);
  };

  return askUntil(
    async () => {
      const para = await client.para(network.paraId);
      await act(para).catch((error) => {
        if (!(error instanceof RescueError)) throw error;
        if (error.message !== refused) say(`refused: ${error.message}`);
        refused = error.message;
      });
      return para;
    },
    ({ state }) => (installed && state === 'healthy') || isOver(),
  );
}
