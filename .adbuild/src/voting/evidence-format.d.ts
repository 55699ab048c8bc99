import { z } from 'zod';
import { policySchema } from '../domain/policy.ts';
/**
 * The lines of an evidence bundle; docs/evidence-format.md describes them for other readers. Each line is the canonical
 * JSON of one object, ended by a line feed; `KINDS` is their order.
 */
export declare const EVIDENCE_VERSION = 1;
declare const SCHEMAS: {
    readonly 'pararescue-evidence': z.ZodObject<{
        kind: z.ZodLiteral<"pararescue-evidence">;
        version: z.ZodLiteral<1>;
    }, z.core.$strict>;
    readonly policy: z.ZodObject<{
        kind: z.ZodLiteral<"policy">;
        hash: z.ZodCustom<`0x${string}`, `0x${string}`>;
        policy: z.ZodUnknown;
    }, z.core.$strict>;
    readonly 'opt-in': z.ZodObject<{
        kind: z.ZodLiteral<"opt-in">;
        paraId: z.ZodInt;
        action: z.ZodLiteral<"opt-in">;
        relayGenesis: z.ZodCustom<`0x${string}`, `0x${string}`>;
        policy: z.ZodCustom<`0x${string}`, `0x${string}`>;
        sequence: z.ZodInt;
        account: z.ZodCustom<`0x${string}`, `0x${string}`>;
        signature: z.ZodCustom<`0x${string}`, `0x${string}`>;
        scheme: z.ZodEnum<{
            ecdsa: "ecdsa";
            ed25519: "ed25519";
            ethereum: "ethereum";
            sr25519: "sr25519";
        }>;
    }, z.core.$strict>;
    readonly anchor: z.ZodObject<{
        kind: z.ZodLiteral<"anchor">;
        anchor: z.ZodObject<{
            relay: z.ZodObject<{
                number: z.ZodInt;
                hash: z.ZodCustom<`0x${string}`, `0x${string}`>;
                stateRoot: z.ZodCustom<`0x${string}`, `0x${string}`>;
            }, z.core.$strict>;
            head: z.ZodObject<{
                hash: z.ZodCustom<`0x${string}`, `0x${string}`>;
                number: z.ZodInt;
                stateRoot: z.ZodCustom<`0x${string}`, `0x${string}`>;
            }, z.core.$strict>;
            mostRecentContext: z.ZodInt;
            codeHash: z.ZodCustom<`0x${string}`, `0x${string}`>;
            runtime: z.ZodObject<{
                specName: z.ZodString;
                specVersion: z.ZodInt;
            }, z.core.$strict>;
        }, z.core.$strict>;
        relayHeader: z.ZodCustom<`0x${string}`, `0x${string}`>;
        headProof: z.ZodArray<z.ZodCustom<`0x${string}`, `0x${string}`>>;
        paraHeader: z.ZodCustom<`0x${string}`, `0x${string}`>;
    }, z.core.$strict>;
    readonly layout: z.ZodObject<{
        kind: z.ZodLiteral<"layout">;
        layout: z.ZodUnknown;
    }, z.core.$strict>;
    readonly finality: z.ZodObject<{
        kind: z.ZodLiteral<"finality">;
        form: z.ZodEnum<{
            "finality-proof": "finality-proof";
            justification: "justification";
        }>;
        proof: z.ZodCustom<`0x${string}`, `0x${string}`>;
        setId: z.ZodString;
        authorities: z.ZodArray<z.ZodObject<{
            id: z.ZodCustom<`0x${string}`, `0x${string}`>;
            weight: z.ZodString;
        }, z.core.$strict>>;
    }, z.core.$strict>;
    readonly round: z.ZodObject<{
        kind: z.ZodLiteral<"round">;
        round: z.ZodInt;
        clock: z.ZodObject<{
            openedAt: z.ZodInt;
            closesAt: z.ZodInt;
            quorateSince: z.ZodNullable<z.ZodInt>;
            extended: z.ZodBoolean;
        }, z.core.$strict>;
        decidedAt: z.ZodInt;
    }, z.core.$strict>;
    readonly proposal: z.ZodObject<{
        kind: z.ZodLiteral<"proposal">;
        hash: z.ZodCustom<`0x${string}`, `0x${string}`>;
        codeHash: z.ZodCustom<`0x${string}`, `0x${string}`>;
        codeSize: z.ZodInt;
        runtime: z.ZodObject<{
            specName: z.ZodString;
            specVersion: z.ZodInt;
        }, z.core.$strict>;
        text: z.ZodString;
        proposer: z.ZodCustom<`0x${string}`, `0x${string}`>;
        admittedAt: z.ZodInt;
    }, z.core.$strict>;
    readonly node: z.ZodObject<{
        kind: z.ZodLiteral<"node">;
        bytes: z.ZodCustom<`0x${string}`, `0x${string}`>;
    }, z.core.$strict>;
    readonly vote: z.ZodObject<{
        kind: z.ZodLiteral<"vote">;
        account: z.ZodCustom<`0x${string}`, `0x${string}`>;
        proposal: z.ZodCustom<`0x${string}`, `0x${string}`>;
        choice: z.ZodEnum<{
            abstain: "abstain";
            aye: "aye";
            nay: "nay";
        }>;
        sequence: z.ZodInt;
        signature: z.ZodCustom<`0x${string}`, `0x${string}`>;
        scheme: z.ZodEnum<{
            ecdsa: "ecdsa";
            ed25519: "ed25519";
            ethereum: "ethereum";
            sr25519: "sr25519";
        }>;
        power: z.ZodString;
        admittedAt: z.ZodInt;
    }, z.core.$strict>;
    readonly result: z.ZodObject<{
        kind: z.ZodLiteral<"result">;
        electorate: z.ZodString;
        votes: z.ZodInt;
        tallies: z.ZodArray<z.ZodObject<{
            proposal: z.ZodCustom<`0x${string}`, `0x${string}`>;
            ayes: z.ZodString;
            nays: z.ZodString;
            abstains: z.ZodString;
            votes: z.ZodInt;
            approved: z.ZodBoolean;
            quorate: z.ZodBoolean;
        }, z.core.$strict>>;
        decision: z.ZodDiscriminatedUnion<[z.ZodObject<{
            kind: z.ZodLiteral<"approved">;
            proposal: z.ZodCustom<`0x${string}`, `0x${string}`>;
            codeHash: z.ZodCustom<`0x${string}`, `0x${string}`>;
        }, z.core.$strict>, z.ZodObject<{
            kind: z.ZodLiteral<"rejected">;
        }, z.core.$strict>, z.ZodObject<{
            kind: z.ZodLiteral<"open">;
        }, z.core.$strict>], "kind">;
    }, z.core.$strict>;
};
export type LineKind = keyof typeof SCHEMAS;
export type Line<Kind extends LineKind = LineKind> = {
    [K in Kind]: z.infer<(typeof SCHEMAS)[K]>;
}[Kind];
type Policy = z.infer<typeof policySchema>;
export declare function encodeLine(line: Line): string;
/** The policy of its line; only the exact form that is hashed is accepted, defaults filled in. */
export declare function policyOfLine(line: Line<'policy'>): Policy | null;
/** Reads line after line, each in its place; a wrong one, or a missing one at the end, is `RESCUE_REQUEST_INVALID`. */
export declare class LineReader {
    #private;
    next(text: string): Line;
    /** Call after the last line. */
    end(): void;
}
export {};
