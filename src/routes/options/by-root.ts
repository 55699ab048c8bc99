import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import { managerObstacles } from '../../domain/chain/manager.ts';
import { USUAL_VALID_PERIOD } from '../../domain/governance/wish-notes.ts';
import { type Finding, obstacle, ok } from '../../domain/readiness/finding.ts';
import { NO_CODE } from '../../domain/route/fact-text.ts';
import { authorizationGuard, overwriteGuard, stallClockGuard } from '../../domain/route/guards.ts';
import type { OptionCost, OptionStep, PlannedCall, RouteOption } from '../../domain/route/option.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { firstHeads } from '../code-upgrade.ts';
import { holds } from '../facts.ts';
import { bareOption, recoveryHeadsOf } from './bare-option.ts';
import { codeGuards, collatorsPart, DECODING_RISK } from './guards.ts';
import { judge } from './judge.ts';
import type { PlanLook } from './look.ts';
import { codeCall, factLines, optionStep, plannedCall, sumOfBlocks, unknownCall } from './option-step.ts';
import { type ReferendaPart, referendaPart } from './referenda.ts';

const BARE = bareOption({
  way: 'governance',
  route: 'governance',
  result: 'refused',
  summary:
    'root of the relay chain authorises the hash of the code, or sets the code; anybody supplies the bytes where it was authorised',
});

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
    ...(calls?.isBatch ? batchFindings(look, overwrite) : [overwrite]),
    authorizationGuard(observation, code?.hash ?? null),
  ];
  const isAuthorised = isAuthorisedNow(look);
  const referenda = calls && (isAuthorised ? NO_REFERENDA : await referendaPart(look));
  if (referenda) findings.push(...referenda.findings);
  const judged = judge(findings);
  if (judged.result === 'refused' || calls === null || referenda === null)
    return { ...BARE, ...judged, findings };
  const steps = [...referenda.steps, ...stepsOf(look, calls).slice(isAuthorised ? 1 : 0)];
  const collators = collatorsPart(look);
  const areUnknown = !isAuthorised && referenda.steps.length === 0;
  return {
    ...BARE,
    waitsFor: isAuthorised
      ? collators.waitsFor
      : `a vote of the relay chain's holders${hasSudo ? ' (or the holder of the sudo key)' : ''}, and ${collators.waitsFor}`,
    ...judged,
    // What root has authorised already, anybody can put in place.
    result: judged.result === 'works' && !isAuthorised ? 'needs' : judged.result,
    helps: [
      ...judged.helps,
      ...(isAuthorised
        ? ['supply the code: "pararescue governance apply"']
        : [
            `a referendum on the root or the whitelisted track: "pararescue governance prepare" writes its calls${hasSudo ? '; or the key of pallet-sudo, which is root of this relay chain too' : ''}`,
          ]),
    ],
    findings,
    steps,
    // What holders bind, and how long they vote, is known of the chain with the referenda only.
    expectedBlocks: areUnknown ? null : sumOfBlocks(steps),
    costs: areUnknown ? [UNKNOWN_DEPOSITS] : referenda.costs,
    dependsOn: [
      ...(isAuthorised ? [] : ['people who vote for a call of root of the relay chain']),
      ...(calls.apply ? ['somebody who supplies the code before the authorisation expires'] : []),
    ],
    risks: [
      ...referenda.risks,
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

const NO_REFERENDA: ReferendaPart = { steps: [], costs: [], findings: [], risks: [] };

const UNKNOWN_DEPOSITS: OptionCost = {
  what: 'submission and decision deposit of a referendum, unless the sudo key acts',
  kind: 'deposit',
  amount: null,
  text: 'unknown',
  account: null,
};

/** Root has authorised this very code, and the next block can still use it. */
function isAuthorisedNow({ code, observation }: PlanLook): boolean {
  return (
    code !== null && holds({ kind: 'code-authorised', codeHash: code.hash }, viewOfRelay(observation, null))
  );
}

/** Noting a head enacts the pending upgrade from its expected block on; before, it would only restart the clock. */
function batchFindings({ observation }: PlanLook, overwrite: Finding): Finding[] {
  const { futureCodeUpgrade, relay } = observation;
  const enacted =
    futureCodeUpgrade !== null && futureCodeUpgrade > relay.number
      ? obstacle(
          'overwrite',
          'time',
          `${overwrite.sentence}; the batch enacts it first, but only from relay block ${futureCodeUpgrade} on`,
          `let it not be dispatched before relay block ${futureCodeUpgrade}`,
        )
      : ok('overwrite', `${overwrite.sentence}; the batch enacts it first`);
  return [enacted, stallClockGuard()];
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
      USUAL_VALID_PERIOD,
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
  const [authorized] = factLines([{ kind: 'code-authorised', codeHash }], view);
  const isThere = authorized ? [authorized] : [];
  const other = factLines([{ kind: 'code-is-other-than', codeHash }], view);
  const heads = firstHeads(codeHash, observation.head?.number ?? 0, recoveryHeadsOf(policy));
  return [
    {
      title: apply
        ? `root authorises the hash of the code for ${USUAL_VALID_PERIOD} relay blocks${isBatch ? ', after it has noted the same head, which enacts the pending upgrade' : ''}`
        : `root sets the code${isBatch ? ', after it has noted the same head, which enacts the pending upgrade' : ''}`,
      chain: 'relay chain',
      origin: 'root of the relay chain',
      signer: null,
      call: root,
      before: other,
      after: apply ? isThere : is,
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
            before: isThere,
            after: is,
            expectedBlocks: 2,
          },
        ]
      : []),
    optionStep(heads, view, { chain: 'nodes of the para', origin: null, call: null }),
  ];
}
