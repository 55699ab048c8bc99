import { RescueError } from '../domain/errors.ts';
import { fromHex, type Hex, type Planck } from '../domain/units.ts';
import { ProofError } from '../proof/error.ts';
import { verifyReadProof } from '../proof/read-proof.ts';
import { electorateFrom, electorateKeys, type PowerRules, powerFrom, powerKeys } from './account-power.ts';
import type { ProvenValue } from './power-adapter.ts';

export interface ProvenPower {
  readonly power: Planck;
  readonly keys: readonly Uint8Array[];
  readonly values: readonly ProvenValue[];
}

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
): ProvenPower {
  const keys = powerKeys(policy, account);
  const values = proveValues(`voting power of account ${account}`, stateRoot, nodes, keys);
  return { power: powerFrom(policy, account, values), keys, values };
}

/**
 * The electorate, from trie nodes under the anchor head's state root that yield all `electorateKeys`.
 * @throws RESCUE_PROOF_INVALID
 */
export function proveElectorate(policy: PowerRules, stateRoot: Hex, nodes: readonly Uint8Array[]): Planck {
  return electorateFrom(policy, proveValues('electorate', stateRoot, nodes, electorateKeys(policy)));
}

function proveValues(
  what: string,
  stateRoot: Hex,
  proof: readonly Uint8Array[],
  keys: readonly Uint8Array[],
): ProvenValue[] {
  try {
    return verifyReadProof({ stateRoot: fromHex(stateRoot), proof, keys });
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new RescueError(
      'RESCUE_PROOF_INVALID',
      `The storage proof of the ${what} does not hold under state root ${stateRoot}: ${cause.message}`,
      { cause, details: { proof: cause.code } },
    );
  }
}
