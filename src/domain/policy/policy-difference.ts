import { blocksAndHours } from '../readiness/time.ts';
import type { Policy } from './policy.ts';

/** What people call the parts of a policy; others are named by their path. */
const NAMES: Readonly<Record<string, string>> = {
  relayGenesis: 'relay chain',
  para: 'para',
  'stall.gapBlocks': 'stopped after',
  'stall.graceBlocks': 'grace before a round opens',
  'proposers.accounts': 'accounts that may propose',
  'proposers.minimumPower': 'voting power that may propose',
  'proposers.collators': 'collators may propose',
  power: 'sources of voting power',
  excluded: 'accounts without a vote',
  'collators.sets': 'lists of the collators who decide',
  'collators.threshold': 'share of the collators that has to say aye',
  'collators.decide': 'collators decide',
  'voting.shortestBlocks': 'shortest vote',
  'voting.longestBlocks': 'longest vote',
  'voting.lateQuorumExtensionBlocks': 'extension for a late quorum',
  'voting.approval': 'approval',
  'voting.quorum': 'quorum',
  endorsement: 'technical body',
  'endorsement.accounts': 'accounts of the technical body',
  'endorsement.threshold': 'endorsements that shorten the vote',
  'endorsement.shortestBlocks': 'shortest vote when endorsed',
  routes: 'routes, in order',
  contract: 'rescue contract',
  release: 'release of an approved decision',
  'release.people': 'people who may release',
  'release.threshold': 'releases that are needed',
  signers: 'who signs for accounts',
  'signers.ethereum': 'how Ethereum keys own accounts',
  'signers.proxies': 'proxies that speak for an account',
  trials: 'trials of proposals',
  withoutRoute: 'while no route could carry a decision out',
  'recovery.heads': 'heads that prove recovery',
  'recovery.lockAgain': 'lock again afterwards',
};

/** Lists of which entries are told that come and go. */
const LONGEST = 120;

/** How one policy differs from another, a plain line for each part, in the order of the names; empty when it does not. */
export function policyDifference(before: Policy, after: Policy): string[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  const paths = [...new Set([...Object.keys(NAMES), ...old.keys(), ...now.keys()])];
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const name = NAMES[path] ?? path;
    if (Array.isArray(was) && Array.isArray(is) && path !== 'routes')
      return [`${name}: ${listChange(was, is)}`];
    return [`${name}: ${shown(path, was)} → ${shown(path, is)}`];
  });
}

/** Values by path; a list is one value. */
function partsOf(policy: Policy): Map<string, unknown> {
  const parts = new Map<string, unknown>();
  const walk = (value: unknown, path: string): void => {
    if (value === undefined) return;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      parts.set(path, value);
      return;
    }
    for (const [key, part] of Object.entries(value)) walk(part, path === '' ? key : `${path}.${key}`);
  };
  walk(policy, '');
  return parts;
}

function listChange(was: readonly unknown[], is: readonly unknown[]): string {
  const texts = (list: readonly unknown[]) => list.map((entry) => shown('', entry));
  const [old, now] = [texts(was), texts(is)];
  const more = now.filter((entry) => !old.includes(entry)).map((entry) => `and ${entry}`);
  const less = old.filter((entry) => !now.includes(entry)).map((entry) => `without ${entry}`);
  const changes = [...more, ...less];
  if (changes.length === 0) return 'in another order';
  const first = changes.slice(0, 10).join('; ');
  return changes.length > 10 ? `${first}; and ${changes.length - 10} more` : first;
}

function shown(path: string, value: unknown): string {
  if (value === undefined) return 'nothing said';
  if (typeof value === 'number' && path.endsWith('Blocks')) return blocksAndHours(value);
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((entry) => shown('', entry)).join(', ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
