import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { RelayBlock } from '../../domain/units.ts';

/** Relay blocks, two hours of them, below which the end of an authorisation is near. */
const NEAR: RelayBlock = 1_200;

/**
 * Tells what becomes of the code that root of the relay chain authorises for a para, whether or not anybody decided over it here:
 * that it is authorised, that this is over soon, and that it is over without the code.
 * @returns to be told of each observation of the para
 */
export function watchAuthorisation(tell: TellOfPara): (observation: ParaObservation) => void {
  let known: NonNullable<ParaObservation['authorizedCode']> | null = null;
  let warned = false;
  return ({ authorizedCode, currentCodeHash, relay }) => {
    if (authorizedCode === undefined) return;
    // The chain removes it some time after it is over.
    const now = authorizedCode !== null && authorizedCode.expireAt > relay.number ? authorizedCode : null;
    if (known !== null && now === null && currentCodeHash !== known.codeHash) {
      tell('authorisation-ended', { ...known });
    }
    if (now !== null && (known?.codeHash !== now.codeHash || known.expireAt !== now.expireAt)) {
      warned = false;
      tell('code-authorised', { ...now });
    }
    known = now;
    if (now === null || warned || currentCodeHash === now.codeHash) return;
    const blocksLeft = now.expireAt - relay.number;
    if (blocksLeft > NEAR) return;
    warned = true;
    tell('authorisation-expires', { ...now, blocksLeft });
  };
}
