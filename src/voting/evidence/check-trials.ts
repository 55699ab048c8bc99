import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { type Canonical, canonicalJson } from '../../domain/canonical-json.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { TrialRules } from '../../domain/policy/trial-rules.ts';
import { proposalTrial, trialSummary } from '../../domain/records/trial.ts';
import { type ProposalTrial, summaryOf, type TrialSummary } from '../../domain/trial/proposal-trial.ts';
import type { ParaId } from '../../domain/units.ts';
import { blake2b256 } from '../../proof/hash.ts';
import type { Line } from './format.ts';
import type { PointBoard } from './points.ts';
import { plain } from './trials.ts';

/** What a trial rests on, as a bundle carries it. */
export interface TrialToRepeat extends Pick<ProposalTrial, 'relayHeader' | 'watched'> {
  readonly paraId: ParaId;
  readonly paraHeader: Hex;
  readonly code: Uint8Array;
  readonly blocks: number;
  /** Of both states. */
  readonly nodes: readonly Uint8Array[];
}

/**
 * Does a trial again, with nothing but what is given.
 * @throws RESCUE_PROOF_INVALID when that does not suffice, and other errors when it could not be run here
 */
export type RepeatTrial = (trial: TrialToRepeat) => Promise<Pick<ProposalTrial, 'report' | 'difference'>>;

/** Bytes of memory for what a bundle carries for trials. */
const MOST_BYTES = 128 * 1024 * 1024;
/** What holding a node costs besides its bytes: nodes may be tiny. */
const NODE_COST = 200;
/** Characters of the trials in a bundle, most of which are what the codes change. */
const MOST_TEXT = 64 * 1024 * 1024;

/** Trials that are repeated, as many as a service admits proposals to a round: each may take a minute. */
const MOST_REPEATED = 16;

/** Collects what a bundle says of trials, and repeats them. */
export class TrialCheck {
  readonly #trials: Line<'trial'>[] = [];
  readonly #codes = new Map<Hex, Uint8Array>();
  readonly #nodes: Uint8Array[] = [];
  #bytes = 0;
  #text = 0;
  #repeats = 0;

