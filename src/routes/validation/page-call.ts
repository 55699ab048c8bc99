import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import type { RouteStep, StepId } from '../../domain/route/route.ts';
import type { InsideCall, PageCall } from '../../domain/validation/page.ts';

/** A call of one of a plan's steps, as it is to be made. */
export interface StepPageCall {
  readonly step: StepId;
  readonly call: PageCall;
}

/** Bytes of a call that a page holds whole; longer ones carry code, and are known by their hash. */
const MOST_BYTES = 4_096;

/** A call that is prepared by its chain's metadata. */
export function preparedPageCall(
  { data, hash, decoded }: PreparedCall,
  who: Pick<PageCall, 'chain' | 'origin' | 'signer'>,
): PageCall {
  return { ...insideCall({ data, hash, decoded }), ...who };
}

/** As it stands in the call around it. */
export function insideCall({ data, hash, decoded }: PreparedCall): InsideCall {
  const bytes = data.length / 2 - 1;
  return { ...decoded, bytes, hash, data: bytes > MOST_BYTES ? null : data };
}

/** What the plan alone tells of a step's call; nothing for steps that wait. */
export function plannedPageCalls({ call }: Pick<RouteStep, 'call'>): PageCall[] {
  if (call === null) return [];
  const chain = call.method.startsWith('RescueContract.') ? 'contracts chain' : 'relay chain';
  const unknown = { args: null, data: null, bytes: null, hash: null };
  return [{ chain, method: call.method, ...unknown, origin: 'signed', signer: call.signer }];
}
