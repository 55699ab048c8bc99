import { keccak_256 } from '@noble/hashes/sha3.js';
import { z } from 'zod';
import { encodeText } from '../../bytes/bytes.ts';

/** A parameter of the Solidity ABI (JSON form). */
export interface AbiParameter {
  readonly name: string;
  readonly type: string;
  readonly indexed?: boolean | undefined;
  readonly components?: readonly AbiParameter[] | undefined;
}

export interface AbiEntry {
  readonly type: 'constructor' | 'function' | 'event' | 'error' | 'receive' | 'fallback';
  readonly name: string;
  readonly inputs: readonly AbiParameter[];
  readonly outputs: readonly AbiParameter[];
}

const parameterSchema: z.ZodType<AbiParameter> = z.lazy(() =>
  z.object({
    name: z.string(),
    type: z.string(),
    indexed: z.boolean().optional(),
    components: z.array(parameterSchema).optional(),
  }),
);

export const abiSchema: z.ZodType<readonly AbiEntry[]> = z.array(
  z.object({
    type: z.enum(['constructor', 'function', 'event', 'error', 'receive', 'fallback']),
    name: z.string().default(''),
    inputs: z.array(parameterSchema).default([]),
    outputs: z.array(parameterSchema).default([]),
  }),
);

/** A type's elements when it is an array of any length, such as `address` for `address[]`. */
export function elementOf(parameter: AbiParameter): AbiParameter | null {
  return parameter.type.endsWith('[]') ? { ...parameter, type: parameter.type.slice(0, -2) } : null;
}

/** True when the value stands in the tail and its word is an offset. */
export function isDynamic(parameter: AbiParameter): boolean {
  const { type, components } = parameter;
  if (type === 'bytes' || type === 'string' || type.endsWith('[]')) return true;
  return type === 'tuple' && (components ?? []).some(isDynamic);
}

/** Words that the parameter takes in the head: one, or those of a struct without dynamic parts. */
export function headWords(parameter: AbiParameter): number {
  if (parameter.type !== 'tuple' || isDynamic(parameter)) return 1;
  return (parameter.components ?? []).reduce((sum, field) => sum + headWords(field), 0);
}

/** `name(type,…)` with structs as tuples: what selectors and topics are hashes of. */
export function signatureOf({ name, inputs }: AbiEntry): string {
  return `${name}(${inputs.map(canonicalType).join(',')})`;
}

/** First four bytes of the keccak-256 of the signature. */
export function selectorOf(entry: AbiEntry): Uint8Array {
  return keccak_256(encodeText(signatureOf(entry))).slice(0, 4);
}

/** First topic of an event. */
export function topicOf(entry: AbiEntry): Uint8Array {
  return keccak_256(encodeText(signatureOf(entry)));
}

function canonicalType({ type, components }: AbiParameter): string {
  if (!type.startsWith('tuple')) return type;
  return `(${(components ?? []).map(canonicalType).join(',')})${type.slice('tuple'.length)}`;
}
