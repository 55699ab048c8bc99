import { type AccountHex, type Hex } from '../domain/units.ts';
import { type Endpoints } from './endpoints.ts';
/** Who would make the call: a signed account, or root. */
export type DryRunOrigin = {
    readonly signed: AccountHex;
} | 'root';
export type CallDryRun = {
    readonly kind: 'succeeds';
} | {
    readonly kind: 'fails';
    readonly reason: string;
}
/** Nothing is known: the chain has no such runtime API, or the node does not serve it. */
 | {
    readonly kind: 'unavailable';
    readonly reason: string;
};
/**
 * Runs the call in the relay's own runtime on the newest finalized state without keeping its effects
 * (`DryRunApi_dry_run_call`).
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export declare function dryRunCall(endpoints: Endpoints, call: Hex, origin: DryRunOrigin): Promise<CallDryRun>;
