import type { Planck, RelayBlock } from '../units.ts';
import { collatorsAlone, isKeyList } from './collator-rules.ts';
import { type Policy, type PowerSource, votesWithoutRoute } from './policy.ts';
import type { StoredAmount } from './rate-rules.ts';
import { countedProxies, type EthereumMapping } from './signer-rules.ts';
import { trialRules } from './trial-rules.ts';

/** How amounts, blocks and numbers are written where the sentences are read. */
export interface PolicyWords {
  readonly amount: (amount: Planck) => string;
  readonly blocks: (blocks: RelayBlock) => string;
  readonly number: (number: number) => string;
  readonly symbol: string;
}

function proxySentence(kinds: readonly string[]): string {
  return kinds.length === 0
    ? 'Proxies speak for nobody.'
    : `A proxy of the kind ${kinds.join(' or ')} without a delay signs for an account as well as its own key.`;
}

const MAPPING_WORDS: Readonly<Record<EthereumMapping, string>> = {
  'frontier-hashed': 'of Frontier (hashed)',
  hydration: 'of Hydration',
  revive: 'of pallet-revive',
};

/** What a policy says, a sentence for each rule, in the order in which it matters once a para has stopped. */
export function policySentences(policy: Policy, words: PolicyWords): string[] {
  const { blocks, number } = words;
  const { stall, voting, endorsement, proposers, power, excluded, routes, release, recovery, signers } =
    policy;
  const trials = trialRules(policy);
  return [
    `It counts as stopped after ${blocks(stall.gapBlocks)} of the relay chain without a new head.`,
    stall.graceBlocks === 0
      ? 'A vote opens at once.'
      : `The team then has ${blocks(stall.graceBlocks)} before a vote opens.`,
    whoProposes(proposers, words),
    `Proposed code has to build ${trials.blocks} ${trials.blocks === 1 ? 'block' : 'blocks'} first; code that fails is ${
      trials.failed === 'refuse' ? 'refused' : 'admitted with a mark'
    }.`,
    ...(power.length === 0
      ? []
      : [
          `Voting power is ${listed(power.map((source) => sourceWords(source, words)))}, as it was at the last head.`,
        ]),
    ...(excluded.length === 0
      ? []
      : [
          `${number(excluded.length)} ${excluded.length === 1 ? 'account has' : 'accounts have'} no vote, such as: ${excluded[0]?.reason}.`,
        ]),
    ...(signers?.ethereum === undefined
      ? []
      : [
          `Ethereum keys sign for the accounts that they own by the mapping ${MAPPING_WORDS[signers.ethereum]}.`,
        ]),
    proxySentence(countedProxies(policy)),
    ...whoDecides(policy),
    `It cannot pass earlier than ${blocks(voting.shortestBlocks)} after it was admitted. The vote closes after ${blocks(voting.longestBlocks)}.`,
    ...(voting.lateQuorumExtensionBlocks === 0
      ? []
      : [
          `If quorum comes in the last ${blocks(voting.lateQuorumExtensionBlocks)}, the vote is longer by as much, once.`,
        ]),
    ...(endorsement
      ? [
          `A proposal that ${endorsement.threshold} of ${endorsement.accounts.length} members of the technical body endorse can pass after ${blocks(endorsement.shortestBlocks)}.`,
        ]
      : []),
    ...(release
      ? [
          `Nothing of an approved decision is done before ${release.threshold} of ${release.people.length} named people have released it.`,
        ]
      : []),
    `The decision is carried out by ${listed(routes.map(routeWords))}, in this order.`,
    ...(votesWithoutRoute(policy) ? ['Holders vote also while no route could carry the decision out.'] : []),
    `It counts as recovered with ${recovery.heads} ${recovery.heads === 1 ? 'head' : 'heads'} under the new code${
      recovery.lockAgain ? '; then the registrar lock is added again' : ''
    }.`,
  ];
}

function whoDecides({ voting, collators }: Policy): string[] {
  const holders = `A proposal passes with ${voting.approval} of ayes among ayes and nays, and ${voting.quorum} of all voting power taking part with aye or abstain.`;
  if (collators === undefined) return [holders];
  const { sets, threshold } = collators;
  const who = `the collators that ${listed(sets)} ${sets.length === 1 ? 'names' : 'name'} at the last head, one voice each${
    sets.some(isKeyList) ? ', by the keys in their nodes' : ''
  }`;
  return collatorsAlone({ collators })
    ? [`A proposal passes when ${threshold} of ${who}, say aye. They decide alone: holders do not vote.`]
    : [holders, `Besides, ${threshold} of ${who}, have to say aye: neither passes it without the other.`];
}

function whoProposes(
  { accounts, minimumPower, collators }: Policy['proposers'],
  { amount, number }: PolicyWords,
): string {
  const named =
    accounts.length === 0
      ? []
      : [`${number(accounts.length)} named ${accounts.length === 1 ? 'account' : 'accounts'}`];
  const powerful =
    minimumPower === undefined ? [] : [`whoever has ${amount(BigInt(minimumPower))} of voting power`];
  return `Code may be proposed by ${listed([...named, ...powerful, ...(collators ? ['each collator who decides'] : [])])}.`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? 'nobody') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function routeWords(route: Policy['routes'][number]): string {
  return `the route "${route}"`;
}

function sourceWords(source: PowerSource, { number, symbol }: PolicyWords): string {
  const rate =
    'rate' in source && source.rate
      ? ` at the rate of ${ratePart(source.rate.numerator)} to ${ratePart(source.rate.denominator)}`
      : '';
  const times = `${rate}${source.weight === 1 ? '' : ` (times ${number(source.weight)})`}`;
  switch (source.adapter) {
    case 'system-account':
      return `the ${source.count.join(' and ')} balance in ${symbol}${times}`;
    case 'balance-holds':
      return `balance on hold${times}`;
    case 'balance-freezes':
      return `frozen balance${times}`;
    case 'balance-locks':
      return `locked balance${times}`;
    case 'assets':
      return `the balance of asset ${source.asset} in ${source.pallet}${times}`;
    case 'tokens':
      return `the balance of currency ${source.currency} in ${source.pallet}${times}`;
    case 'staking-ledger':
      return `the ${source.count} stake in ${source.pallet}${times}`;
    case 'account-map':
      return `${source.pallet}.${source.item}${source.field === '' ? '' : `, ${source.field}`}${times}`;
    case 'nomination-pools':
      return `the stake in pools of ${source.pallet}${times}`;
    case 'vesting':
      return `what still vests in ${source.pallet}${times}`;
  }
}

function ratePart({ item, keys, field }: StoredAmount): string {
  const of = keys.length === 0 ? '' : `(${keys.join(', ')})`;
  return `${item}${of}${field === '' ? '' : `.${field}`}`;
}
