import type { ParaObservation } from '../chain/observation.ts';
import type { Hex } from '../units.ts';
import { CAUSES, type Cause } from './causes.ts';
import { COLLATORS_DOWN } from './diagnosis.ts';
import type { DiagnosisFacts } from './facts.ts';
import { RULES } from './rules/all-rules.ts';

const ZERO: Hex = `0x${'00'.repeat(32)}`;
const OBSERVATION: ParaObservation = {
  paraId: 2000,
  relay: { number: 1000, hash: ZERO, stateRoot: ZERO },
  relayBest: 1000,
  trust: 'justified',
  actable: true,
  headData: null,
  head: null,
  mostRecentContext: 900,
  lifecycle: 'Parachain',
  currentCodeHash: ZERO,
  futureCodeHash: null,
  futureCodeUpgrade: null,
  futureCodeUpgradeAt: null,
  upgradeGoAhead: null,
  upgradeRestriction: 'Present',
  upgradeCooldownUntil: null,
  pvfVotes: [],
  authorizedCode: null,
  registrar: null,
  hasCore: true,
  disputesFrozen: null,
};
/** A para on a relay chain of today, of which nothing special is known: what is said of it is said of any. */
const ANY_PARA: DiagnosisFacts = {
  observation: OBSERVATION,
  relayLive: true,
  fleet: { watched: 1, stoppedTogether: 1 },
  relayUpgradedAt: undefined,
  codeChangedAt: undefined,
  pvfRejectedAt: undefined,
  paraCodeHash: undefined,
  headKnown: undefined,
  nextBlock: { kind: 'accepted' },
  untried: undefined,
};

/** The catalogue of causes for docs/diagnosis.md, in the order in which they are looked for. */
export function causesPage(): string {
  return CAUSES.map(section).join('\n');
}

function section(cause: Cause): string {
  const rules = [...RULES, COLLATORS_DOWN].filter((rule) => rule.cause === cause);
  const parts = rules.map((rule) => {
    const { remedies, warnings } = { remedies: rule.remedies(ANY_PARA), warnings: rule.warnings(ANY_PARA) };
    return [
      `**${capital(rule.name)}.** ${capital(rule.signs)}.`,
      '',
      ...remedies.map((line, index) => `${index + 1}. ${capital(line)}.`),
      '',
      ...(warnings.length === 0 ? [] : [`Useless or harmful: ${warnings.join('; ')}.`, '']),
    ].join('\n');
  });
  const curable = rules.some((rule) => rule.curableByCode(ANY_PARA));
  return `### \`${cause}\`\n\nNew code is ${curable ? 'a cure: a vote can open' : 'no cure: nothing is opened'}.\n\n${parts.join('\n')}`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
