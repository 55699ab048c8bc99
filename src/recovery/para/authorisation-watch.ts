import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { Authorisations, KnownAuthorisation } from '../../domain/ports/authorisations.ts';
import type { RelayBlock } from '../../domain/units.ts';

/** Relay blocks, two hours of them, below which the end of an authorisation is near. */
const NEAR: RelayBlock = 1_200;

/**
 * Tells what becomes of the code that root of the relay chain authorises for a para, whether or not anybody decided over it here:
 * that it is authorised, that this is over soon, and that it is over without the code. Each is told once, over restarts too: what was
 * told is kept, after it is in the log.
 * @returns to be told of each observation of the para, one after the other
 */
export function watchAuthorisation({
  tell,
  written,
  store,
}: {
  readonly tell: TellOfPara;
  /** Resolves when all that was told so far is in the log. */
  readonly written: () => Promise<unknown>;
  readonly store: Authorisations;
}): (observation: ParaObservation) => Promise<void> {
  let known: KnownAuthorisation | null | undefined;
  return async ({ paraId, authorizedCode, currentCodeHash, relay }) => {
    if (authorizedCode === undefined) return;
    if (known === undefined) known = await store.load(paraId);
    const before: KnownAuthorisation | null = known;
    // The chain removes it some time after it is over.
    const now = authorizedCode !== null && authorizedCode.expireAt > relay.number ? authorizedCode : null;
    if (before !== null && now === null && currentCodeHash !== before.codeHash) {
      const { codeHash, expireAt } = before;
      tell('authorisation-ended', { codeHash, expireAt });
    }
    const isSame = before !== null && isOf(before, now);
    if (now !== null && !isSame) tell('code-authorised', { ...now });
    const blocksLeft = (now?.expireAt ?? 0) - relay.number;
    const isNear = now !== null && currentCodeHash !== now.codeHash && blocksLeft <= NEAR;
    const wasWarned = isSame && before.warned;
    if (now !== null && isNear && !wasWarned) tell('authorisation-expires', { ...now, blocksLeft });
    known = now && { ...now, warned: wasWarned || isNear };
    if (known?.warned === before?.warned && (isSame || known === before)) return;
    await written();
    await store.save(paraId, known);
  };
}

function isOf(
  { codeHash, expireAt }: KnownAuthorisation,
  now: Pick<KnownAuthorisation, 'codeHash' | 'expireAt'> | null,
): boolean {
  return codeHash === now?.codeHash && expireAt === now.expireAt;
}
