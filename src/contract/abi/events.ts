import { decodeAll } from './abi-codec.ts';
import { rescueAbi } from './rescue-abi.ts';

/** What a contract told. */
export interface DecodedEvent {
  /** Such as `Decided`; see contracts/RescueContract.sol. */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Null for an event that the rescue contract does not have; other contracts may emit some that only look alike. */
export function decodeEvent(topics: readonly Uint8Array[], data: Uint8Array): DecodedEvent | null {
  const [signature, ...indexed] = topics;
  const entry = signature && rescueAbi().event(signature);
  if (!entry) return null;
  try {
    const args = decodeAll(
      entry.inputs.filter((input) => !input.indexed),
      data,
    );
    for (const [index, input] of entry.inputs.filter((input) => input.indexed).entries()) {
      // Of dynamic values the topic would be a hash only; the contract indexes none.
      Object.assign(args, decodeAll([input], indexed[index] ?? new Uint8Array()));
    }
    return { name: entry.name, args };
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
