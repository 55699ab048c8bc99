import { z } from 'zod';
import { type Hex } from './units.ts';
/** Ten thousandths of a percent: 100 % = 1_000_000. Exact, so that no share is ever a floating point number. */
export type Ppm = bigint;
export declare const PPM: Ppm;
/**
 * A rescue policy: what a para's team fixes in advance, and what its registrar manager signs the hash of.
 * Lengths are relay blocks; account ids are hex, so that one policy has one canonical form.
 */
export declare const policySchema: z.ZodObject<{
    version: z.ZodLiteral<1>;
    relayGenesis: z.ZodString;
    para: z.ZodInt;
    stall: z.ZodObject<{
        gapBlocks: z.ZodInt;
        graceBlocks: z.ZodInt;
    }, z.core.$strict>;
    proposers: z.ZodObject<{
        accounts: z.ZodDefault<z.ZodArray<z.ZodString>>;
        minimumPower: z.ZodOptional<z.ZodString>;
    }, z.core.$strict>;
    power: z.ZodArray<z.ZodDiscriminatedUnion<[z.ZodObject<{
        adapter: z.ZodLiteral<"system-account">;
        weight: z.ZodDefault<z.ZodInt>;
        count: z.ZodDefault<z.ZodArray<z.ZodEnum<{
            free: "free";
            reserved: "reserved";
        }>>>;
        frozen: z.ZodOptional<z.ZodEnum<{
            counted: "counted";
            "left-out": "left-out";
        }>>;
    }, z.core.$strict>, z.ZodObject<{
        adapter: z.ZodLiteral<"balance-holds">;
        weight: z.ZodDefault<z.ZodInt>;
        reasons: z.ZodOptional<z.ZodArray<z.ZodString>>;
    }, z.core.$strict>, z.ZodObject<{
        adapter: z.ZodLiteral<"balance-freezes">;
        weight: z.ZodDefault<z.ZodInt>;
        ids: z.ZodOptional<z.ZodArray<z.ZodString>>;
    }, z.core.$strict>, z.ZodObject<{
        adapter: z.ZodLiteral<"balance-locks">;
        weight: z.ZodDefault<z.ZodInt>;
        ids: z.ZodOptional<z.ZodArray<z.ZodString>>;
    }, z.core.$strict>, z.ZodObject<{
        adapter: z.ZodLiteral<"assets">;
        weight: z.ZodDefault<z.ZodInt>;
        pallet: z.ZodDefault<z.ZodString>;
        asset: z.ZodUnion<readonly [z.ZodInt, z.ZodString]>;
        frozen: z.ZodOptional<z.ZodEnum<{
            counted: "counted";
            "left-out": "left-out";
        }>>;
        holder: z.ZodOptional<z.ZodString>;
    }, z.core.$strict>, z.ZodObject<{
        adapter: z.ZodLiteral<"tokens">;
        weight: z.ZodDefault<z.ZodInt>;
        pallet: z.ZodDefault<z.ZodString>;
        currency: z.ZodUnion<readonly [z.ZodInt, z.ZodString]>;
        count: z.ZodDefault<z.ZodArray<z.ZodEnum<{
            free: "free";
            reserved: "reserved";
        }>>>;
        frozen: z.ZodOptional<z.ZodEnum<{
            counted: "counted";
            "left-out": "left-out";
        }>>;
    }, z.core.$strict>, z.ZodObject<{
        adapter: z.ZodLiteral<"staking-ledger">;
        weight: z.ZodDefault<z.ZodInt>;
        pallet: z.ZodDefault<z.ZodString>;
        count: z.ZodDefault<z.ZodEnum<{
            active: "active";
            total: "total";
        }>>;
    }, z.core.$strict>, z.ZodObject<{
        adapter: z.ZodLiteral<"account-map">;
        weight: z.ZodDefault<z.ZodInt>;
        pallet: z.ZodString;
        item: z.ZodString;
        field: z.ZodString;
        supply: z.ZodDefault<z.ZodString>;
    }, z.core.$strict>, z.ZodObject<{
        adapter: z.ZodLiteral<"vesting">;
        weight: z.ZodDefault<z.ZodInt>;
        pallet: z.ZodDefault<z.ZodString>;
        clock: z.ZodDefault<z.ZodEnum<{
            "ParachainSystem.LastRelayChainBlockNumber": "ParachainSystem.LastRelayChainBlockNumber";
            "System.Number": "System.Number";
        }>>;
    }, z.core.$strict>], "adapter">>;
    excluded: z.ZodDefault<z.ZodArray<z.ZodObject<{
        account: z.ZodString;
        reason: z.ZodString;
    }, z.core.$strict>>>;
    voting: z.ZodObject<{
        shortestBlocks: z.ZodInt;
        longestBlocks: z.ZodInt;
        lateQuorumExtensionBlocks: z.ZodDefault<z.ZodInt>;
        approval: z.ZodString;
        quorum: z.ZodString;
    }, z.core.$strict>;
    endorsement: z.ZodOptional<z.ZodObject<{
        accounts: z.ZodArray<z.ZodString>;
        threshold: z.ZodInt;
        shortestBlocks: z.ZodInt;
    }, z.core.$strict>>;
    routes: z.ZodArray<z.ZodEnum<{
        registrar: "registrar";
    }>>;
    recovery: z.ZodObject<{
        heads: z.ZodInt;
        lockAgain: z.ZodDefault<z.ZodBoolean>;
    }, z.core.$strict>;
}, z.core.$strict>;
export type Policy = z.infer<typeof policySchema>;
export type PowerSource = Policy['power'][number];
/** blake2-256 of the canonical JSON of the parsed policy (defaults filled in): what an opt-in signs. */
export declare function policyHash(policy: Policy): Hex;
/** `"66.6667%"` as 666_667n. The schema guarantees the form; at most four decimals, so this is exact. */
export declare function percentToPpm(text: string): Ppm;
