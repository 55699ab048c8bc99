import type { ParaObservation } from '../chain/observation.ts';
import { isLiveLifecycle } from '../chain/stall.ts';
import { type CollatorRule, neededVoices } from '../policy/collator-rules.ts';
import type { EthereumMapping, SignerRules } from '../policy/signer-rules.ts';
import type { ParaRuntime } from '../ports/para.ts';
import type { Hex, Planck } from '../units.ts';
import type { Unanswered } from './answer-of.ts';
import { type Finding, obstacle, ok, unknown, warning } from './finding.ts';

/** What of the para's state at its included head decides about a rescue; undefined where its runtime has no such item. */
export interface ParaItems {
  /** `Aura.Authorities` and `AuraExt.Authorities`: how many. */
  readonly auraAuthorities: number | undefined;
  readonly auraExtAuthorities: number | undefined;
  /** `ParachainSystem.PendingValidationCode` holds something. */
  readonly hasPendingCode: boolean | undefined;
  /** `MultiBlockMigrations.Cursor`. */
  readonly migrations: 'none' | 'active' | 'stuck' | undefined;
}

/** How one node of the para answers what a vote needs: a page of accounts, with a proof that holds. */
export type NodeAnswer = { readonly accounts: number; readonly isAll: boolean } | Unanswered;

/** `power`: null where holders do not vote. `collators`: how many there are by which lists, null where the policy has none decide. */
export interface Electorate {
  readonly power: Planck | null;
  readonly collators: (Pick<CollatorRule, 'sets' | 'threshold'> & { readonly size: number }) | null;
}

/** `bodies`: who was looked for by the policy. */
export interface UnreadElectorate extends Unanswered {
  readonly bodies: readonly ('power' | 'collators')[];
}

export interface ParaFacts {
  readonly observation: Pick<
    ParaObservation,
    'head' | 'headData' | 'lifecycle' | 'currentCodeHash' | 'futureCodeHash'
  >;
  /** By the code that stands in the para's proven state. */
  readonly runtime: ParaRuntime | Unanswered;
  readonly codeHash: { readonly hash: Hex } | Unanswered;
  readonly items: ParaItems | Unanswered;
  /** Who could vote by the policy, and what everybody has together; null without a policy. */
  readonly electorate: Electorate | UnreadElectorate | null;
  /** What the policy says of who signs, beside what the para's runtime has; null where it says nothing. */
  readonly signers: SignerFacts | Unanswered | null;
  readonly nodes: readonly NodeAnswer[];
}

export interface SignerFacts {
  readonly rules: NonNullable<SignerRules['signers']>;
  readonly pallets: ReadonlySet<string>;
  /** Names of the types of proxies; null where the para keeps none as pallet-proxy does. */
  readonly proxyTypes: readonly string[] | null;
}

/** Whether holders could vote on the para's last head, and blocks could be built on it with a rescue's code. */
export function paraFindings(facts: ParaFacts): Finding[] {
  const head = headFinding(facts);
  if (facts.observation.head === null) return [head];
  return [
    head,
    nodesFinding(facts),
    ...(facts.electorate === null ? [] : electorFindings(facts.electorate)),
    ...(facts.signers === null ? [] : [signersFinding(facts.signers)]),
    censusFinding(facts),
    labelFinding(facts),
    substituteFinding(facts),
    ...itemFindings(facts),
  ];
}

function headFinding({ observation: { head, headData, lifecycle } }: ParaFacts): Finding {
  if (!isLiveLifecycle(lifecycle)) {
    const sentence = `the para is not live on this relay chain: its lifecycle is ${lifecycle ?? 'empty, it is not registered'}`;
    return obstacle('head', 'people', sentence, 'register the para, or wait until it is onboarded');
  }
  if (head !== null) return ok('head', `the relay chain includes block ${head.number} of the para`);
  return headData === null
    ? obstacle('head', 'people', 'no head of the para was ever included', 'start its collators')
    : obstacle(
        'head',
        'nothing',
        'the head of the para on the relay chain is no Substrate header: no balance can be proven of it, so its holders could not vote',
      );
}

