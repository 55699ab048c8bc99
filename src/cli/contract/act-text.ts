import {
  type ContractAct,
  type ContractDecision,
  vetoesToForbid,
} from '../../domain/contract/rescue-contract.ts';

type Fact = readonly [string, string | null];

/** The function of contracts/RescueContract.sol that an act calls. */
const FUNCTIONS = {
  'opt-in': 'optIn',
  'opt-out': 'optOut',
  rotate: 'rotate',
  direct: 'direct',
  veto: 'veto',
  attest: 'attest',
  withdraw: 'withdraw',
  execute: 'execute',
  'attest-cancel': 'attestCancel',
  cancel: 'cancel',
} as const satisfies Record<ContractAct['kind'], string>;

/** What an act says to the contract, line by line. */
export function actFacts(act: ContractAct): Fact[] {
  return [['contract call', `RescueContract.${FUNCTIONS[act.kind]}`], ...argumentFacts(act)];
}

function argumentFacts(act: ContractAct): Fact[] {
  switch (act.kind) {
    case 'opt-in':
      return [
        ['  policy', act.policyHash],
        ...watcherFacts(act),
        ['  veto period', secondsText(BigInt(act.vetoSeconds))],
      ];
    case 'rotate':
      return watcherFacts(act);
    case 'opt-out':
      return [];
    case 'direct':
      return [
        ['  target', act.target],
        ['  value', act.value.toString()],
        ['  data', act.data],
      ];
    case 'veto':
    case 'withdraw':
      return [['  decision', act.id]];
    case 'attest':
      return decisionFacts(act.decision);
    case 'execute':
      return [
        ['  decision', act.id],
        ['  message', act.message],
      ];
    case 'attest-cancel':
      return [
        ['  decision', act.id],
        ['  approval', placeText(act.when)],
      ];
    case 'cancel':
      return [
        ['  decision', act.id],
        ['  approval', placeText(act.when)],
        ['  message', act.message],
      ];
  }
}

/** The fields of a decision, in the order of the contract's struct. */
export function decisionFacts(decision: ContractDecision): Fact[] {
  const { ayes, nays, abstains, electorate } = decision;
  return [
    ['  para', String(decision.para)],
    ['  anchor', `block ${decision.anchorNumber}, ${decision.anchorHead}`],
    ['  round', `${decision.roundId}, attempt ${decision.attempt}`],
    ['  policy', decision.policyHash],
    ['  code', decision.codeHash],
    ['  evidence', decision.evidenceHash],
    ['  votes', `${ayes} aye, ${nays} nay, ${abstains} abstain, electorate ${electorate}`],
    ['  message', `keccak-256 ${decision.messageHash}`],
    ['  cancel', `keccak-256 ${decision.cancelHash}, its approval named at byte ${decision.cancelOffset}`],
  ];
}

/** `2 days`, `90 seconds`: the largest unit that divides the length. */
export function secondsText(seconds: bigint): string {
  if (seconds === 0n) return 'none';
  const units = [
    [86_400n, 'day'],
    [3_600n, 'hour'],
    [60n, 'minute'],
    [1n, 'second'],
  ] as const;
  for (const [length, name] of units) {
    if (seconds % length !== 0n) continue;
    const count = seconds / length;
    return `${count} ${name}${count === 1n ? '' : 's'}`;
  }
  return `${seconds} seconds`;
}

/** `2026-11-23T12:00:00Z`, for seconds since the Unix epoch; the number itself when it is no date. */
export function timeText(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
}

function placeText({ height, index }: { readonly height: number; readonly index: number }): string {
  return `made in relay block ${height}, extrinsic ${index}`;
}

function watcherFacts({
  watchers,
  threshold,
  guardians,
}: {
  readonly watchers: readonly string[];
  readonly threshold: number;
  readonly guardians: readonly string[];
}): Fact[] {
  return [
    ...watchers.map((watcher): Fact => ['  watcher', watcher]),
    ['  threshold', `${threshold} of ${watchers.length} watchers`],
    ...guardians.map((guardian): Fact => ['  guardian', guardian]),
    ['  veto', guardiansText(guardians.length)],
  ];
}

/** What so many guardians can do. */
export function guardiansText(count: number): string {
  if (count === 0) return 'nobody can veto';
  const needed = vetoesToForbid(count);
  return needed === null
    ? 'one guardian can hold a decision up once, and forbids none'
    : `any of ${count} guardians can hold a decision up once, ${needed} together forbid it`;
}
