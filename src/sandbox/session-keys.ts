import type { IKeyringPair } from '@polkadot/types/types';
import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { fromHex, type Hex } from '../bytes/hex.ts';

/** The keys that a validator's node holds in one session. */
export interface SessionKeys {
  /** The validator's account, which is its id in every session. */
  readonly validator: Hex;
  /** sr25519: votes on code, and what else the parachain pallets ask for. */
  readonly parachain: IKeyringPair;
  /** ed25519: votes on finality. */
  readonly grandpa: IKeyringPair;
}

/** The keys as the runtime's `SessionKeys` has them, in its order, by SS58 addresses. */
export function sessionKeysJson({ parachain, grandpa }: SessionKeys): Record<string, string> {
  return {
    grandpa: grandpa.address,
    para_assignment: parachain.address,
    authority_discovery: parachain.address,
    para_validator: parachain.address,
  };
}

/** SCALE of the runtime's `SessionKeys`: the public keys one after the other. */
export function encodeSessionKeys({ parachain, grandpa }: SessionKeys): Uint8Array {
  return concatBytes(grandpa.publicKey, parachain.publicKey, parachain.publicKey, parachain.publicKey);
}

/**
 * The proof that `session.setKeys` wants: each key's signature over `POP_` and the account, in the order of the keys
 * (sp-core `statement_of_ownership`).
 */
export function ownershipProof({ validator, parachain, grandpa }: SessionKeys): Uint8Array {
  const statement = concatBytes(encodeText('POP_'), fromHex(validator));
  const byParachain = parachain.sign(statement);
  return concatBytes(grandpa.sign(statement), byParachain, byParachain, byParachain);
}
