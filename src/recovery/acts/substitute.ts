import { toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { Incidents } from '../../domain/ports/incidents.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import type { Hex, ParaBlock } from '../../domain/units.ts';
import type { SubstituteInstruction } from '../../domain/views/voting.ts';
import type { OwnCode } from '../../readiness/look-at-para.ts';
import type { ParaTracker, WatchedPara } from '../para/tracker.ts';

/** Code that holders approved, and from which block's state on nodes take it. */
interface ApprovedCode {
  readonly codeHash: Hex;
  readonly from: ParaBlock;
  /** Label of the para's code at that block; null where the round's anchor is not kept. */
  readonly specVersion: number | null;
  /** The incident in which it was approved, when the machine does not work on the decision any more. */
  readonly past: Incident | null;
}

interface Asked extends Pick<ParaTracker, 'own'> {
  readonly para: Pick<WatchedPara, 'id'> & { readonly reader: Pick<ParaReader, 'codeHash'> };
  readonly runner: Pick<ParaTracker['runner'], 'context'>;
}

interface Sources {
  readonly ledger: Pick<Ledger, 'code' | 'rounds' | 'anchor'>;
  readonly incidents: Pick<Incidents, 'page'>;
}

/**
 * The code that is being carried out, else the one that was last: nodes are asked for it for as long as they may run it.
 * @throws RESCUE_STATE_REFUSES when none was ever approved
 */
export async function substituteOf(sources: Sources, tracker: Asked): Promise<SubstituteInstruction> {
  const found = approvedNow(tracker) ?? (await approvedBefore(sources, tracker.para.id));
  const code = found && (await sources.ledger.code(found.codeHash));
  if (!found || !code) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      'No code was approved for this para, so there is no substitute to install.',
    );
  }
  const { from, codeHash, past } = found;
  const { needed, text } = past === null ? await installation(found, tracker) : use(found, tracker.own());
  return {
    paraId: tracker.para.id,
    blockNumber: from,
    codeHash,
    code: toHex(code),
    needed,
    ...(past !== null && { incident: past.number }),
    text,
  };
}

function approvedNow({ runner }: Asked): ApprovedCode | null {
  const { approved, anchor } = runner.context();
  if (approved === null || anchor === null) return null;
  const { codeHash } = approved;
  return { codeHash, from: anchor.head.number, specVersion: anchor.runtime.specVersion, past: null };
}

/** Of the newest incident whose code the relay chain switched to; where there is none, of the newest with approved code. */
async function approvedBefore({ ledger, incidents }: Sources, paraId: number): Promise<ApprovedCode | null> {
  const past = await newestApproved(incidents, paraId);
  const codeHash = past?.approved?.codeHash;
  if (past === null || codeHash === undefined) return null;
  const round = past.rounds.entries.findLast(({ approved }) => approved?.codeHash === codeHash);
  const record = (await ledger.rounds(paraId)).find(({ roundId }) => roundId === round?.roundId);
  const frozen = record && (await ledger.anchor(paraId, record.anchor, record.anchoredAt));
  const from = frozen?.anchor.head.number ?? past.onset.head?.number;
  if (from === undefined) return null;
  return { codeHash, from, specVersion: frozen?.anchor.runtime.specVersion ?? null, past };
}

async function newestApproved(incidents: Sources['incidents'], paraId: number): Promise<Incident | null> {
  let newest: Incident | null = null;
  let before: number | undefined;
  for (;;) {
    const page = await incidents.page({ paraId, before });
    for (const incident of page.incidents) {
      if (incident.approved === null) continue;
      if (incident.enacted !== null) return incident;
      newest ??= incident;
    }
    if (page.next === null) return newest;
    before = page.next;
  }
}

type Told = Pick<SubstituteInstruction, 'text'> & { readonly needed: boolean };

const NOT_NEEDED =
  "No substitute is needed: the approved code is the para's own. Nodes that have one of an earlier attempt take it out of their chain spec and restart.";

/** For those who are to install it. */
async function installation(
  { codeHash, from, specVersion }: ApprovedCode,
  { runner, para }: Asked,
): Promise<Told> {
  const head = runner.context().anchor?.head;
  const own = head && (await answerOf(async () => ({ hash: await para.reader.codeHash(head) })));
  if (own && !('trouble' in own) && own.hash === codeHash) return { needed: false, text: NOT_NEEDED };
  return {
    needed: true,
    text:
      `Add to the chain spec of every node of the para: "codeSubstitutes": { "${from}": "<code>" }, ` +
      'and restart the node. It is used from the state of that block on, until an upgrade above spec version ' +
      `${specVersion}. One of spec version ${specVersion} that is there already has to go: of two with one label nodes take either.`,
  };
}

/** For those who ask afterwards whether it is still in use. */
function use({ codeHash, from, specVersion, past }: ApprovedCode, own: OwnCode | null): Told {
  const enacted = past?.enacted ?? null;
  const when =
    enacted === null
      ? 'the relay chain was not seen to switch to it'
      : `the relay chain switched to it${enacted.relayBlock === null ? '' : ` by block ${enacted.relayBlock}`}`;
  const what = `This code was approved in incident ${past?.number}, and ${when}.`;
  if (own?.codeHash === codeHash) return { needed: false, text: `${what} ${NOT_NEEDED}` };
  if (own === null || specVersion === null) {
    return {
      needed: true,
      text: `${what} Whether it is in use is not known here, for the para's own code was not read: ask its nodes.`,
    };
  }
  if (own.specVersion !== specVersion) {
    return {
      needed: false,
      text: `${what} As a substitute it has had its time: the para's code is labelled ${own.specVersion} by now, and not ${specVersion}. Its entry at block ${from} stays in the spec of nodes that sync from the beginning.`,
    };
  }
  return {
    needed: true,
    text: `${what} The para's own code is still labelled ${specVersion}, so that every node needs it as the substitute from block ${from} on, until an upgrade above spec version ${specVersion}.`,
  };
}
