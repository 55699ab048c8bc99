import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { CommandIo } from './io.ts';
import type { SubmitFlags } from './operator-options.ts';

/**
 * Warns, and holds that there is a key and that the user has seen the call, which `show` writes, and said yes.
 * @throws RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID
 */
export function requireConsent(
  { hasKey, warnings, show }: { hasKey: boolean; warnings: readonly string[]; show: () => void },
  flags: SubmitFlags,
  io: CommandIo,
): void {
  for (const warning of warnings) io.stderr(`warning: ${printable(warning)}\n`);
  if (!hasKey) {
    throw new RescueError(
      'RESCUE_SIGNER_MISSING',
      'nothing was submitted, because no key is given: use --signer-uri-env or --signer-file, --account for one that signs elsewhere, or --dry-run to look only',
    );
  }
  if (flags.yes) return;
  if (!flags.json) show();
  throw new RescueError(
    'RESCUE_REQUEST_INVALID',
    'nothing was submitted: check the call and repeat the command with --yes',
  );
}
