import { type Filtered, registrarPlace, registrarRule } from '../../domain/chain/registrar-shape.ts';
import type { CoretimeDesk } from '../../domain/ports/plan-reader.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import { type Finding, obstacle, ok, unknown } from '../../domain/readiness/finding.ts';
import { upgradeFindings } from '../../domain/readiness/upgrade-findings.ts';
import { NO_CODE } from '../../domain/route/fact-text.ts';
import type { OptionStep, RouteOption } from '../../domain/route/option.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { revivalSteps } from '../code-upgrade.ts';
import { bareOption, recoveryHeadsOf } from '../options/bare-option.ts';
import { codeGuards, collatorsPart, DECODING_RISK } from '../options/guards.ts';
import { judge } from '../options/judge.ts';
import type { PlanLook } from '../options/look.ts';
import { codeCall, optionStep, plannedCall, sumOfBlocks, unknownCall } from '../options/option-step.ts';

const BARE = bareOption({
  way: 'registrar-coretime',
  route: 'registrar',
  result: 'not-here',
  summary:
    'the manager has the hash of the code authorised by the registrar of the Coretime chain, and anybody supplies the code to the relay chain',
});

/** A code hash that no code has, for trying a call without effect. */
const ANY_HASH = `0x${'01'.repeat(32)}` as const;
/**
 * The registrar where it has moved to the Coretime chain. What is there is told by the metadata of both chains and by calls that are
 * tried without effect; while neither side is certain, nothing is done.
 */
export async function coretimeOption(look: PlanLook): Promise<RouteOption> {
  const { limits, relayFiltered, coretime } = look;
  if (limits === undefined) {
    return {
      ...BARE,
      ...judge([unknown('registrar-place', "the relay chain's configuration could not be read")]),
    };
  }
  const { registrar, appliesAtExpectedBlock } = limits;
  const legacy = registrarPlace({ relay: registrar, relayFiltered, coretime: null, coretimeFiltered: null });
  if (legacy.is === 'relay' || registrarRule(registrar, appliesAtExpectedBlock) === 'pre-lock') {
    return { ...BARE, reasons: ['managers act on the relay chain still: its registrar takes code'] };
  }
  const seen = coretime === null ? null : await answerOf(() => seeCoretime(coretime, look));
  if (seen !== null && 'trouble' in seen) {
    return {
      ...BARE,
      ...judge([unknown('registrar-place', `the Coretime chain could not be read: ${seen.trouble}`)]),
    };
  }
  const place = registrarPlace({
    relay: registrar,
    relayFiltered,
    coretime: seen?.shape ?? null,
    coretimeFiltered: seen?.filtered ?? null,
  });
  const findings: Finding[] = [
    ...placeFindings(place),
    ...codeGuards(look),
    ...upgradeFindings({
      observation: look.observation,
      limits,
      policy: look.policy?.rules ?? null,
      cooldownCost: look.costs.cooldown,
      token: look.token,
    }).filter(({ check }) => check === 'pending-upgrade' || check === 'cooldown'),
  ];
  const judged = judge(findings);
  if (place.is !== 'coretime' || coretime === null) return { ...BARE, ...judged, findings };
  const steps = await stepsOf(look, coretime);
  const collators = collatorsPart(look);
  return {
    ...BARE,
    waitsFor: `the message of the Coretime chain, and ${collators.waitsFor}`,
    // Nobody has gone this way yet: people send both calls.
    ...judged,
    result: judged.result === 'works' ? 'needs' : judged.result,
    findings,
    steps,
    expectedBlocks: sumOfBlocks(steps),
    dependsOn: [
      'the manager as the Coretime chain has it, and its lock there: both are read on that chain, not on the relay chain',
      'the message from the Coretime chain to the relay chain',
    ],
    risks: [
      'the authorisation on the relay chain lapses: supply the code as soon as it is there',
      ...collators.risks,
      DECODING_RISK,
    ],
  };
}

