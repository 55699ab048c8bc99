import type { WatchedHistory } from '../../machines/context.ts';
import { type Diagnosis, type DiagnosisFacts } from '../domain/diagnosis.ts';
import type { ParaObservation } from '../domain/observation.ts';
import type { ParaReader } from '../domain/ports.ts';
export interface Diagnostician {
    /** The diagnosis by what is known now; asks the para's nodes in the background when they were not asked yet. */
    diagnose(observation: ParaObservation, watched: {
        readonly relayLive: boolean;
        readonly history: WatchedHistory;
        readonly fleet: DiagnosisFacts['fleet'];
    }): Diagnosis;
    /** Resolves when no question to a node is open. */
    settled(): Promise<void>;
}
/** Diagnoses one para. `onFindings` is called when its nodes answered, so that the diagnosis can be made anew. */
export declare function createDiagnostician(para: ParaReader, onFindings: () => void): Diagnostician;
