import { fromHex, toHex } from '../../bytes/hex.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import { RescueError } from '../../domain/errors.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import { NO_CODE } from '../../domain/route/fact-text.ts';
import type { BareCall, PlannedCall } from '../../domain/route/option.ts';
import type { Hex } from '../../domain/units.ts';
import type { SignedPart } from '../signed-parts.ts';
import type { CodeToPlan } from './look.ts';
import { codeCall, commonEnds, filled, NO_CODE_YET, plannedCall, unknownCall } from './option-step.ts';

type Prepare = RelaySubmitter['prepare'];

/** A call that is made around others: each of `layers` holds the next one, from outside to inside, whatever the code is. */
export interface WrappedSubject {
  readonly layers: readonly ((code: Uint8Array) => RelayCall)[];
  /** The code that the innermost call carries; undefined where it carries none. */
  readonly code: CodeToPlan | null | undefined;
}

const HASH_BYTES = 32;
const NO_BYTES = new Uint8Array();

/** The calls that an account makes by itself, from outside to inside, each as far as its bytes are known. */
export async function layersOf(
  prepare: Prepare,
  { layers, code }: WrappedSubject,
): Promise<readonly BareCall[]> {
  const planned: BareCall[] = [];
  for (const make of layers) {
    const bare =
      code === undefined
        ? plannedCall(await prepare(make(NO_BYTES)))
        : await codeCall('', code, (bytes) => prepare(make(bytes)));
    if (bare) planned.push(bare);
  }
  return planned.map((call, at) => namingInside(call, planned[at + 1]));
}

/** What is signed for one part, with what it is made around. @throws RESCUE_NODE_*, RESCUE_CHAIN_REFUSES */
export async function wrappedCall(
  prepare: Prepare,
  part: SignedPart,
  { layers: [outermost], code }: WrappedSubject,
  inside: readonly BareCall[],
): Promise<PlannedCall> {
  const [own, ...rest] = inside;
  if (!outermost || !own) throw new RescueError('RESCUE_INTERNAL', 'A call is made around none.');
  // A key that makes it by itself.
  if (part.approvals === null) return { ...own, ...(rest.length > 0 && { inside: rest }) };
  const of = (bytes: Uint8Array, hash: Hex) => prepare(part.of(outermost(bytes), hash));
  const call = part.approves
    ? await approvalCall((hash) => of(NO_BYTES, hash), own.hash)
    : code === undefined
      ? plannedCall(await of(NO_BYTES, NO_CODE))
      : await carryingCall((bytes) => of(bytes, NO_CODE), code);
  const named = namingInside(call, own);
  return { ...(part.isPlaced ? named : withoutPlace(named)), inside };
}

/** A call of a multisig with the whole call in it. */
async function carryingCall(
  of: (code: Uint8Array) => ReturnType<Prepare>,
  code: CodeToPlan | null,
): Promise<PlannedCall> {
  if (code === null) {
    const { method, args } = plannedCall(await of(Uint8Array.of(0)));
    const known = args.map((argument) =>
      kindOf(argument) === 'maxweight' ? { ...argument, value: 'follows from the code' } : argument,
    );
    return { ...unknownCall(method, NO_CODE_YET), args: known };
  }
  const call = await codeCall('', code, of);
  if (call === null) throw new RescueError('RESCUE_INTERNAL', 'A call that was prepared is gone.');
  return call;
}

/** An approval by hash. What stands around the hash follows from two of them that have nothing in common. */
async function approvalCall(of: (hash: Hex) => ReturnType<Prepare>, hash: Hex | null): Promise<PlannedCall> {
  if (hash !== null) return plannedCall(await of(hash));
  const [zeros, ones] = await Promise.all([0, 0xff].map((byte) => of(toHex(filled(HASH_BYTES, byte)))));
  if (!zeros || !ones) throw new RescueError('RESCUE_INTERNAL', 'A call that was prepared is gone.');
  const around = commonEnds(fromHex(zeros.data), fromHex(ones.data), HASH_BYTES);
  return {
    ...plannedCall(zeros),
    data: null,
    hash: null,
    note: `its bytes follow from the hash of the call inside: ${NO_CODE_YET}`,
    ...(around && { aroundHash: { head: toHex(around.head), tail: toHex(around.tail) } }),
  };
}

/** Arguments that name the call inside, by its method and its hash, in place of what fillings of the code came to. */
function namingInside<Call extends BareCall>(call: Call, inside: BareCall | undefined): Call {
  if (!inside) return call;
  const args = call.args.map((argument) => {
    const kind = kindOf(argument);
    if (kind === 'callhash') return { ...argument, value: inside.hash ?? HASH_LATER };
    if (kind === 'call')
      return { ...argument, value: `${inside.method}, blake2-256 ${inside.hash ?? HASH_LATER}` };
    return argument;
  });
  return { ...call, args };
}

const HASH_LATER = 'the hash of the call inside, which follows from the code';

const PLACE_LATER = 'the place of the first approval (block and index), known once a block holds that';

function withoutPlace(call: PlannedCall): PlannedCall {
  const { aroundHash: _, ...rest } = call;
  return {
    ...rest,
    args: call.args.map((argument) =>
      kindOf(argument) === 'maybetimepoint' ? { ...argument, value: PLACE_LATER } : argument,
    ),
    hash: null,
    data: null,
    around: null,
    note: 'its bytes name the place of the first approval, which is known once a block holds that: "pararescue plan" given again has them then',
  };
}

/** Names of arguments differ by tool: `maybe_timepoint`, `maybeTimepoint`. */
function kindOf({ name }: BareCall['args'][number]): string {
  return name.replaceAll('_', '').toLowerCase();
}
