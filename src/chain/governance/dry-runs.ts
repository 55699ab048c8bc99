import type { Call } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import { concatBytes } from '../../bytes/bytes.ts';
import { encodeLittle } from '../../bytes/scale.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { GovernanceDryRun } from '../../domain/governance/prepared.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { scaleReader } from '../../proof/index.ts';
import { dispatchErrorText } from '../extrinsics/extrinsic-outcome.ts';
import { argumentOf, argumentType, type ChainAt } from './chain-at.ts';
import { type OriginNames, originOf } from './proposals.ts';

/** XCM version in which messages are shown. */
const XCM_VERSION = 5;

type Outcome = GovernanceDryRun['outcome'];

/** A message that a call would send, for its receiver to try. */
export interface Forwarded {
  readonly message: Uint8Array;
}

/**
 * Runs a call with an origin that only governance has, on the proven state of the block, here (`DryRunApi_dry_run_call`).
 * @returns what became of it, and the messages that it would send to `destination`
 * @throws RESCUE_NODE_*
 */
export async function tryCall(
  at: ChainAt,
  origin: OriginNames,
  call: Call,
  destination: object | null,
): Promise<{ readonly outcome: Outcome; readonly forwarded: readonly Forwarded[] }> {
  const { runtime } = at;
  const version = runtime.apiVersion('DryRunApi');
  if (version === undefined) return nothing(`the ${at.name} has no DryRunApi`);
  return guarded(async () => {
    const pallet = runtime.meta.tx.referenda ? 'referenda' : 'fellowshipReferenda';
    const caller = argumentOf(at, pallet, 'submit', 0, originOf(at, origin, pallet));
    const input = concatBytes(
      caller.toU8a(),
      call.toU8a(),
      version >= 2 ? encodeLittle(XCM_VERSION, 4) : new Uint8Array(),
    );
    const outcome = await run(at, 'DryRunApi_dry_run_call', input);
    if ('kind' in outcome) return { outcome, forwarded: [] };
    const reader = scaleReader(outcome, 'dry run');
    if (reader.u8() !== 0) return nothing('the runtime could not run it');
    const isError = reader.u8() === 1;
    // `PostDispatchInfo { actual_weight: Option<Weight>, pays_fee }`
    if (reader.u8() === 1) {
      reader.compactBig();
      reader.compactBig();
    }
    reader.u8();
    const rest = outcome.subarray(reader.offset);
    if (isError) {
      const error = runtime.registry.createTypeUnsafe('DispatchError', [rest]);
      return { outcome: { kind: 'fails', reason: dispatchErrorText(runtime, error) }, forwarded: [] };
    }
    return {
      outcome: { kind: 'succeeds' },
      forwarded: destination === null ? [] : messagesTo(at, rest, destination),
    };
  });
}

/**
 * Runs a message on the proven state of its receiver as if `sender` had sent it (`DryRunApi_dry_run_xcm`).
 * @param wanted an event without which the message did not do what it is for, as `paras.CodeAuthorized`
 */
export async function tryMessage(
  at: ChainAt,
  sender: object,
  { message }: Forwarded,
  wanted: string | null,
): Promise<Outcome> {
  if (at.runtime.apiVersion('DryRunApi') === undefined) {
    return { kind: 'unavailable', reason: `the ${at.name} has no DryRunApi` };
  }
  const { outcome } = await guarded(async () => {
    const pallet = xcmPallet(at);
    const origin = argumentOf(at, pallet, 'send', 0, { V5: sender });
    const answer = await run(at, 'DryRunApi_dry_run_xcm', concatBytes(origin.toU8a(), message));
    if ('kind' in answer) return { outcome: answer, forwarded: [] };
    if (answer[0] !== 0) return nothing('the runtime could not run it');
    const { registry } = at.runtime;
    const result = registry.createTypeUnsafe(outcomeType(at), [answer.subarray(1)]);
    if (!(result as unknown as { isComplete?: boolean }).isComplete) {
      return {
        outcome: { kind: 'fails', reason: oneLine(JSON.stringify(result.toHuman()), 300) },
        forwarded: [],
      };
    }
    const events = registry.createTypeUnsafe('Vec<Event>', [answer.subarray(1 + result.encodedLength)]);
    const names = (events as unknown as readonly { section: string; method: string }[]).map(
      ({ section, method }) => `${section}.${method}`,
    );
    if (wanted === null || names.includes(wanted)) return { outcome: { kind: 'succeeds' }, forwarded: [] };
    return {
      outcome: { kind: 'fails', reason: `the message is executed, but there is no event ${wanted}` },
      forwarded: [],
    };
  });
  return outcome;
}

/** What follows the result in `CallDryRunEffects`: events, the local message if any, and what goes elsewhere. */
function messagesTo(at: ChainAt, rest: Uint8Array, destination: object): Forwarded[] {
  const { registry } = at.runtime;
  const pallet = xcmPallet(at);
  const place = argumentType(at, pallet, 'send', 0);
  const message = argumentType(at, pallet, 'send', 1);
  const wanted = registry.createTypeUnsafe(place, [{ V5: destination }]).toHex();
  const effects = registry.createTypeUnsafe(
    `(Vec<Event>, Option<${message}>, Vec<(${place}, Vec<${message}>)>)`,
    [rest],
  ) as unknown as readonly [Codec, Codec, readonly (readonly [Codec, readonly Codec[]])[]];
  return effects[2]
    .filter(([to]) => to.toHex() === wanted)
    .flatMap(([, messages]) => messages.map((one) => ({ message: one.toU8a() })));
}

/** The type of an execution's outcome, by the event that tells one. */
function outcomeType(at: ChainAt): string {
  const { registry } = at.runtime;
  const pallet = xcmPallet(at);
  const found = registry.metadata.pallets.find(
    ({ name }) => name.toString().toLowerCase() === pallet.toLowerCase(),
  );
  const events = found?.events.isSome ? registry.lookup.getSiType(found.events.unwrap().type) : undefined;
  const attempted = events?.def.asVariant.variants.find(({ name }) => name.eq('Attempted'));
  const type = attempted?.fields[0]?.type;
  if (type) return registry.createLookupType(type);
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The ${at.name} does not tell the form of a message's outcome.`,
  );
}

function xcmPallet({ runtime }: ChainAt): string {
  return runtime.meta.tx.polkadotXcm ? 'polkadotXcm' : 'xcmPallet';
}

async function run(at: ChainAt, method: string, input: Uint8Array): Promise<Uint8Array | Outcome> {
  const answer = await at.endpoints.use((node) => at.proven.call(node, at.block, method, input));
  if (answer.kind === 'returned') return answer.result;
  return { kind: 'unavailable', reason: `the dry run panics: ${oneLine(answer.panic.panic, 200)}` };
}

function nothing(reason: string): { outcome: Outcome; forwarded: readonly Forwarded[] } {
  return { outcome: { kind: 'unavailable', reason }, forwarded: [] };
}

/** A dry run is a help: what cannot be run, or answers in an unknown form, says nothing. Nodes that fail are told. */
async function guarded(
  work: () => Promise<{ outcome: Outcome; forwarded: readonly Forwarded[] }>,
): Promise<{ outcome: Outcome; forwarded: readonly Forwarded[] }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RescueError && error.code.startsWith('RESCUE_NODE_')) throw error;
    return nothing(`it cannot be run or read: ${oneLine(messageOf(error), 200)}`);
  }
}
