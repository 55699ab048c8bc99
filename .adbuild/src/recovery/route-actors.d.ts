import type { StepInput } from '../../machines/context.ts';
import type { ParaObservation } from '../domain/observation.ts';
import type { Ledger, RelayReader, RelaySubmitter } from '../domain/ports.ts';
import type { RouteAssessment, RoutePlan } from '../domain/route.ts';
import type { BlockFeed } from './block-feed.ts';
import type { Step } from './step-executor.ts';
export interface RouteContext {
    readonly feed: BlockFeed;
    readonly relay: RelayReader;
    readonly ledger: Ledger;
    readonly submitter: RelaySubmitter;
}
/** Every allowed route in the policy's order, with its plan or the reasons against it. */
export declare function assessRoutes({ relay, ledger, submitter }: RouteContext, input: StepInput, observation: ParaObservation): Promise<RouteAssessment[]>;
/**
 * The first route of the policy that chain state allows.
 * @throws RESCUE_ROUTE_IMPOSSIBLE with the reasons against each.
 */
export declare function planRoute(context: RouteContext, input: StepInput, signal: AbortSignal): Promise<RoutePlan>;
/** Scheduling the approved code as the registrar manager: the point of no return of the registrar route. */
export declare function scheduleStep({ relay, ledger }: RouteContext, input: StepInput): Step;
/** Adding the lock again once the para lives. */
export declare function relockStep(input: StepInput): Step;
