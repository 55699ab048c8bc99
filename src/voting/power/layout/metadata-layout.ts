import { fromHex } from '../../../bytes/hex.ts';
import { messageOf, RescueError } from '../../../domain/errors.ts';
import type { Policy, PowerSource } from '../../../domain/policy/policy.ts';
import type { ProxyType } from '../../../domain/round/round.ts';
import { ProofError } from '../../../proof/error.ts';
import { proxyTypesOf } from '../../proxies/proxy-types.ts';
import type { PowerRules } from '../account-power.ts';
import { accountField, memberBytes } from '../collator-set.ts';
import type { WantedItem } from '../power-adapter.ts';
import { adapterOf } from '../power-adapters.ts';
import type { MetadataShapes } from './metadata-shapes.ts';
import type { ItemLayout, PowerLayout } from './power-layout.ts';
import { decodeShape, describeShape, isAmount, type Shape, shapeAt } from './shape.ts';

/** What of a policy must fit a chain. */
export type LayoutRules = PowerRules & Partial<Pick<Policy, 'proposers' | 'endorsement'>>;

/**
 * The layout of all storage that the policy's power needs, from the para's own metadata at the anchor's head (bytes of
 * `state_getMetadata`, or the result of `Metadata_metadata_at_version`; version 14 or later).
 * @throws RESCUE_POLICY_UNEXECUTABLE showing every difference between the policy and the chain;
 * RESCUE_NODE_MALFORMED when the bytes are no metadata.
 */
export async function readPowerLayout(metadata: Uint8Array, policy: LayoutRules): Promise<PowerLayout> {
  const { layout, problems } = compare(await shapesOf(metadata), policy);
  if (problems.length === 0) return layout;
  throw new RescueError(
    'RESCUE_POLICY_UNEXECUTABLE',
    `The policy does not fit the para's storage: ${problems.join('; ')}.`,
    { details: { differences: problems } },
  );
}

/** Those of `sources` that fit the para's storage, each looked at alone. @throws RESCUE_NODE_MALFORMED when the bytes are no metadata */
export async function fittingSources(
  metadata: Uint8Array,
  sources: readonly PowerSource[],
): Promise<PowerSource[]> {
  const shapes = await shapesOf(metadata);
  return sources.filter((source) => compare(shapes, { power: [source], excluded: [] }).problems.length === 0);
}

/** The types of proxies of the para, as `proxyTypesOf`; null where it keeps none as pallet-proxy does. @throws RESCUE_NODE_MALFORMED */
export async function readProxyTypes(metadata: Uint8Array): Promise<readonly ProxyType[] | null> {
  return proxyTypesOf(await shapesOf(metadata));
}

async function shapesOf(metadata: Uint8Array): Promise<MetadataShapes> {
  // Loaded here, because the decoder of metadata takes half a second that nothing else of voting needs.
  const { MetadataShapes } = await import('./metadata-shapes.ts');
  try {
    return new MetadataShapes(metadata);
  } catch (cause) {
    throw new RescueError(
      'RESCUE_NODE_MALFORMED',
      `The para's metadata cannot be decoded: ${messageOf(cause)}.`,
      { cause },
    );
  }
}

interface Comparison {
  readonly layout: PowerLayout;
  readonly problems: readonly string[];
}
type Fit = { readonly items: Record<string, ItemLayout>; readonly problems: string[] };

function compare(shapes: MetadataShapes, policy: LayoutRules): Comparison {
  const accounts = shapes.item('System.Account')?.keys[0];
  const accountBytes = accounts?.kind === 'bytes' ? accounts.length : 0;
  if (accountBytes !== 20 && accountBytes !== 32) {
    const found = accounts === undefined ? 'it has no map System.Account' : describeShape(accounts);
    const problems = [`accounts of the para must be ids of 32 or 20 bytes, but ${found}`];
    return { layout: { version: 1, accountBytes: 32, items: {} }, problems };
  }
  const problems: string[] = accountProblems(policy, accountBytes);
  const items: Record<string, ItemLayout> = {};
  for (const [index, source] of policy.power.entries()) {
    const adapter = adapterOf(source);
    const conflict = adapter.conflict?.(source, shapes.pallets()) ?? null;
    if (conflict !== null) problems.push(`power[${index}] (${source.adapter}): ${conflict}`);
    const fits = adapter.wants(source).map((wanted) => fit(shapes, wanted, accountBytes));
    const best = fits.find((one) => one.problems.length === 0);
    if (best !== undefined) Object.assign(items, best.items);
    else
      problems.push(...(fits[0]?.problems ?? []).map((one) => `power[${index}] (${source.adapter}): ${one}`));
  }
  for (const set of policy.collators?.sets ?? []) {
    const { items: found, problems: against } = fitSet(shapes, set, accountBytes);
    Object.assign(items, found);
    problems.push(...against.map((one) => `collators: ${one}`));
  }
  return { layout: { version: 1, accountBytes, items }, problems: [...new Set(problems)] };
}

