import type { UpgradeVerdict } from '../../domain/upgrade/report.ts';

/** As of `doctor upgrade`: for pipelines; 1 is an error. */
const EXIT = { works: 0, unknown: 4, fails: 5 } as const satisfies Record<UpgradeVerdict, number>;

export const EXIT_HELP =
  '\nExit status: 0 nothing stands against it, 1 error, 4 something could not be told, 5 something stands against it.';

export function codeExit(verdict: UpgradeVerdict): number {
  return EXIT[verdict];
}
