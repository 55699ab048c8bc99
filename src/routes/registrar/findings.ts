import { type Acting, type ProxyOf, reachOf } from '../../domain/chain/acting.ts';
import type { RelayAccount } from '../../domain/ports/relay-accounts.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import { type Finding, obstacle, ok, unknown, warning } from '../../domain/readiness/finding.ts';
import { upgradeFindings } from '../../domain/readiness/upgrade-findings.ts';
import type { AccountHex } from '../../domain/units.ts';
import { feeFinding } from '../account-findings.ts';
import type { RouteLook } from '../look.ts';

/**
 * Whether the para's manager could schedule a decision's code now; `key` is the account whose key this service has, null when
 * somebody outside signs.
 */
export async function registrarFindings(
  look: RouteLook,
  acting: Acting,
  key: AccountHex | null,
): Promise<Finding[]> {
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
  const payer = acting.signer ?? manager;
  const read = await answerOf(() => look.accounts([...new Set([manager, payer])]));
  if ('trouble' in read) {
    const why = `the manager's account ${manager} could not be read: ${read.trouble}`;
    return [
      ...upgrade,
      unknown('manager', why),
      signerFinding(acting, key, manager, null),
      unknown('fees', why),
    ];
  }
  const [account] = read.accounts;
  const own = read.accounts.find((one) => one.account === payer) ?? account;
  if (!account || !own) return upgrade;
  return [
    ...upgrade,
    managerFinding(account, acting),
    signerFinding(acting, key, manager, account),
    feeFinding('fees', payerText(acting, key, manager), own, look),
  ];
}

function payerText({ signer }: Acting, key: AccountHex | null, manager: AccountHex): string {
  if (signer === null || signer === manager) return 'the manager';
  return key === null ? 'the outside signer' : "this service's account";
}

/** What the manager is, as far as its account and those who act for it tell. */
function managerFinding({ account, nonce, proxies = [] }: RelayAccount, { multisig }: Acting): Finding {
  const who = `the manager is ${account}`;
  const helped = proxies.length === 0 ? '' : `; its proxies: ${proxies.map(proxyText).join(', ')}`;
  const isActedFor = proxies.some(({ kind, delay }) => kind === 'Any' && delay === 0);
  if (multisig?.account === account) {
    return ok(
      'manager',
      `${who}, the configured multisig of ${multisig.threshold} of ${multisig.signatories.length}${helped}`,
    );
  }
  if (nonce === null && !isActedFor) {
    return obstacle(
      'manager',
      'people',
      `${who}, an account that does not exist on the relay chain${helped}`,
      'send it the existential deposit and fees',
    );
  }
  if (nonce !== null && nonce > 0) {
    return ok('manager', `${who}, which has signed ${nonce} transactions itself${helped}`);
  }
  // A pure proxy has no key at all, and signs nothing itself.
  if (isActedFor)
    return ok('manager', `${who}, for which proxies act: it has signed nothing itself${helped}`);
  return warning(
    'manager',
    `${who}, which has never signed a transaction and has no proxy that may do anything at once: it may be a multisig, or a key that nobody ever tried${helped}`,
    'name the multisig (signer.multisig, or --multisig), or make sure that whoever holds the key can sign: add a proxy or the lock by it once while the para lives, or take part in a rehearsal',
  );
}

function proxyText({ delegate, kind, delay }: ProxyOf): string {
  return `${delegate} (${kind}${delay === 0 ? '' : `, with a delay of ${delay} blocks`})`;
}

/** Whether who signs here reaches the manager; `account` is null when its proxies could not be read. */
function signerFinding(
  acting: Acting,
  key: AccountHex | null,
  manager: AccountHex,
  account: RelayAccount | null,
): Finding {
  const { signer, multisig } = acting;
  const who = multisig?.account ?? signer;
  if (who === null) {
    return warning(
      'signer',
      'an outside signer has to act as the manager: whether its key is at hand cannot be known here',
      'keep the key, or all signatories of the multisig, within reach; or give this service the key (signer in the configuration)',
    );
  }
  if (multisig && signer !== null && !multisig.signatories.includes(signer)) {
    return obstacle(
      'signer',
      'people',
      `the signer ${signer} is none of the signatories of the multisig ${multisig.account}`,
      'name all signatories (signer.multisig), or give the key of one of them',
    );
  }
  if (who !== manager && account === null) {
    return unknown('signer', `whether ${who} is a proxy of the manager ${manager} could not be read`);
  }
  const reach = reachOf(manager, who, account?.proxies);
  if (reach.kind === 'none') {
    return obstacle(
      'signer',
      'people',
      `${key === null ? 'the outside signer' : "this service's key"} is ${signer ?? who}, but the para's manager is ${manager}: ${reach.reason}`,
      'give this service the key of the manager, of its proxy or of a signatory (signer in the configuration), or let the manager add the proxy while it can',
    );
  }
  const as = reach.kind === 'itself' ? 'the manager' : 'a proxy of the manager that may do anything at once';
  if (multisig) {
    const others = multisig.threshold - (signer === null ? 0 : 1);
    const what = `the multisig ${who} of ${multisig.threshold} of ${multisig.signatories.length} is ${as}`;
    if (others === 0 && key !== null) return ok('signer', `${what}, and this service's key is enough`);
    return warning(
      'signer',
      `${what}; whether the keys of ${key === null ? multisig.threshold : others} other signatories are at hand cannot be known here`,
      'keep the signatories within reach, and rehearse it with them',
    );
  }
  if (key !== null) {
    return ok(
      'signer',
      key === manager ? "this service's key is the manager's" : `this service's key is ${as}`,
    );
  }
  return warning(
    'signer',
    `the outside signer ${who} is ${as}: whether its key is at hand cannot be known here`,
    'keep its key within reach',
  );
}
