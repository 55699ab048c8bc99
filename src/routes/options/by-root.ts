import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import { managerObstacles } from '../../domain/chain/manager.ts';
import { type Finding, obstacle, ok } from '../../domain/readiness/finding.ts';
import { NO_CODE } from '../../domain/route/fact-text.ts';
import { authorizationGuard, overwriteGuard, stallClockGuard } from '../../domain/route/guards.ts';
import type { OptionStep, PlannedCall, RouteOption } from '../../domain/route/option.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { revivalSteps } from '../code-upgrade.ts';
import { codeGuards, collatorsPart, DECODING_RISK } from './guards.ts';
import { judge } from './judge.ts';
import type { PlanLook } from './look.ts';
import { codeCall, factLines, optionStep, plannedCall, sumOfBlocks, unknownCall } from './option-step.ts';

/** Relay blocks in which authorised code can be supplied: long enough for people, short enough not to come back to a living para. */
export const VALID_BLOCKS = 3 * 14_400;
const USUAL_HEADS = 3;

const BARE = {
  way: 'governance',
  route: 'governance',
  result: 'refused',
  summary:
    'root of the relay chain authorises the hash of the code, or sets the code; anybody supplies the bytes where it was authorised',
  reasons: [],
  helps: [],
  findings: [],
  steps: [],
  expectedBlocks: null,
  waitsFor: null,
  costs: [],
  dependsOn: [],
  risks: [],
} as const satisfies RouteOption;

/** What root of the relay chain has to do, by the relay chain's own metadata; how its holders come to act as root is governance's. */
export async function rootOption(look: PlanLook): Promise<RouteOption> {
  const { observation, code, hasSudo } = look;
  const overwrite = overwriteGuard(observation, code?.hash ?? null);
  const calls = await callsOf(look, overwrite);
  const findings: Finding[] = [
    calls === null
      ? obstacle(
          'upgrade-rule',
          'nothing',
          'this relay chain has no call by which root replaces the code of a para',
        )
      : ok('upgrade-rule', calls.how),
    registeredFinding(look),
    ...codeGuards(look),
    // Noting the same head in the same batch enacts what is pending, so it is no obstacle there.
    ...(calls?.isBatch
      ? [ok('overwrite', `${overwrite.sentence}; the batch enacts it first`), stallClockGuard()]
      : [overwrite]),
    authorizationGuard(observation, code?.hash ?? null),
  ];
  const judged = judge(findings);
  if (judged.result === 'refused' || calls === null) return { ...BARE, ...judged, findings };
  const steps = stepsOf(look, calls);
  const collators = collatorsPart(look);
  return {
    ...BARE,
    waitsFor: `${hasSudo ? 'the holder of the sudo key' : "a referendum of the relay chain's holders"}, and ${collators.waitsFor}`,
    ...judged,
    result: judged.result === 'works' ? 'needs' : judged.result,
    helps: [
      ...judged.helps,
      hasSudo
        ? 'root of this relay chain is the key of pallet-sudo: its holder sends the call'
        : 'a root referendum, or one of the whitelisted track: "pararescue governance" makes its calls',
    ],
    findings,
    steps,
    expectedBlocks: sumOfBlocks(steps),
    dependsOn: [
      hasSudo ? 'the key of pallet-sudo' : 'people who vote for a call of root of the relay chain',
      ...(calls.apply ? ['somebody who supplies the code before the authorisation expires'] : []),
    ],
    risks: [
      'nothing checks the code: no vote of validators (PVF), no size, no cooldown; code that does not validate leaves the para where it is',
      ...(calls.isBatch
        ? [
            'a head that is named in a call and noted after the para lives again takes its blocks back: cancel the referendum then',
          ]
        : []),
      ...(calls.apply
        ? [
            'a long authorisation lets anybody put the code on the para after it lives again; there is no call that takes it back, only another authorisation',
          ]
        : []),
      ...collators.risks,
      DECODING_RISK,
    ],
  };
}

interface RootCalls {
  readonly how: string;
  /** The call of root. */
  readonly root: PlannedCall;
  /** The call by which anybody supplies the code; null where root's call carries it. */
  readonly apply: PlannedCall | null;
  readonly isBatch: boolean;
}

