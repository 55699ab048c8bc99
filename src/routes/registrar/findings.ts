import type { RelayAccount } from '../../domain/ports/relay-accounts.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import { type Finding, obstacle, ok, unknown, warning } from '../../domain/readiness/finding.ts';
import { upgradeFindings } from '../../domain/readiness/upgrade-findings.ts';
import type { AccountHex } from '../../domain/units.ts';
import { feeFinding } from '../account-findings.ts';
import type { RouteLook } from '../look.ts';

/** Whether the para's manager could schedule a decision's code now; `signer` is the key of this service, null when an outside one signs. */
export async function registrarFindings(look: RouteLook, signer: AccountHex | null): Promise<Finding[]> {
  const { observation, policy, limits, costs, token } = look;
  const upgrade = upgradeFindings({
    observation,
    limits,
    policy: policy?.rules ?? null,
    cooldownCost: costs.cooldown,
    token,
  });
  const manager = observation.registrar?.manager;
  if (manager === undefined) return upgrade;
  const ids = signer === null || signer === manager ? [manager] : [manager, signer];
  const read = await answerOf(() => look.accounts(ids));
  if ('trouble' in read) {
    const why = `the manager's account ${manager} could not be read: ${read.trouble}`;
    return [...upgrade, unknown('manager', why), signerFinding(signer, manager, null), unknown('fees', why)];
  }
  const [account, own = account] = read.accounts;
  if (!account || !own) return upgrade;
  return [
    ...upgrade,
    managerFinding(account),
    signerFinding(signer, manager, account),
    feeFinding('fees', own.account === manager ? 'the manager' : "this service's account", own, look),
  ];
}

/** What the manager is, as far as an account tells. */
function managerFinding({ account, nonce, proxies = [] }: RelayAccount): Finding {
  const who = `the manager is ${account}`;
  const acting = proxies.filter(({ kind, delay }) => kind === 'Any' && delay === 0);
  const helped =
    proxies.length === 0
      ? ''
      : `; it has ${proxies.length === 1 ? 'a proxy' : `${proxies.length} proxies`}, of which ${acting.length} may do anything at once`;
  if (nonce === null) {
    return obstacle(
      'manager',
      'people',
      `${who}, an account that does not exist on the relay chain${helped}`,
      'send it the existential deposit and fees',
    );
  }
  if (nonce > 0) return ok('manager', `${who}, which has signed ${nonce} transactions itself${helped}`);
  return warning(
    'manager',
    `${who}, which has never signed a transaction: it may be a multisig, an account that is only acted for by proxies, or a key that nobody ever tried${helped}`,
    'make sure that whoever holds it can sign: add a proxy or the lock by it once while the para lives, or take part as a multisig in a rehearsal',
  );
}

function signerFinding(
  signer: AccountHex | null,
  manager: AccountHex,
  account: RelayAccount | null,
): Finding {
  if (signer === manager) return ok('signer', "this service's key is the manager's");
  if (signer === null) {
    return warning(
      'signer',
      'an outside signer has to act as the manager: whether its key is at hand cannot be known here',
      'keep the key, or all signatories of the multisig, within reach; or give this service the key (signer in the configuration)',
    );
  }
  const isProxy = account?.proxies?.some(({ delegate }) => delegate === signer) === true;
  return obstacle(
    'signer',
    'people',
    `this service's key is ${signer}, but the para's manager is ${manager}${isProxy ? ', which has it as a proxy: calls are not wrapped for a proxy by this version' : ''}`,
    "give this service the manager's key (signer in the configuration), or none, so that an outside signer acts",
  );
}