async function seeCoretime(desk: CoretimeDesk, { observation }: PlanLook) {
  const shape = await desk.shape();
  const manager = observation.registrar?.manager ?? null;
  return { shape, filtered: await filteredThere(desk, shape.pallet, observation.paraId, manager) };
}

async function filteredThere(
  desk: CoretimeDesk,
  pallet: string | null,
  paraId: number,
  manager: `0x${string}` | null,
): Promise<Filtered> {
  const call = pallet === null ? null : await scheduleByHash(desk, pallet, paraId, ANY_HASH, 1);
  if (call === null) return null;
  // Whoever asks: the filter looks at the call before anything looks at its origin.
  const tried = await desk.tryCall(call.data, { signed: manager ?? ANY_HASH });
  if (tried.kind === 'unavailable') return null;
  return tried.kind === 'fails' && tried.reason.includes('CallFiltered');
}

/** Its arguments are known by their kinds; both orders were seen. */
async function scheduleByHash(
  desk: CoretimeDesk,
  pallet: string,
  paraId: number,
  hash: string,
  size: number,
) {
  const name = pallet.charAt(0).toLowerCase() + pallet.slice(1);
  return (
    (await desk.call(name, 'scheduleCodeUpgrade', [paraId, hash, size])) ??
    (await desk.call(name, 'scheduleCodeUpgrade', [paraId, size, hash]))
  );
}

function placeFindings(place: ReturnType<typeof registrarPlace>): Finding[] {
  switch (place.is) {
    case 'relay':
      return [];
    case 'coretime':
      return [
        ok('registrar-place', 'the registrar of the Coretime chain takes hashes of code from managers'),
      ];
    case 'migrating':
      return place.reasons.map((reason) =>
        obstacle(
          'registrar-place',
          'nothing',
          `the registrar is on its way: ${reason}`,
          'wait until the migration is done, or ask root of the relay chain (see governance)',
        ),
      );
    case 'unknown':
      return place.reasons.map((reason) =>
        unknown('registrar-place', reason, 'name a node of the Coretime chain with --coretime'),
      );
  }
}

async function stepsOf(look: PlanLook, desk: CoretimeDesk): Promise<OptionStep[]> {
  const { observation, limits, code, policy } = look;
  const { paraId, head } = observation;
  const view = viewOfRelay(observation, limits ?? null);
  const { pallet } = await desk.shape();
  const schedule =
    code && pallet !== null ? await scheduleByHash(desk, pallet, paraId, code.hash, code.size) : null;
  const apply = await codeCall('registrar.applyAuthorizedCode', code, (bytes) =>
    look.relay.call('registrar', 'applyAuthorizedCode', [paraId, bytes]),
  );
  const later = 'its bytes and its hash follow from the code: give it with --code';
  return [
    {
      title: 'the manager authorises the hash of the code on the Coretime chain',
      chain: 'Coretime chain',
      origin: 'signed by the manager',
      signer: 'anybody',
      call: schedule ? plannedCall(schedule) : unknownCall(`${pallet}.scheduleCodeUpgrade`, later),
      before: [{ text: 'the Coretime chain does not hold the para locked', holds: null }],
      after: [{ text: 'the relay chain holds the authorisation', holds: null }],
      expectedBlocks: null,
    },
    {
      title: 'anybody supplies the code to the relay chain',
      chain: 'relay chain',
      origin: 'a general transaction that the relay chain authorises by the hash',
      signer: 'anybody',
      call: apply,
      before: [{ text: 'the relay chain holds the authorisation', holds: null }],
      after: [{ text: 'the code is scheduled on the relay chain', holds: null }],
      expectedBlocks: 2,
    },
    ...revivalSteps(code?.hash ?? NO_CODE, limits ?? null, head?.number ?? 0, recoveryHeadsOf(policy)).map(
      (step) => optionStep(step, view, { chain: 'relay chain', origin: null, call: null }),
    ),
  ];
}
