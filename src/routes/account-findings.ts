import { type Token, tokenAmount } from '../domain/amount.ts';
import type { RelayAccount } from '../domain/ports/relay-accounts.ts';
import { type CheckName, type Finding, obstacle, ok, unknown } from '../domain/readiness/finding.ts';
import type { RouteLook } from './look.ts';

/** A rescue's code may be larger than the code it replaces, and a call has a fee besides that of its bytes. */
const MARGIN_PERCENT = 20n;

/** Whether the account can pay for scheduling code, and still exist afterwards. */
export function feeFinding(
  check: CheckName,
  who: string,
  { account, nonce, spendable }: RelayAccount,
  { costs, token }: { readonly costs: RouteLook['costs']; readonly token: Token },
): Finding {
  const has = `${who} ${account} can spend ${tokenAmount(spendable, token)} on the relay chain`;
  if (costs.fee === undefined) {
    return spendable > 0n
      ? unknown(check, `${has}; what scheduling code costs, the chain does not tell`)
      : obstacle(check, 'people', `${has}, so it can pay no fee`, `send it some ${token.symbol}`);
  }
  const needed = costs.fee + (costs.fee * MARGIN_PERCENT) / 100n;
  const costsText = `scheduling code of this size costs about ${tokenAmount(needed, token)}`;
  if (spendable >= needed && nonce !== null) return ok(check, `${has}; ${costsText}`);
  const lacks = tokenAmount(needed > spendable ? needed - spendable : 0n, token);
  return obstacle(
    check,
    'people',
    `${has}, but ${costsText}`,
    `send it ${lacks} and the existential deposit`,
  );
}
