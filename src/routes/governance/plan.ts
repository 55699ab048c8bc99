import type { ChainFact } from '../../domain/route/facts.ts';
import type { ActStep, RouteAssessment, RouteStep } from '../../domain/route/route.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import { firstHeads } from '../code-upgrade.ts';
import { obstacles } from '../facts.ts';

export interface GovernanceRouteInput {
  readonly view: ChainView;
  readonly codeHash: Hex;
  /** Bytes of the blob. */
  readonly codeSize: number;
  /** Head of the anchor: a later one means that the para lives. */
  readonly head: Hex;
  readonly recoveryHeads: number;
}

/** Blocks in which an extrinsic that anybody may send is included, and final. */
const INCLUSION: RelayBlock = 2;

/**
 * Plans the way by the relay chain's governance: its root authorises the hash of the approved code, this service sends the code,
 * which applies at once.
 */
export function planGovernanceRoute(input: GovernanceRouteInput): RouteAssessment {
  const { view, codeHash } = input;
  const { observation } = view;
  const apply = applyStep(input);
  const steps: RouteStep[] = [
    {
      id: 'await-authorisation',
      title: "the relay chain's governance authorises the hash of the approved code",
      while: [{ kind: 'head-is', hash: input.head }],
      before: [],
      after: [{ kind: 'code-authorised', codeHash }],
      call: null,
      expectedBlocks: null,
    },
    apply,
    firstHeads(codeHash, observation.head?.number ?? 0, input.recoveryHeads),
  ];
  const reasons =
    observation.authorizedCode === undefined
      ? [
          "this relay chain has no authorised code hashes, so its root would have to set the whole code itself: 'pararescue governance prepare --code' writes what that takes",
        ]
      : obstacles(apply.before.filter(isLasting), view);
  if (reasons.length > 0) return { possible: false, route: 'governance', reasons };
  return {
    possible: true,
    plan: { route: 'governance', paraId: observation.paraId, codeHash, steps, costs: [] },
  };
}

/** Neither time nor governance takes it away. */
function isLasting({ kind }: ChainFact): boolean {
  return kind === 'code-is-other-than' || kind === 'code-size-allowed';
}

/**
 * Setting the code whose hash is authorised. The call itself checks no size, no pending upgrade and no vote of the validators:
 * what it needs is checked here.
 */
export function applyStep({
  codeHash,
  codeSize,
  head,
}: Pick<GovernanceRouteInput, 'codeHash' | 'codeSize' | 'head'>): ActStep {
  return {
    id: 'apply-code',
    title: 'set the authorised code',
    while: [{ kind: 'head-is', hash: head }],
    before: [
      { kind: 'code-authorised', codeHash },
      { kind: 'code-is-other-than', codeHash },
      { kind: 'code-size-allowed', bytes: codeSize },
      { kind: 'no-other-upgrade-pending', codeHash },
    ],
    after: [{ kind: 'code-is', codeHash }],
    call: { method: 'paras.applyAuthorizedForceSetCurrentCode', signer: 'anybody' },
    expectedBlocks: INCLUSION,
  };
}
