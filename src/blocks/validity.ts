import { toHex } from '../bytes/hex.ts';
import type { ScaleReader } from '../bytes/scale.ts';
import { answerReader } from '../executor/answer.ts';

/** sp-runtime's `ValidTransaction`; tags in hex. */
export interface ValidTransaction {
  readonly priority: bigint;
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly longevity: bigint;
}

export interface TransactionError {
  readonly kind: 'invalid' | 'unknown';
  /** Nodes put these sentences into their RPC errors; clients show them. */
  readonly reason: string;
  /** May work in a later block as it is. */
  readonly retry: boolean;
  readonly stale: boolean;
}

const INVALID = [
  'Transaction call is not expected',
  'Inability to pay some fees (e.g. account balance too low)',
  'Transaction will be valid in the future',
  'Transaction is outdated',
  'Transaction has a bad signature',
  'Transaction has an ancient birth block',
  'Transaction would exhaust the block limits',
  'Custom error',
  'A call was labelled as mandatory, but resulted in an Error.',
  'Transaction dispatch is mandatory; transactions must not be validated.',
  'Invalid signing address',
  'The implicit data was unable to be calculated',
  'The transaction extension did not authorize any origin',
];
const FUTURE = 2;
const STALE = 3;
const EXHAUSTS_RESOURCES = 6;
const CUSTOM = 7;

/** SCALE `TransactionValidity`. */
export function decodeValidity(bytes: Uint8Array): ValidTransaction | TransactionError {
  const reader = answerReader(bytes, 'verdict on a transaction');
  if (reader.u8() !== 0) return readError(reader);
  const tag = () => toHex(reader.vec());
  return {
    priority: reader.u64(),
    requires: reader.list(tag),
    provides: reader.list(tag),
    longevity: reader.u64(),
  };
}

/** SCALE `ApplyExtrinsicResult`: null when the extrinsic belongs into the block, whether its call worked or not. */
export function decodeApplyResult(bytes: Uint8Array): TransactionError | null {
  const reader = answerReader(bytes, 'verdict on a transaction');
  return reader.u8() === 0 ? null : readError(reader);
}

function readError(reader: ScaleReader): TransactionError {
  const unknown = reader.u8() === 1;
  const index = reader.u8();
  if (unknown) {
    const reason = [
      'Could not lookup information required to validate the transaction',
      'Could not find an unsigned validator for the unsigned transaction',
    ];
    return {
      kind: 'unknown',
      reason: reason[index] ?? 'Unknown Transaction Validity',
      retry: false,
      stale: false,
    };
  }
  const sentence = INVALID[index] ?? `Invalid transaction of kind ${index}`;
  return {
    kind: 'invalid',
    reason: index === CUSTOM ? `${sentence}: ${reader.u8()}` : sentence,
    retry: index === FUTURE || index === EXHAUSTS_RESOURCES,
    stale: index === STALE,
  };
}
