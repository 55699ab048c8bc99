import type { Reach } from '../../domain/chain/acting.ts';
import { isNodeTrouble, type RescueError } from '../../domain/errors.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { OptIn } from '../../domain/round/round.ts';
import { multisigAccount } from '../../keys/multisig.ts';
import { reachAt } from '../../routes/acting.ts';

/** Whether who signed an opt-in may still act for the manager in whose name it was signed. */
export interface Mandate {
  /** Asked at each block that may be acted upon. */
  holds(optIn: OptIn): Promise<boolean>;
}

/** For opt-ins of which nothing but the manager has to be looked at. */
export const ALWAYS: Mandate = { holds: async () => true };

/**
 * A proxy may be removed at any time, and then what it signed counts no more: it is proven from the relay chain's state at each
 * block. While no node gives a proof, what was proven last stands; it was proven when the opt-in was taken.
 */
export function createMandate(
  relay: Pick<RelayReader, 'accounts'>,
  onTrouble: (trouble: RescueError) => void = () => undefined,
): Mandate {
  let last: { readonly optIn: OptIn; readonly reach: Reach } | null = null;
  return {
    holds: async (optIn) => {
      if ('contract' in optIn || 'signature' in optIn) return true;
      const { account: manager, multisig, signatures } = optIn;
      const signer = multisig ? multisigAccount(multisig).account : signatures[0]?.account;
      if (signer === undefined) return false;
      if (signer === manager) return true;
      try {
        last = { optIn, reach: await reachAt(relay, manager, signer) };
      } catch (error) {
        if (!isNodeTrouble(error)) throw error;
        onTrouble(error);
      }
      return last?.optIn !== optIn || last.reach.kind !== 'none';
    },
  };
}
