import type { CountedEndorsement } from '../round/endorsement.ts';
import type { CountedRelease } from '../round/release.ts';
import type { CountedVote, Proposal } from '../round/round.ts';
import type { Hex, ParaId, RelayBlock } from '../units.ts';

/** Another pararescue service that watches the same para. Nothing that it says is trusted unchecked. */
export interface Peer {
  /** For people. */
  readonly name: string;
  /** Proposals of its open round. @throws RESCUE_SERVICE_UNREACHABLE */
  proposals(paraId: ParaId): Promise<readonly Proposal[]>;
  /** A proposed blob; its hash is for the caller to check. @throws RESCUE_SERVICE_UNREACHABLE, RESCUE_NOT_FOUND */
  code(codeHash: Hex): Promise<Uint8Array>;
  /** Statements of the technical body in its open round. @throws RESCUE_SERVICE_UNREACHABLE */
  endorsements(paraId: ParaId): Promise<readonly CountedEndorsement[]>;
  /** What people said there last of its approved decision. @throws RESCUE_SERVICE_UNREACHABLE */
  releases(paraId: ParaId): Promise<readonly CountedRelease[]>;
  /** Its counted votes that it admitted at relay block `since` or later. @throws RESCUE_SERVICE_UNREACHABLE */
  votes(paraId: ParaId, since: RelayBlock): Promise<readonly CountedVote[]>;
  /** Its evidence bundle of the open or last round. @throws RESCUE_SERVICE_UNREACHABLE, or its own refusal */
  evidence(paraId: ParaId): Promise<AsyncIterable<Uint8Array>>;
}