function nodesFinding({ nodes }: ParaFacts): Finding {
  const silent = nodes.flatMap((answer) => ('trouble' in answer ? [answer.trouble] : []));
  const good = nodes.length - silent.length;
  const sentence = `${good} of ${nodes.length} nodes of the para give read proofs of its last head`;
  const why = silent[0] === undefined ? '' : `: ${silent[0]}`;
  const fix = 'add nodes of the para to its endpoints, best of several operators';
  if (good === 0) return obstacle('nodes', 'people', `${sentence}${why}`, fix);
  return good === 1
    ? warning('nodes', `${sentence}: when it goes too, votes cannot be proven any more${why}`, fix)
    : ok('nodes', sentence);
}

function electorFindings(electorate: Electorate | UnreadElectorate): Finding[] {
  if ('trouble' in electorate) return electorate.bodies.map((body) => unreadable(body, electorate));
  const { power, collators } = electorate;
  return [
    ...(power === null ? [] : [powerFinding(power)]),
    ...(collators === null ? [] : [collatorsFinding(collators)]),
  ];
}

function unreadable(body: UnreadElectorate['bodies'][number], { trouble }: Unanswered): Finding {
  // What the para's own metadata or state contradicts is no matter of nodes.
  return UNUSABLE.some((words) => trouble.startsWith(words))
    ? obstacle(
        body,
        'people',
        trouble,
        'opt in with a policy whose adapters fit the runtime that the para has now',
      )
    : unknown(
        body,
        `${body === 'power' ? 'voting power' : 'the list of collators'} could not be read: ${trouble}`,
      );
}

function powerFinding(power: Planck): Finding {
  return power > 0n
    ? ok('power', `the adapters of the policy fit the para's storage; everybody together has ${power}`)
    : obstacle(
        'power',
        'people',
        'nobody could vote: issuance minus excluded accounts is zero at the last included head',
        'opt in with a policy that counts what holders have',
      );
}

/** Below this a single collator can hold everything up, or is all of them. */
const FEW_COLLATORS = 3;

function collatorsFinding({ size, sets, threshold }: NonNullable<Electorate['collators']>): Finding {
  const names = sets.join(' and ');
  if (size === 0) {
    return obstacle(
      'collators',
      'people',
      `no collator could vote: ${names} names nobody at the last included head whom the policy does not exclude, so nothing could be decided`,
      'opt in with a policy that names the list which has the collators of the para, or fill that list',
    );
  }
  const needed = neededVoices(size, threshold);
  const sentence = `${names} names ${size} ${size === 1 ? 'collator' : 'collators'}, of whom ${needed} have to say aye`;
  if (size >= FEW_COLLATORS) return ok('collators', sentence);
  return warning(
    'collators',
    size === 1
      ? `${sentence}: one key decides, and nothing can be decided when it is lost`
      : `${sentence}: when one cannot be reached, nothing can be decided`,
    'add collators, or have holders decide',
  );
}

/** The pallet without which a chain has no such accounts. */
const PALLET_OF_MAPPING: Readonly<Record<EthereumMapping, string>> = {
  'frontier-hashed': 'EVM',
  hydration: 'EVMAccounts',
  revive: 'Revive',
};

function signersFinding(facts: SignerFacts | Unanswered): Finding {
  if ('trouble' in facts)
    return unknown('signers', `the para's metadata could not be read: ${facts.trouble}`);
  const { rules, pallets, proxyTypes } = facts;
  const pallet = rules.ethereum && PALLET_OF_MAPPING[rules.ethereum];
  const missing = (rules.proxies ?? []).filter((name) => !proxyTypes?.includes(name));
  const wrong = [
    ...(pallet === undefined || pallets.has(pallet)
      ? []
      : [
          `Ethereum keys are mapped as ${rules.ethereum} by the policy, but the para has no pallet ${pallet}`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          proxyTypes === null
            ? 'the policy lets proxies speak, but the para keeps none as pallet-proxy does'
            : `the para's runtime has no proxies of the kind ${missing.join(', ')}, but ${proxyTypes.join(', ')}`,
        ]),
  ];
  return wrong.length === 0
    ? ok('signers', 'what the policy says of Ethereum keys and proxies fits the runtime of the para')
    : warning(
        'signers',
        `${wrong.join('; ')}: nobody can sign that way`,
        'opt in with a policy whose signers fit the runtime that the para has now',
      );
}

/** How `readPowerLayout` begins when metadata and policy contradict each other, and what stands for a rate that is none. */
const UNUSABLE = [
  "The policy does not fit the para's storage",
  'The rate by which the policy counts a token',
];

