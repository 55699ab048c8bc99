import type { Anchor } from '../src/domain/round.ts';
import type { RoutePlan } from '../src/domain/route.ts';
import type { ParaId } from '../src/domain/units.ts';
import { type FreezeAnchorInput, type RecoveryContext, type StepInput } from './context.ts';
import type { RecoveryFacts } from './facts.ts';
/** Name and version under which snapshots are saved; see migrations.ts before changing either. */
export declare const RECOVERY_MACHINE = "recovery";
export declare const RECOVERY_VERSION = 1;
export type RecoveryEvent = {
    readonly type: 'OBSERVED';
    readonly facts: RecoveryFacts;
} | {
    readonly type: 'OPERATOR_RETRIED';
};
/** Error code with which an actor says that the para lives again, so that nothing must be done any more. */
export declare const REVIVED_CODE = "RESCUE_STATE_REFUSES";
/**
 * The life of one para, from healthy to dead and back (design section 2; machines/README.md has the table). Real waits
 * are never timers: each finalized relay block brings an OBSERVED event, and deadlines are block numbers in the context.
 */
export declare const recoveryMachine: import("xstate").StateMachine<RecoveryContext, RecoveryEvent, {
    [x: string]: import("xstate").ActorRefFromLogic<import("xstate").PromiseActorLogic<void, StepInput, import("xstate").EventObject> | import("xstate").PromiseActorLogic<Anchor, FreezeAnchorInput, import("xstate").EventObject> | import("xstate").PromiseActorLogic<RoutePlan, StepInput, import("xstate").EventObject>> | undefined;
}, {
    src: "authoriseStep";
    logic: import("xstate").PromiseActorLogic<void, StepInput, import("xstate").EventObject>;
    id: string | undefined;
} | {
    src: "freezeAnchor";
    logic: import("xstate").PromiseActorLogic<Anchor, FreezeAnchorInput, import("xstate").EventObject>;
    id: string | undefined;
} | {
    src: "planRoute";
    logic: import("xstate").PromiseActorLogic<RoutePlan, StepInput, import("xstate").EventObject>;
    id: string | undefined;
} | {
    src: "relock";
    logic: import("xstate").PromiseActorLogic<void, StepInput, import("xstate").EventObject>;
    id: string | undefined;
} | {
    src: "submitStep";
    logic: import("xstate").PromiseActorLogic<void, StepInput, import("xstate").EventObject>;
    id: string | undefined;
}, {
    type: "adoptPolicy";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "beginStall";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "endStall";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "leaveRescue";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "noteApproval";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "noteBlock";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "noteClock";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "noteEnactment";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "noteTrouble";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "noteUpgradeGone";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "openNextRound";
    params: import("xstate").NonReducibleUnknown;
} | {
    type: "openRound";
    params: import("xstate").NonReducibleUnknown;
}, {
    type: "isAnchorMissing";
    params: unknown;
} | {
    type: "isApproved";
    params: unknown;
} | {
    type: "isCodeEnacted";
    params: unknown;
} | {
    type: "isHeadAdvanced";
    params: unknown;
} | {
    type: "isOptedOut";
    params: unknown;
} | {
    type: "isOutdated";
    params: unknown;
} | {
    type: "isProposalAdmitted";
    params: unknown;
} | {
    type: "isRecovered";
    params: unknown;
} | {
    type: "isRecoveredAndUnlocked";
    params: unknown;
} | {
    type: "isRejected";
    params: unknown;
} | {
    type: "isRescueDue";
    params: unknown;
} | {
    type: "isRetriable";
    params: unknown;
} | {
    type: "isRevived";
    params: unknown;
} | {
    type: "isStalled";
    params: unknown;
} | {
    type: "isUpgradeGone";
    params: unknown;
}, never, "escalated" | "healthy" | "optInRescue" | "stalled" | "voting" | {
    upgrading: "authorising" | "awaitingEnactment" | "awaitingFirstHeads" | "planning" | "relocking" | "submitting";
}, string, {
    paraId: ParaId;
}, import("xstate").NonReducibleUnknown, import("xstate").EventObject, import("xstate").MetaObject, {
    id: "recovery";
    states: {
        readonly healthy: {};
        readonly stalled: {};
        readonly optInRescue: {};
        readonly voting: {};
        readonly upgrading: {
            states: {
                readonly planning: {};
                readonly authorising: {};
                readonly submitting: {};
                readonly awaitingEnactment: {};
                readonly awaitingFirstHeads: {};
                readonly relocking: {};
            };
        };
        readonly escalated: {};
    };
}, import("xstate").MetaObject>;
