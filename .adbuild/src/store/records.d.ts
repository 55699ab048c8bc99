import { z } from 'zod';
import type { JournalEntry, SavedSnapshot, ServiceEvent } from '../domain/ports.ts';
import { type Anchor, type AnchorEvidence, type CountedVote, type OptIn, type Proposal } from '../domain/round.ts';
export declare const formatRecord: z.ZodObject<{
    format: z.ZodInt;
}, z.core.$strict>;
export declare const countersRecord: z.ZodObject<{
    lastEvent: z.ZodInt;
}, z.core.$strict>;
export declare const snapshotRecord: z.ZodType<SavedSnapshot>;
export declare const eventRecord: z.ZodType<ServiceEvent>;
export declare const journalRecord: z.ZodType<JournalEntry>;
export declare const optInRecord: z.ZodType<OptIn>;
export declare const anchorRecord: z.ZodType<{
    anchor: Anchor;
    evidence: AnchorEvidence;
}>;
export declare const proposalRecord: z.ZodType<Proposal>;
export declare const voteRecord: z.ZodType<CountedVote>;
