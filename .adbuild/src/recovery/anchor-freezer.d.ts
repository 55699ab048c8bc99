import type { FreezeAnchorInput } from '../../machines/context.ts';
import type { Ledger, ParaReader, RelayReader } from '../domain/ports.ts';
import type { Anchor } from '../domain/round.ts';
/**
 * Freezes the state that a rescue's votes are proven against, and records the proofs while the nodes still have them:
 * the relay prunes its side about 25 minutes after the block. Idempotent: an anchor that is stored and covers the
 * policy is used again, so that a restart does not move it.
 */
export declare function freezeAnchor({ relay, para, ledger }: {
    relay: RelayReader;
    para: ParaReader;
    ledger: Ledger;
}, { paraId, head, policy }: FreezeAnchorInput): Promise<Anchor>;
