import type { Hex, ParaId, RelayBlock } from '../units.ts';

/** An authorisation of code that was told of. */
export interface KnownAuthorisation {
  readonly codeHash: Hex;
  readonly expireAt: RelayBlock;
  /** That it is over soon was told too. */
  readonly warned: boolean;
}

/** What was told last of each para, so that a restart tells nothing again and misses no end. */
export interface Authorisations {
  /** Null where there is none. */
  load(paraId: ParaId): Promise<KnownAuthorisation | null>;
  save(paraId: ParaId, known: KnownAuthorisation | null): Promise<void>;
}
