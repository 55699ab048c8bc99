import { z } from 'zod';
import { shownValue } from '../domain/shown-value.ts';

/** Path into parsed data: keys and list indices from the top. */
export type DataPath = readonly (string | number)[];

/** One thing that is wrong, in words that go on after the path: `must be …, found …`. */
export interface Problem {
  readonly path: DataPath;
  readonly message: string;
  /** True when the problem is the key itself, not the value under it. */
  readonly atKey: boolean;
}

/** The subset of JSON schema that `z.toJSONSchema` writes for plain data. */
interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  /** Alternatives of one object, told apart by a property that is constant in each. */
  readonly oneOf?: readonly SchemaNode[];
  /** Alternatives of different kinds, such as a word or a section. */
  readonly anyOf?: readonly SchemaNode[];
}

/** Turns what zod refuses into sentences that say what would be right, with the schema's own limits and names. */
export function describeIssues(
  schema: z.ZodType,
  input: unknown,
  issues: readonly z.core.$ZodIssue[],
): Problem[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
  return issues
    .flatMap((issue) => meant(root, input, issue))
    .flatMap((issue) => describeIssue(root, input, issue));
}

/** Of alternatives of different kinds the one of the kind that was written is meant: what is wrong with it is told, and not that nothing fits. */
function meant(root: SchemaNode, input: unknown, issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const path = issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key));
  const found = valueAt(input, path);
  const place = schemaAlternatives(root, path, input).findIndex((node) => isOfKind(node, found));
  const inner = issue.errors[place];
  if (inner === undefined) return [issue];
  return inner.flatMap((one) => meant(root, input, { ...one, path: [...issue.path, ...one.path] }));
}

function isOfKind({ type }: SchemaNode, value: unknown): boolean {
  if (Array.isArray(value)) return type === 'array';
  return type === 'object' && value !== null && typeof value === 'object';
}

function describeIssue(root: SchemaNode, input: unknown, issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key));
  const node = schemaAt(root, path, input);
  const misspelt = misspeltDiscriminator(issue, input, path);
  if (misspelt !== null) return [misspelt];
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(node?.properties ?? {});
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known), atKey: true }));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path, message: `as a name ${message}`, atKey: true }));
  }
  const found = valueAt(input, path);
  const wanted = node === undefined ? null : wantedOf(node);
  if (found === undefined) {
    return [{ path, message: `is missing${wanted === null ? '' : `: must be ${wanted}`}`, atKey: true }];
  }
  const generic = issue.code !== 'custom' && issue.code !== 'invalid_format' && !sizeOfList(issue);
  const message = generic && wanted !== null ? `must be ${wanted}` : issue.message;
  const scalar = found === null || typeof found !== 'object';
  const end = issue.code === 'custom' && !scalar ? '' : `, found ${shownValue(found, path.some(ofKey))}`;
  return [{ path, message: `${message}${end}`, atKey: false }];
}

/** Where keys are named, everything that is wrong may be one. */
function ofKey(name: string | number): boolean {
  return name === 'signer' || name === 'watcher';
}

function sizeOfList(issue: z.core.$ZodIssue): boolean {
  return (
    (issue.code === 'too_small' || issue.code === 'too_big') &&
    issue.origin !== 'number' &&
    issue.origin !== 'int'
  );
}

function wantedOf(node: SchemaNode): string | null {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.anyOf !== undefined) {
    const kinds = node.anyOf.map(wantedOf);
    return kinds.includes(null) ? null : kinds.join(' or ');
  }
  if (node.enum !== undefined) return `one of ${node.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  switch (node.type) {
    case 'integer':
    case 'number':
      return `a ${node.type === 'integer' ? 'whole number' : 'number'}${rangeOf(node)}`;
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return node.items?.enum === undefined
        ? 'a list'
        : `a list with entries that are ${wantedOf(node.items)}`;
    case 'object': {
      const names = Object.keys(node.properties ?? {});
      return names.length === 0 ? 'a section' : `a section with ${names.join(', ')}`;
    }
    default:
      return null;
  }
}

function rangeOf({ minimum, maximum }: SchemaNode): string {
  const from = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? '' : ` from ${minimum}`;
  const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
  return from + to;
}

/** The alternatives at a path; none where there is one schema only. */
function schemaAlternatives(root: SchemaNode, path: DataPath, input: unknown): readonly SchemaNode[] {
  return nodeAt(root, path, input)?.anyOf ?? [];
}

function schemaAt(root: SchemaNode, path: DataPath, input: unknown): SchemaNode | undefined {
  return chosen(nodeAt(root, path, input), valueAt(input, path));
}

function nodeAt(root: SchemaNode, path: DataPath, input: unknown): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const [index, key] of path.entries()) {
    const within = chosen(node, valueAt(input, path.slice(0, index)));
    node = typeof key === 'number' ? within?.items : ownValue(within?.properties, key);
  }
  return node;
}

/** The alternative that the value means; while its discriminator fits none, one that names them all. */
function chosen(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  const ofKind = node?.anyOf?.find((alternative) => isOfKind(alternative, value));
  if (ofKind !== undefined) return chosen(ofKind, value);
  const alternatives = node?.oneOf;
  if (alternatives === undefined) return node;
  const [discriminator] = Object.entries(alternatives[0]?.properties ?? {}).find(
    ([, property]) => property.const !== undefined,
  ) ?? [''];
  const constantOf = (alternative: SchemaNode) => ownValue(alternative.properties, discriminator)?.const;
  const found = valueAt(value, [discriminator]);
  const fitting = alternatives.find((alternative) => constantOf(alternative) === found);
  return (
    fitting ?? { type: 'object', properties: { [discriminator]: { enum: alternatives.map(constantOf) } } }
  );
}

/** A missing discriminator whose name stands there misspelt: all other keys would only confuse. */
function misspeltDiscriminator(issue: z.core.$ZodIssue, input: unknown, path: DataPath): Problem | null {
  if (issue.code !== 'invalid_union' || valueAt(input, path) !== undefined) return null;
  const owner = valueAt(input, path.slice(0, -1));
  const name = String(path.at(-1));
  const keys = owner !== null && typeof owner === 'object' ? Object.keys(owner) : [];
  const key = closest(name, keys);
  if (key === null) return null;
  return { path: [...path.slice(0, -1), key], message: unknownKey(key, [name]), atKey: true };
}

function valueAt(input: unknown, path: DataPath): unknown {
  let value = input;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = ownValue(value as Record<string, unknown>, String(key));
  }
  return value;
}

function ownValue<T>(object: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

function unknownKey(key: string, known: readonly string[]): string {
  const close = closest(key, known);
  if (close !== null) return `is not known; did you mean "${close}"?`;
  return known.length === 0 ? 'is not known' : `is not known; known here: ${known.join(', ')}`;
}

/** The candidate that is at most a third of its length of edits away, ignoring case, `-` and `_`; null if none is. */
function closest(word: string, candidates: readonly string[]): string | null {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_]/g, '').slice(0, 64);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(plain(word), plain(candidate));
    if (distance < bestDistance && distance <= Math.max(1, Math.floor(candidate.length / 3))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