function censusFinding({ nodes }: ParaFacts): Finding {
  const pages = nodes.flatMap((answer) => ('trouble' in answer ? [] : [answer]));
  const [page] = pages.toSorted((a, b) => b.accounts - a.accounts);
  if (page === undefined) {
    return unknown('census', 'no node of the para gave a page of its accounts, so that none can be archived');
  }
  const size = page.isAll ? `${page.accounts}` : `about ${roughly(page.accounts)}`;
  return ok('census', `the accounts can be archived page by page: ${size} entries`);
}

/** Two digits of it: it is an estimate. */
function roughly(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.round(count / unit) * unit;
}

function labelFinding({ runtime, codeHash, observation }: ParaFacts): Finding {
  if ('trouble' in runtime)
    return unknown('rescue-label', `the para's code could not be read: ${runtime.trouble}`);
  const { specName, specVersion } = runtime;
  const rule = `a rescue's code has to be labelled ${specName} ${specVersion}, as the para's own code is, or no node takes it as a substitute`;
  if ('trouble' in codeHash || codeHash.hash === observation.currentCodeHash) return ok('rescue-label', rule);
  return warning(
    'rescue-label',
    `${rule}; the relay chain stores other code (${observation.currentCodeHash}) than the para (${codeHash.hash}), so that it lives on a substitute`,
    `retire the substitute by an upgrade of the para above spec version ${specVersion}`,
  );
}

function substituteFinding({ runtime }: ParaFacts): Finding {
  if ('trouble' in runtime)
    return unknown('substitute', `the para's code could not be read: ${runtime.trouble}`);
  return runtime.isLabelled === false
    ? obstacle(
        'substitute',
        'people',
        "the para's own code has no runtime_version section: no rescue's code can be labelled as it is",
        'upgrade the para to a runtime that is built with sp_version::runtime_version',
      )
    : ok(
        'substitute',
        `nodes choose a substitute by the label of the para's own code, which is ${runtime.specVersion}`,
      );
}

function itemFindings({ items, observation }: ParaFacts): Finding[] {
  if ('trouble' in items) {
    const why = `the para's state could not be read: ${items.trouble}`;
    return [unknown('authorities', why), unknown('leftover-upgrade', why), unknown('migrations', why)];
  }
  return [authoritiesFinding(items), leftoverFinding(items, observation), migrationsFinding(items)];
}

function authoritiesFinding({ auraAuthorities, auraExtAuthorities }: ParaItems): Finding {
  const lists = [
    ['Aura.Authorities', auraAuthorities],
    ['AuraExt.Authorities', auraExtAuthorities],
  ] as const;
  const known = lists.filter(([, count]) => count !== undefined);
  if (known.length === 0)
    return ok('authorities', 'the para has no Aura whose list of authors could be empty');
  const empty = known.filter(([, count]) => count === 0).map(([name]) => name);
  return empty.length === 0
    ? ok('authorities', `${known.map(([name, count]) => `${name} has ${count}`).join(', ')}`)
    : warning(
        'authorities',
        `${empty.join(' and ')} ${empty.length === 1 ? 'is' : 'are'} empty: nobody can build a block`,
        "a rescue's code has to fill Aura.Authorities and AuraExt.Authorities both, the second of which validators read",
      );
}

function leftoverFinding(
  { hasPendingCode }: ParaItems,
  { futureCodeHash }: ParaFacts['observation'],
): Finding {
  if (hasPendingCode !== true || futureCodeHash !== null) {
    return ok(
      'leftover-upgrade',
      'no upgrade is left over in the para that the relay chain knows nothing of',
    );
  }
  return warning(
    'leftover-upgrade',
    'ParachainSystem.PendingValidationCode holds code that the relay chain does not wait for: every upgrade that the para schedules itself fails (OverlappingUpgrades), and a substitute could not be retired by one',
    "remove the key ParachainSystem.PendingValidationCode: by the para's root (system.killStorage), or in the migrations of a rescue's code",
  );
}

function migrationsFinding({ migrations }: ParaItems): Finding {
  if (migrations === 'stuck') {
    return warning(
      'migrations',
      'a multi-block migration is stuck: the para builds blocks without transactions, and takes no upgrade (MultiBlockMigrationsOngoing)',
      "the para's root clears the cursor (multiBlockMigrations.forceSetCursor), or a rescue's code does",
    );
  }
  return migrations === 'active'
    ? warning(
        'migrations',
        'a multi-block migration is under way: the para takes no upgrade until it is done',
        null,
      )
    : ok('migrations', 'no multi-block migration is stuck');
}
