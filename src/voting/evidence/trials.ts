import { fromHex, toHex } from '../../bytes/hex.ts';
import { toJson } from '../../domain/json.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { KeptTrial, Ledger, RoundKey } from '../../domain/ports/ledger.ts';
import type { Proposal } from '../../domain/round/round.ts';
import type { Hex } from '../../domain/units.ts';
import { encodeLine, type Line } from './format.ts';

export interface TrialSources {
  readonly ledger: Pick<Ledger, 'proposals' | 'trial' | 'code'>;
  readonly census: Pick<CensusStore, 'node'>;
}

/** Bytes of code, nodes and values that a bundle carries. What would be more is left out, trial by trial, and said. */
const MOST_CARRIED = 48 * 1024 * 1024;
/** Bytes of one code, node or value: a line has at most 16 MiB, and writes each byte as two digits. */
const LARGEST_CARRIED = 8_000_000;

interface Carried {
  /** Hashes of proposed codes, which are read when their turn comes. */
  readonly codes: Set<Hex>;
  readonly nodes: Map<Hex, Uint8Array>;
  bytes: number;
}

/** The lines behind the result of a round: what came of trying each proposal, and what it takes to repeat that. */
export async function* writeTrials(
  { ledger, census }: TrialSources,
  round: RoundKey,
): AsyncGenerator<string> {
  const carried: Carried = { codes: new Set(), nodes: new Map(), bytes: 0 };
  const proposals = (await ledger.proposals(round)).toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  for (const proposal of proposals) {
    if (!proposal.trial) continue;
    const kept = await ledger.trial(round, proposal.hash);
    yield encodeLine({
      kind: 'trial',
      proposal: proposal.hash,
      summary: plain(proposal.trial),
      trial: kept && plain(kept.trial),
      carried: kept !== null && (await carry(carried, proposal, kept, census)),
    });
  }
  for (const hash of carried.codes) {
    const code = await ledger.code(hash);
    if (code) yield encodeLine({ kind: 'code', bytes: toHex(code) });
  }
  for (const bytes of carried.nodes.values()) yield encodeLine({ kind: 'trial-node', bytes: toHex(bytes) });
}

/** Takes up what repeats a trial; false, and nothing of it, where that is too much or not all there. */
async function carry(
  carried: Carried,
  { codeHash, codeSize }: Proposal,
  { nodes: wanted }: KeptTrial,
  { node }: Pick<CensusStore, 'node'>,
): Promise<boolean> {
  const isKnown = carried.codes.has(codeHash);
  const nodes = new Map<Hex, Uint8Array>();
  let bytes = isKnown ? 0 : codeSize;
  if (codeSize > LARGEST_CARRIED) return false;
  for (const hash of wanted) {
    if (carried.nodes.has(hash)) continue;
    const found = await node(fromHex(hash));
    if (found === null || found.length > LARGEST_CARRIED) return false;
    bytes += found.length;
    if (carried.bytes + bytes > MOST_CARRIED) return false;
    nodes.set(hash, found);
  }
  carried.codes.add(codeHash);
  for (const [hash, found] of nodes) carried.nodes.set(hash, found);
  carried.bytes += bytes;
  return true;
}

/** As it is written: amounts as text, and nothing that is undefined. */
export function plain(value: unknown): Line<'trial'>['trial'] {
  return JSON.parse(toJson(value)) as Line<'trial'>['trial'];
}
