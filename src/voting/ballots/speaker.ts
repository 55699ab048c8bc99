import { describeAccount } from '../../domain/account-names.ts';
import { type ProxyOf, reachOf } from '../../domain/chain/acting.ts';
import { RescueError, type RescueErrorCode } from '../../domain/errors.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { Signers } from './signers.ts';

/** Who speaks for others by the state at the anchor. */
export interface Delegates {
  /** `countedProxies` of the policy. */
  readonly kinds: readonly string[];
  /** Proven at the anchor; undefined where the para has none. @throws what a proof throws */
  proxiesOf(real: AccountHex): Promise<readonly ProxyOf[] | undefined>;
}

/** @throws the error with `code` when those who signed do not speak for the account that the act names, and what `proxiesOf` throws */
export async function requireSpeaker(
  account: AccountHex,
  signers: Signers,
  delegates: Delegates | undefined,
  code: RescueErrorCode,
): Promise<void> {
  if (signers.signer === account) return;
  const kinds = delegates?.kinds ?? [];
  const proxies = kinds.length === 0 ? undefined : await delegates?.proxiesOf(account);
  const problem = speakerProblem(account, signers, proxies, kinds);
  if (problem !== null) throw new RescueError(code, problem);
}

/** Null, or why those who signed do not speak for the account, whose proxies are these. */
export function speakerProblem(
  account: AccountHex,
  { signer, signatures, isMultisig }: Signers,
  proxies: readonly ProxyOf[] | undefined,
  kinds: readonly string[],
): string | null {
  const reach = reachOf(account, signer, proxies, kinds);
  if (reach.kind !== 'none') return null;
  const who = isMultisig
    ? `The signatories and the threshold make the multisig ${signer}`
    : `${signatures[0]?.account} signed`;
  const slip = isMultisig ? ': is a signatory missing, or the threshold another one?' : '';
  if (proxies === undefined)
    return `${who}, but the text names account ${describeAccount(account)}${slip || '.'}`;
  return `${who}, but the text names account ${describeAccount(account)}, and at the last head ${reach.reason}${slip || '.'}`;
}
