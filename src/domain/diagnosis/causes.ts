/** Why a para stopped. A name never changes its meaning: alerts, records of incidents and other programs know it. */
export const CAUSES = [
  'relay-stalled',
  'inclusion-frozen',
  'fleet-wide',
  'not-live',
  'no-core',
  'foreign-head',
  'not-available',
  'upgrade-stuck',
  'code-mismatch',
  'messages-differ',
  'wrong-head',
  'collator-settings',
  'bad-runtime',
  'relay-upgrade',
  'head-lost',
  'pvf-rejected',
  'collators-down',
] as const;
export type Cause = (typeof CAUSES)[number];

/**
 * How well something is known, best first. `proven`: storage under the state root of a block whose finality is proven.
 * `executed`: computed here from proven state and code. `agreed`: as many independent endpoints as the configuration wants say the same.
 * `told`: by one node. `inferred`: nothing shows it; it fits to what is known, and other explanations are ruled out or could not be
 * looked at.
 */
export const CONFIDENCES = ['proven', 'executed', 'agreed', 'told', 'inferred'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** The weakest of them: a conclusion is no better than what it rests on. */
export function weakest(...of: readonly Confidence[]): Confidence {
  return CONFIDENCES[Math.max(0, ...of.map((confidence) => CONFIDENCES.indexOf(confidence)))] ?? 'inferred';
}
