import { z } from 'zod';
import type { ServiceEvent } from '../domain/ports.ts';
import { type CountedVote, type OptIn, type Proposal } from '../domain/round.ts';
import type { AccountProof, ParaStatus, ServiceStatus, SubstituteInstruction, TallyView } from '../recovery/rescue-service.ts';
export declare const paraAnswer: z.ZodType<ParaStatus>;
export declare const statusAnswer: z.ZodType<ServiceStatus>;
export declare const policyAnswer: z.ZodObject<{
    policy: z.ZodNullable<z.ZodObject<{
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
    }, z.core.$strict>>;
}, z.core.$strip>;
export declare const optInAnswer: z.ZodType<OptIn>;
export declare const proposalAnswer: z.ZodType<Proposal>;
export declare const proposalsAnswer: z.ZodObject<{
    proposals: z.ZodArray<z.ZodType<Proposal, unknown, z.core.$ZodTypeInternals<Proposal, unknown>>>;
}, z.core.$strip>;
export declare const voteAnswer: z.ZodType<CountedVote>;
export declare const votesAnswer: z.ZodObject<{
    votes: z.ZodArray<z.ZodType<CountedVote, unknown, z.core.$ZodTypeInternals<CountedVote, unknown>>>;
}, z.core.$strip>;
export declare const tallyAnswer: z.ZodType<TallyView>;
export declare const accountProofAnswer: z.ZodType<AccountProof>;
export declare const substituteAnswer: z.ZodType<SubstituteInstruction>;
export declare const eventAnswer: z.ZodType<ServiceEvent>;
export declare const retryAnswer: z.ZodObject<{
    ok: z.ZodLiteral<true>;
}, z.core.$strip>;
export declare const errorAnswer: z.ZodObject<{
    error: z.ZodObject<{
        code: z.ZodString;
        message: z.ZodString;
        details: z.ZodRecord<z.ZodString, z.ZodUnknown>;
    }, z.core.$strip>;
}, z.core.$strip>;
