import type { UpgradeCheck } from '../../domain/upgrade/report.ts';

type Name = UpgradeCheck['check'];

export const fine = (check: Name, sentence: string): UpgradeCheck => ({
  check,
  result: 'ok',
  sentence,
  fix: null,
});
export const bad = (check: Name, sentence: string, fix: string | null = null): UpgradeCheck => ({
  check,
  result: 'obstacle',
  sentence,
  fix,
});
export const careful = (check: Name, sentence: string, fix: string | null = null): UpgradeCheck => ({
  check,
  result: 'warning',
  sentence,
  fix,
});

/** Up to eight names of hostile origin, and how many more. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, 8).map(shown).join(', ');
  return names.length > 8 ? `${first} and ${names.length - 8} more` : first;
}

/** Names come from the code. */
export function shown(name: string): string {
  return name.slice(0, 120).replace(/[^ -~]/g, '?');
}
