import { fromHex, toHex } from '../../bytes/hex.ts';
import { describeAccount } from '../../domain/account-names.ts';
import { RescueError } from '../../domain/errors.ts';
import { collatorsAlone } from '../../domain/policy/collator-rules.ts';
import type { CollatorBody } from '../../domain/round/collators.ts';
import type { Hex, Planck } from '../../domain/units.ts';
import { ProofError } from '../../proof/error.ts';
import { createProofVerifier } from '../../proof/read-proof.ts';
import {
  electorateAt,
  electorateKeys,
  type PowerRules,
  powerAt,
  powerKeys,
  recording,
  type StorageLookup,
} from './account-power.ts';
import { collatorsAt } from './collator-set.ts';
import { type PowerLayout, STANDARD_LAYOUT } from './layout/power-layout.ts';
import type { ProvenValue } from './power-storage.ts';

export interface ProvenPower {
  readonly power: Planck;
  readonly keys: readonly Uint8Array[];
  readonly values: readonly ProvenValue[];
}

/** Fetches trie nodes that prove the keys at the anchor's head, unverified. */
export type ProofFetcher = (keys: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>;

/**
 * An account's voting power, with the storage that tells it, from trie nodes under the anchor head's state root.
 * `account` is hex. An account that the proof shows to be absent has power 0.
 * @throws RESCUE_PROOF_INVALID
 */
export function provePower(
  policy: PowerRules,
  account: string,
  stateRoot: Hex,
  nodes: readonly Uint8Array[],
  layout: PowerLayout = STANDARD_LAYOUT,
): ProvenPower {
  return proven(`voting power of account ${describeAccount(account)}`, stateRoot, nodes, (verified) => {
    const { keys, get } = recording(verified);
    const power = powerAt(policy, account, get, layout);
    return { power, keys, values: keys.map(verified) };
  });
}

/** Everybody who can vote. */
export interface Electors {
  /** What all holders weigh together; zero where they do not vote. */
  readonly electorate: Planck;
  /** Null where the policy has no collators decide. */
  readonly collators: CollatorBody | null;
}

/** Whether each body that the policy has decide has anybody in it: otherwise nothing could ever pass. */
export function hasElectors(policy: PowerRules, { electorate, collators }: Electors): boolean {
  return (collators === null || collators.members.size > 0) && (electorate > 0n || collatorsAlone(policy));
}

/**
 * Everybody who can vote, from trie nodes under the anchor head's state root that yield all `electorateKeys`.
 * @throws RESCUE_PROOF_INVALID
 */
export function proveElectors(
  policy: PowerRules,
  stateRoot: Hex,
  nodes: readonly Uint8Array[],
  layout: PowerLayout = STANDARD_LAYOUT,
): Electors {
  return proven('electorate', stateRoot, nodes, (get) => ({
    electorate: electorateAt(policy, get, layout),
    collators: collatorsAt(policy, get, layout),
  }));
}

/** The electorate of `proveElectors`. */
export function proveElectorate(...args: Parameters<typeof proveElectors>): Planck {
  return proveElectors(...args).electorate;
}

/**
 * Fetches and proves an account's power, in as many rounds as its keys depend on values: one for nearly all adapters.
 * @throws RESCUE_PROOF_INVALID, and what `fetch` throws.
 */
export async function collectPower(
  policy: PowerRules,
  account: string,
  stateRoot: Hex,
  fetch: ProofFetcher,
  layout: PowerLayout = STANDARD_LAYOUT,
): Promise<ProvenPower & { readonly nodes: readonly Uint8Array[] }> {
  const nodes = await collect(policy, stateRoot, fetch, (known) => powerKeys(policy, account, layout, known));
  return { ...provePower(policy, account, stateRoot, nodes, layout), nodes };
}

/** Fetches and proves who can vote, as `collectPower` does for an account. A policy with strict proofs takes no surplus. */
export async function collectElectorate(
  policy: PowerRules,
  stateRoot: Hex,
  fetch: ProofFetcher,
  layout: PowerLayout = STANDARD_LAYOUT,
): Promise<Electors & { readonly nodes: readonly Uint8Array[] }> {
  const nodes = await collect(policy, stateRoot, fetch, (known) => electorateKeys(policy, layout, known));
  return { ...proveElectors(policy, stateRoot, nodes, layout), nodes };
}

/** Chains of pointers in storage are one long; more rounds would be a defect. */
const MOST_ROUNDS = 4;

async function collect(
  { strictProofs = false }: PowerRules,
  stateRoot: Hex,
  fetch: ProofFetcher,
  keysOf: (known: StorageLookup) => Uint8Array[],
): Promise<Uint8Array[]> {
  const values = new Map<Hex, ProvenValue>();
  const nodes = new Map<Hex, Uint8Array>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const missing = keysOf((key) => values.get(toHex(key)) ?? null).filter((key) => !values.has(toHex(key)));
    if (missing.length === 0) break;
    const fetched = await fetch(missing);
    for (const node of fetched) nodes.set(toHex(node), node);
    proven(
      'storage that the policy counts',
      stateRoot,
      fetched,
      (get) => {
        for (const key of missing) values.set(toHex(key), get(key));
      },
      strictProofs,
    );
  }
  return [...nodes.values()];
}

function proven<T>(
  what: string,
  stateRoot: Hex,
  nodes: readonly Uint8Array[],
  read: (get: StorageLookup) => T,
  strict = false,
): T {
  try {
    const verifier = createProofVerifier(fromHex(stateRoot), nodes, { strict });
    const result = read((key) => verifier.get(key));
    const unused = strict ? verifier.unusedNodes() : 0;
    if (unused > 0)
      throw new ProofError('PROOF_UNUSED_NODE', `${unused} of ${nodes.length} nodes prove nothing`);
    return result;
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new RescueError(
      'RESCUE_PROOF_INVALID',
      `The storage proof of the ${what} does not hold under state root ${stateRoot}: ${cause.message}`,
      { cause, details: { proof: cause.code } },
    );
  }
}