  take(line: Line<'trial' | 'code' | 'trial-node'>): void {
    if (line.kind === 'trial') {
      this.#text += canonicalJson(line.trial as Canonical).length;
      if (this.#text <= MOST_TEXT) this.#trials.push(line);
      return;
    }
    const bytes = fromHex(line.bytes);
    this.#bytes += bytes.length + NODE_COST;
    if (this.#bytes > MOST_BYTES) return;
    if (line.kind === 'code') this.#codes.set(toHex(blake2b256(bytes)), bytes);
    else this.#nodes.push(bytes);
  }

  /** `proposals` are those of the bundle, by hash; the anchor's parts must hold. */
  async end(
    board: PointBoard,
    place: {
      readonly paraId: ParaId;
      readonly relayHeader: Hex;
      readonly paraHeader: Hex;
      readonly proposals: ReadonlyMap<Hex, Line<'proposal'>>;
      readonly rules: TrialRules;
    },
    repeat: RepeatTrial | undefined,
  ): Promise<void> {
    if (this.#text > MOST_TEXT) {
      board.open('trials', 'the bundle says more of its trials than is taken in');
      return;
    }
    const open: string[] = [];
    let last: Hex | '' = '';
    for (const line of this.#trials) {
      const name = `the trial of proposal ${line.proposal}`;
      const proposal = place.proposals.get(line.proposal);
      if (!proposal || line.proposal <= last) {
        board.fails('trials', `${name} is of no proposal of the round, or not in its place`);
        return;
      }
      last = line.proposal;
      const read = readTrial(line);
      if (typeof read === 'string') {
        board.fails('trials', `${name} ${read}`);
        return;
      }
      const { summary, trial } = read;
      const against = againstRules(summary, place.rules);
      if (against !== null) {
        board.fails('trials', `${name} ${against}`);
        return;
      }
      if (trial === null) {
        open.push(`proposal ${line.proposal} was not tried: ${summary.sentence}`);
        continue;
      }
      if (trial.relayHeader !== place.relayHeader) {
        const { number, hash } = trial.report.relayParent;
        open.push(`${name} rests on relay block ${number} (${hash}), of which the bundle proves nothing`);
      }
      const found = await this.#repeated(line, trial, proposal, place, repeat);
      if (found === null) continue;
      if ('open' in found) open.push(`${name} ${found.open}`);
      else {
        board.fails('trials', `${name} ${found.fails}`);
        return;
      }
    }
    const told = new Set(this.#trials.map(({ proposal }) => proposal));
    for (const hash of place.proposals.keys()) {
      if (!told.has(hash)) open.push(`the bundle has no trial of proposal ${hash}`);
    }
    if (this.#trials.length === 0) board.open('trials', 'the bundle has no trials');
    else if (open.length > 0) board.open('trials', open.join('; '));
    else board.holds('trials', `${this.#trials.length} trials, repeated from the bundle alone`);
  }

  /** Null when the trial comes to the same again. */
  async #repeated(
    { carried }: Line<'trial'>,
    trial: ProposalTrial,
    { codeHash }: Line<'proposal'>,
    { paraId, paraHeader }: { readonly paraId: ParaId; readonly paraHeader: Hex },
    repeat: RepeatTrial | undefined,
  ): Promise<{ readonly open: string } | { readonly fails: string } | null> {
    if (!carried) return { open: 'is not repeated: the bundle does not carry what that takes' };
    if (!repeat) return { open: 'is not repeated: this program runs no code' };
    if (this.#bytes > MOST_BYTES)
      return { open: 'is not repeated: the bundle carries more than is taken in' };
    const code = this.#codes.get(codeHash);
    if (!code) return { fails: `lacks the code ${codeHash}, which the bundle says it carries` };
    this.#repeats += 1;
    if (this.#repeats > MOST_REPEATED) return { open: `is not repeated: ${MOST_REPEATED} others were` };
    const { relayHeader, watched, report } = trial;
    try {
      const again = await repeat({
        paraId,
        relayHeader,
        paraHeader,
        code,
        blocks: report.wanted,
        watched,
        nodes: this.#nodes,
      });
      const other = firstDifference(plain({ relayHeader, watched, ...again }), plain(trial), '');
      return other === null ? null : { fails: `comes to something else when it is repeated: ${other}` };
    } catch (error) {
      if (!(error instanceof RescueError)) throw error;
      if (error.code === 'RESCUE_PROOF_INVALID') return { fails: `cannot be repeated: ${error.message}` };
      return { open: `could not be repeated here: ${messageOf(error)}` };
    }
  }
}

/** The parts of a line, or what is wrong with it. */
function readTrial(line: Line<'trial'>) {
  const summary = trialSummary.strict.safeParse(line.summary);
  const trial = proposalTrial.strict.nullable().safeParse(line.trial);
  if (!summary.success || !trial.success) return 'is not written as trials are';
  const { data } = trial;
  if ((data === null) !== (summary.data.outcome === 'untried'))
    return 'and its summary do not belong together';
  if (data !== null && firstDifference(plain(summaryOf(data)), plain(summary.data), '') !== null) {
    return 'says something else than its summary';
  }
  return { summary: summary.data, trial: data };
}

/** What the policy would have done otherwise; null for nothing. */
function againstRules({ outcome, wanted }: TrialSummary, rules: TrialRules): string | null {
  if (wanted !== rules.blocks) return `is one of ${wanted} blocks, and the policy wants ${rules.blocks}`;
  if (outcome === 'failed' && rules.failed === 'refuse') return 'failed, and the policy refuses what fails';
  if (outcome === 'untried' && rules.untried === 'refuse')
    return 'could not be had, and the policy refuses what was not tried';
  return null;
}

/** Characters of a value that are shown. */
const SHOWN = 120;

/** Where two values without undefined members differ first, for people; null when they do not. */
function firstDifference(found: unknown, claimed: unknown, path: string): string | null {
  if (isBranch(found) && isBranch(claimed)) {
    const names = new Set([...Object.keys(found), ...Object.keys(claimed)]);
    for (const name of names) {
      const at = path === '' ? name : `${path}.${name}`;
      const other = firstDifference(Reflect.get(found, name), Reflect.get(claimed, name), at);
      if (other !== null) return other;
    }
    return null;
  }
  const [here, there] = [found, claimed].map((value) =>
    value === undefined ? 'nothing' : canonicalJson(value as Canonical),
  );
  if (here === there) return null;
  return `${path} is ${there?.slice(0, SHOWN)} in the bundle, ${here?.slice(0, SHOWN)} here`;
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