async function callsOf(look: PlanLook, overwrite: Finding): Promise<RootCalls | null> {
  const { observation, code, relay } = look;
  const { paraId, headData } = observation;
  const note =
    overwrite.result === 'obstacle' && overwrite.remedy === 'people' && headData !== null
      ? await relay.call('paras', 'forceNoteNewHead', [paraId, headData])
      : null;
  const batch = async (call: PreparedCall | null) =>
    note && call ? await relay.call('utility', 'batchAll', [[note.data, call.data]]) : call;
  const authorize = await batch(
    await relay.call('paras', 'authorizeForceSetCurrentCodeHash', [
      paraId,
      code?.hash ?? NO_CODE,
      VALID_BLOCKS,
    ]),
  );
  const later = 'its bytes and its hash follow from the code: give it with --code';
  if (authorize) {
    const apply = await codeCall('paras.applyAuthorizedForceSetCurrentCode', code, (bytes) =>
      relay.call('paras', 'applyAuthorizedForceSetCurrentCode', [paraId, bytes]),
    );
    return {
      how: 'root authorises the hash of the code, and anybody supplies the bytes',
      root: code ? plannedCall(authorize) : unknownCall(authorize.decoded.method, later),
      apply,
      isBatch: note !== null,
    };
  }
  const set = await codeCall('paras.forceSetCurrentCode', code, async (bytes) =>
    batch(await relay.call('paras', 'forceSetCurrentCode', [paraId, bytes])),
  );
  return (
    set && {
      how: 'this relay chain knows no authorised hashes: the call of root carries the whole code',
      root: set,
      apply: null,
      isBatch: note !== null,
    }
  );
}

function registeredFinding({ observation }: PlanLook): Finding {
  const { currentCodeHash, lifecycle } = observation;
  if (currentCodeHash === null || lifecycle === null) {
    return obstacle(
      'head',
      'nothing',
      'the relay chain knows no such para: it stores no code of it',
      'register the para',
    );
  }
  const [problem] = managerObstacles(observation);
  return ok('lock', problem === undefined ? 'root asks no manager' : `${problem}; root asks no manager`);
}

function stepsOf(look: PlanLook, { root, apply, isBatch }: RootCalls): OptionStep[] {
  const { observation, limits, code, policy } = look;
  const view = viewOfRelay(observation, limits ?? null);
  const codeHash = code?.hash ?? NO_CODE;
  const is = factLines([{ kind: 'code-is', codeHash }], view);
  const isAuthorized =
    code === null || !observation.authorizedCode
      ? null
      : observation.authorizedCode.codeHash === code.hash &&
        observation.authorizedCode.expireAt - 1 > observation.relay.number;
  const authorized = {
    text: 'the relay chain holds the hash of the code as authorised',
    holds: isAuthorized,
  };
  const other = factLines([{ kind: 'code-is-other-than', codeHash }], view);
  const [, firstHeads] = revivalSteps(
    codeHash,
    limits ?? null,
    observation.head?.number ?? 0,
    policy?.rules.recovery.heads ?? USUAL_HEADS,
  );
  return [
    {
      title: apply
        ? `root authorises the hash of the code for ${VALID_BLOCKS} relay blocks${isBatch ? ', after it has noted the same head, which enacts the pending upgrade' : ''}`
        : `root sets the code${isBatch ? ', after it has noted the same head, which enacts the pending upgrade' : ''}`,
      chain: 'relay chain',
      origin: 'root of the relay chain',
      signer: null,
      call: root,
      before: other,
      after: apply ? [authorized] : is,
      expectedBlocks: null,
    },
    ...(apply
      ? [
          {
            title: 'anybody supplies the code',
            chain: 'relay chain',
            origin: 'none (unsigned), or signed by anybody',
            signer: 'anybody' as const,
            call: apply,
            before: [authorized],
            after: is,
            expectedBlocks: 2,
          },
        ]
      : []),
    ...(firstHeads
      ? [optionStep(firstHeads, view, { chain: 'nodes of the para', origin: null, call: null })]
      : []),
  ];
}