/** A plain list that names the para's collators. */
function fitSet(shapes: MetadataShapes, set: string, accountBytes: number): Fit {
  const [pallet = '', item = ''] = set.split('.');
  const found = shapes.item(set);
  if (found === null) return { items: {}, problems: [absence(shapes, { pallet, item })] };
  const { value } = found.layout;
  const bytes = memberBytes(set, accountBytes);
  const problems: string[] = [];
  if (found.keys.length > 0) problems.push(`${set} is a map, and a plain list is wanted`);
  else if (accountField(value, bytes) === null)
    problems.push(
      `${set} should be a list of accounts of ${bytes} bytes, but is ${short(describeShape(value))}`,
    );
  return { items: { [set]: found.layout }, problems };
}

function accountProblems(policy: LayoutRules, bytes: number): string[] {
  const lists = {
    excluded: policy.excluded.map(({ account }) => account),
    'proposers.accounts': policy.proposers?.accounts ?? [],
    'endorsement.accounts': policy.endorsement?.accounts ?? [],
  };
  return Object.entries(lists).flatMap(([name, accounts]) => {
    const other = accounts.find((account) => (account.length - 2) / 2 !== bytes);
    return other === undefined
      ? []
      : [
          `${name} holds ${other} of ${(other.length - 2) / 2} bytes, but accounts of this para have ${bytes}`,
        ];
  });
}

function fit(shapes: MetadataShapes, wanted: readonly WantedItem[], accountBytes: number): Fit {
  const all: Fit = { items: {}, problems: [] };
  for (const want of wanted) {
    const name = `${want.pallet}.${want.item}`;
    const found = shapes.item(name);
    if (found === null) {
      all.problems.push(absence(shapes, want));
      continue;
    }
    all.items[name] = found.layout;
    all.problems.push(...keyProblems(name, want, found.keys, accountBytes));
    all.problems.push(...valueProblems(name, want, found.layout.value));
  }
  return all;
}

function absence(shapes: MetadataShapes, { pallet, item }: Pick<WantedItem, 'pallet' | 'item'>): string {
  const items = shapes.items(pallet);
  return items === null
    ? `the para has no pallet ${pallet} (it has ${shapes.pallets().join(', ')})`
    : `pallet ${pallet} of the para has no storage item ${item} (it has ${items.join(', ') || 'none'})`;
}

function keyProblems(name: string, want: WantedItem, keys: readonly Shape[], accountBytes: number): string[] {
  if (keys.length !== want.keys.length) {
    return [`${name} has ${keys.length} keys where the adapter expects ${want.keys.length}`];
  }
  return want.keys.flatMap((wanted, index) => {
    const shape = keys[index];
    if (shape === undefined) return [];
    const is = `key ${index + 1} of ${name} is ${describeShape(shape)}`;
    if (wanted === 'account') {
      return shape.kind === 'bytes' && shape.length === accountBytes ? [] : [`${is}, not an account`];
    }
    const { asset } = wanted;
    if (typeof asset === 'number') {
      const fits = shape.kind === 'uint' && BigInt(asset) >> BigInt(shape.bytes * 8) === 0n;
      return fits ? [] : [`${is}, which cannot be the number ${asset}`];
    }
    try {
      decodeShape(shape, fromHex(asset), 'the id');
      return [];
    } catch (cause) {
      if (!(cause instanceof ProofError)) throw cause;
      return [`${is}, which cannot be ${asset}: ${cause.message}`];
    }
  });
}

function valueProblems(name: string, want: WantedItem, value: Shape): string[] {
  const problems: string[] = [];
  const sets = want.amounts.map((paths) => paths.filter((path) => !isReadable(shapeAt(value, path))));
  const [missing = []] = sets;
  if (sets.length > 0 && sets.every((lacking) => lacking.length > 0)) {
    const paths = missing.map((path) => (path === '' ? 'an amount' : path)).join(' and ');
    problems.push(`the value of ${name} should have ${paths}, but is ${short(describeShape(value))}`);
  }
  if (want.names !== undefined) problems.push(...nameProblems(name, want.names, value));
  return problems;
}

/** A flag counts as readable: older assets have one for frozen accounts. */
function isReadable(shape: Shape | null): boolean {
  return isAmount(shape) || shape?.kind === 'bool';
}

function nameProblems(
  item: string,
  { path, wanted }: NonNullable<WantedItem['names']>,
  value: Shape,
): string[] {
  const shape = shapeAt(value, path);
  if (shape === null) return [`the value of ${item} has no ${path}, it is ${short(describeShape(value))}`];
  if (shape.kind === 'bytes') {
    return wanted
      .filter((name) => name.length !== shape.length)
      .map((name) => `${path} "${name}" of ${item} must have ${shape.length} characters`);
  }
  const known = namesOf(shape);
  return wanted
    .filter((name) => !known.includes(name))
    .map((name) => `${item} knows no ${path} "${name}" (it knows ${known.join(', ') || 'none'})`);
}

/** `Staking.Staking`, as a policy names variants of an enum in an enum. */
function namesOf(shape: Shape): string[] {
  if (shape.kind !== 'enum') return [];
  return shape.variants.flatMap(([, name, inner]) => {
    const more = namesOf(inner);
    return more.length === 0 ? [name] : more.map((rest) => `${name}.${rest}`);
  });
}

function short(text: string): string {
  return text.length > 300 ? `${text.slice(0, 297)}…` : text;
}
