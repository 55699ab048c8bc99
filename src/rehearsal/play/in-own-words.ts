import { scheduleStep } from '../../routes/registrar/plan.ts';
import type { RehearsedStep } from '../report.ts';
import type { Played, Stage } from './play.ts';

/**
 * Where no route can be taken, the manager's call is made all the same, to hear what the relay chain itself says to it.
 * @returns what was played, with that call
 */
export async function inOwnWords(stage: Stage, played: Played, code: Uint8Array): Promise<Played> {
  const { verdict, route, before } = played;
  const { rescue, submitter, network, calls, side } = stage;
  const manager = submitter.signer();
  const isManagers = rescue.policy.routes.includes('registrar');
  if (verdict.kind === 'lives' || route !== null || manager === null || !isManagers) return played;
  const extrinsic = await submitter.sign({ kind: 'schedule-code', paraId: rescue.paraId, code });
  const told = await submitter.broadcast(extrinsic);
  if (told.kind === 'taken') await network.next();
  const [call] = await calls.take();
  if (!call) return played;
  const [seen] = (await side.reader.observe([rescue.paraId])).paras;
  const { id, title } = scheduleStep({
    codeHash: rescue.approved.codeHash,
    codeSize: code.length,
    head: rescue.anchor.head.hash,
    manager,
  });
  const step: RehearsedStep = {
    id,
    title,
    outcome: 'failed',
    from: before.relay.number,
    to: seen?.relay.number ?? null,
    facts: [],
    calls: [call],
  };
  const said =
    call.problem === null
      ? 'The relay chain takes the call all the same, and nothing follows from it'
      : `The relay chain says to the call: ${call.problem.replace(/\.+$/, '')}`;
  return {
    ...played,
    steps: [step],
    after: seen ?? played.after,
    verdict: { ...verdict, step: id, words: `${verdict.words} ${said}.`, helps: helpsOf(played) },
  };
}

function helpsOf({ before: { registrar } }: Played): string[] {
  if (registrar?.locked !== true) return [];
  return [
    'registrar.removeLock, by the para itself while it lives (by XCM, with its own origin), or by root of the relay chain',
    'paras.authorizeForceSetCurrentCodeHash by root of the relay chain, then paras.applyAuthorizedForceSetCurrentCode by anyone',
  ];
}
