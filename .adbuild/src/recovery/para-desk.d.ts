import type { Diagnosis, DiagnosisFacts } from '../domain/diagnosis.ts';
import type { ParaObservation } from '../domain/observation.ts';
import type { Ledger, ParaReader } from '../domain/ports.ts';
import type { OptIn } from '../domain/round.ts';
import { type StallReading } from '../domain/stall.ts';
import type { ParaId, RelayBlock } from '../domain/units.ts';
import type { BlockFeed } from './block-feed.ts';
import type { Diagnostician } from './diagnostician.ts';
import type { MachineRunner } from './machine-runner.ts';
import { type RoundBook } from './round-book.ts';
import { type SerialQueue } from './serial-queue.ts';
export interface WatchedPara {
    readonly id: ParaId;
    readonly name: string;
    /** Gap while no policy is in force. */
    readonly stallGapBlocks: RelayBlock;
    readonly reader: ParaReader;
}
/** Everything about one para in one place; what changes it runs through `queue`, one act at a time. */
export interface ParaDesk {
    readonly para: WatchedPara;
    readonly queue: SerialQueue;
    readonly runner: MachineRunner;
    latest(): {
        readonly observation: ParaObservation;
        readonly stall: StallReading;
        readonly diagnosis: Diagnosis | null;
    } | null;
    optIn(): OptIn | null;
    /** Takes in one finalized block; older ones than seen before are ignored. Call inside `queue`. */
    observe(seen: Sighting): Promise<void>;
    /** Looks at the last block again after the ledger or the findings changed. Call inside `queue`. */
    review(): Promise<void>;
    setOptIn(optIn: OptIn): void;
    /** The round of the present anchor, or null when none is frozen. Call inside `queue`. */
    book(): Promise<RoundBook | null>;
}
/** One para in one finalized block, and what the others say. */
export interface Sighting {
    readonly observation: ParaObservation;
    readonly relaySpecVersion: number;
    readonly fleet: DiagnosisFacts['fleet'];
}
export declare function createParaDesk(options: {
    readonly para: WatchedPara;
    readonly runner: MachineRunner;
    readonly ledger: Ledger;
    readonly feed: BlockFeed;
    readonly diagnostician: Diagnostician;
}): Promise<ParaDesk>;
