import { ScaleReader } from '../bytes/scale.ts';
import { ProofError } from './error.ts';

/** Reads SCALE values that must be what they claim; every failure is `PROOF_BAD_ENCODING`. */
export function scaleReader(bytes: Uint8Array, what: string): ScaleReader {
  return new ScaleReader(
    bytes,
    what,
    (name, problem) => new ProofError('PROOF_BAD_ENCODING', `The ${name} ${problem}.`),
  );
}
