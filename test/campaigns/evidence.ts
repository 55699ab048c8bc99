import { type Canonical, canonicalJson } from '../../src/domain/canonical-json.ts';
import { toJson } from '../../src/domain/json.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { writeEvidence } from '../../src/voting/evidence/writer.ts';
import type { Random } from '../proof/proof-mutations.ts';
import { sampleEvidence } from '../voting/evidence-sample.ts';
import { Breach, type Outcome, type Target } from './campaign.ts';
import { mutateJson, mutateText } from './json-mutations.ts';

/**
 * Damaged evidence bundles. None may be found to hold with another result than the unharmed one has, and no fault of a
 * bundle may be thrown: it is a point that fails.
 */
export async function evidenceTarget(): Promise<Target> {
  await signaturesReady();
  const lines: string[] = [];
  for await (const line of writeEvidence(sampleEvidence(4))) lines.push(line);
  const truth = await verdict(lines.join(''));
  if (truth === null) throw new Breach('the unharmed bundle does not hold');
  return {
    name: 'evidence',
    attack: async (random): Promise<Outcome> => {
      const found = await verdict(damaged(random, lines));
      if (found === null) return 'refused';
      if (found === truth) return 'same';
      throw new Breach(`a damaged bundle holds with another result: ${found}`);
    },
  };
}

/** What the bundle decides, as text; null when it does not hold. */
async function verdict(bundle: string): Promise<string | null> {
  const report = await verifyEvidence([new TextEncoder().encode(bundle)]);
  if (report.result === null) return null;
  // When the votes came in and the decision fell is the service's word.
  const { decidedAt: _decidedAt, ...proven } = report.result;
  return toJson(proven);
}

function damaged(random: Random, lines: readonly string[]): string {
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  switch (random.below(6)) {
    case 0:
      return mutateText(random, lines.join(''));
    case 1:
      return lines.toSpliced(at, 1).join('');
    case 2:
      return lines.toSpliced(random.below(lines.length + 1), 0, line).join('');
    case 3: {
      const other = random.below(lines.length);
      return lines
        .with(at, lines[other] ?? '')
        .with(other, line)
        .join('');
    }
    default:
      return lines.with(at, `${canonical(mutateJson(random, JSON.parse(line)))}\n`).join('');
  }
}

function canonical(value: unknown): string {
  try {
    return canonicalJson(value as Canonical);
  } catch {
    // What has no canonical form comes as it is.
    return JSON.stringify(value);
  }
}
