import { fromHex, isHex, toHex } from '../../src/bytes/hex.ts';
import { mutateProof, type Random } from '../proof/proof-mutations.ts';
import { mutateJson, mutateText } from './json-mutations.ts';
import { type Body, type Exchange, type Frame, frameOf, HANG_UP, truthfully } from './recorded-node.ts';

/** Numbers of blocks that no chain has, and neighbours of those that it has. */
const NUMBERS = [0, 1, 0x7fff_ffff, 0xffff_fff0, 0xffff_ffff, 0x1_0000_0000];

/** What nodes refuse with, and what only a liar would. */
const REFUSALS: readonly unknown[] = [
  { code: -32_601, message: 'Method not found' },
  { code: -32_602, message: 'Invalid params', data: 'No more params' },
  { code: 4003, message: 'Client error: UnknownBlock: State already discarded for 0x00' },
  { code: 4003, message: 'Client error: Execution failed: panicked at src/lib.rs:1:2:\nno!', data: [[[{}]]] },
  { code: 1010, message: 'Invalid Transaction', data: 'Transaction has a bad signature' },
  { code: 1013, message: 'Transaction is already in the pool' },
  { code: 1014, message: 'Priority is too low: (1 vs 2)' },
  { code: Number.MAX_VALUE, message: '\u001b[2J\u202e' },
  { code: 0, message: '', data: null },
  { code: '1', message: 1 },
  {},
  null,
];

/**
 * What a lying node sends in place of a true answer. `others` are true answers to other questions, `elsewhere` what another
 * chain, or another state, would answer to this one.
 */
export interface Surroundings {
  readonly others: readonly Exchange[];
  readonly elsewhere: Exchange | null;
}

export function mutateAnswer(random: Random, exchange: Exchange, id: number, around: Surroundings): Frame[] {
  switch (random.below(16)) {
    case 0:
      return mutateFrames(random, exchange, id);
    case 1:
      return withBody(exchange, id, { error: REFUSALS[random.below(REFUSALS.length)] });
    case 2:
      return withBody(exchange, id, anotherBody(random, exchange, around));
    case 3:
    case 4:
      if (around.elsewhere) return truthfully(around.elsewhere, id);
      break;
    case 5:
      if (exchange.pushes.length > 0) return mutatePushes(random, exchange, id);
      break;
    case 6:
    case 7:
      return withBody(
        exchange,
        id,
        changed(exchange.body, (result) => mutateJson(random, result)),
      );
    default:
  }
  return withBody(
    exchange,
    id,
    changed(exchange.body, (result) => ofMethod(random, exchange, result, around)),
  );
}

/** The answer with another body; what is told unasked stays. */
function withBody(exchange: Exchange, id: number, body: Body): Frame[] {
  return truthfully({ ...exchange, body }, id);
}

function changed(body: Body, change: (result: unknown) => unknown): Body {
  return 'result' in body ? { result: change(body.result) } : { error: change(body.error) };
}

/** The true answer to another question, of the same method if there is one. */
function anotherBody(random: Random, { method }: Exchange, { others }: Surroundings): Body {
  const same = others.filter((other) => other.method === method);
  const from = same.length > 1 && random.below(4) > 0 ? same : others;
  return from[random.below(from.length)]?.body ?? { result: null };
}

/** A change that fits the form of what the method answers, so that it gets past the first look. */
function ofMethod(random: Random, exchange: Exchange, result: unknown, around: Surroundings): unknown {
  switch (exchange.method) {
    case 'state_getReadProof':
    case 'state_getChildReadProof': {
      const { at, proof = [] } = (result ?? {}) as { at?: unknown; proof?: unknown[] };
      const nodes = proof.filter(isHex).map(fromHex);
      const foreign = nodesOf(anotherBody(random, exchange, around));
      const made = [
        () => mutateProof(random, nodes),
        () => mutateProof(random, nodes),
        () => nodes.toSpliced(random.below(nodes.length + 1), random.below(3), ...foreign),
        () => foreign,
        () => [...nodes, ...Array.from({ length: random.below(500) }, () => random.bytes(40))],
      ][random.below(5)]?.();
      return { at, proof: (made ?? nodes).map(toHex) };
    }
    case 'chain_getHeader':
      return mutateHeader(random, result);
    case 'chain_getBlockHash':
    case 'chain_getFinalizedHead':
      return anyOf(random, hashesOf(around.others)) ?? toHex(random.bytes(32));
    case 'grandpa_proveFinality':
      return isHex(result) ? toHex(mutateProof(random, [fromHex(result)])[0] ?? new Uint8Array()) : result;
    case 'chain_getBlock':
      return mutateBlock(random, result, around);
    case 'state_getKeysPaged':
      return mutateKeys(random, result);
    case 'system_accountNextIndex':
      return Number(result) + ([1, -1, 70_000, 2 ** 31, -(2 ** 31)][random.below(5)] ?? 1);
    default:
      return mutateJson(random, result);
  }
}

function nodesOf(body: Body): Uint8Array[] {
  const { proof } = (('result' in body ? body.result : null) ?? {}) as { proof?: unknown };
  return Array.isArray(proof) ? proof.filter(isHex).map(fromHex) : [];
}

function hashesOf(others: readonly Exchange[]): unknown[] {
  return others.flatMap(({ method, params, body }) =>
    method === 'chain_getHeader'
      ? [params[0]]
      : method === 'chain_getBlockHash' && 'result' in body
        ? [body.result]
        : [],
  );
}

function mutateHeader(random: Random, result: unknown): unknown {
  if (result === null || typeof result !== 'object') return mutateJson(random, result);
  const header = result as { number: string; digest: { logs: string[] } };
  const number = Number(header.number);
  switch (random.below(5)) {
    case 0:
      return { ...header, number: `0x${(NUMBERS[random.below(NUMBERS.length)] ?? 0).toString(16)}` };
    case 1:
      return { ...header, number: `0x${(number + ([1, -1, 2100][random.below(3)] ?? 1)).toString(16)}` };
    case 2:
      return { ...header, number: header.number.replace('0x', '0x0') };
    case 3: {
      const logs = header.digest.logs.filter(isHex).map(fromHex);
      const made = logs.length > 0 ? mutateProof(random, logs) : [random.bytes(random.below(200))];
      return { ...header, digest: { logs: made.map(toHex) } };
    }
    default:
      return mutateJson(random, header);
  }
}

function mutateBlock(random: Random, result: unknown, { others }: Surroundings): unknown {
  const { block, ...rest } = (result ?? {}) as { block?: { extrinsics: string[] } };
  if (!block) return result;
  const { extrinsics } = block;
  const foreign = others.flatMap(({ method, body }) =>
    method === 'chain_getBlock' && 'result' in body
      ? ((body.result as { block?: { extrinsics: string[] } } | null)?.block?.extrinsics ?? [])
      : [],
  );
  const at = random.below(extrinsics.length + 1);
  const made = [
    () => extrinsics.toSpliced(at, 1),
    () => extrinsics.toSpliced(at, 0, foreign[random.below(foreign.length)] ?? '0x0c0102'),
    () => extrinsics.toReversed(),
    () => foreign,
    () => mutateProof(random, extrinsics.filter(isHex).map(fromHex)).map(toHex),
  ][random.below(5)]?.();
  return { ...rest, block: { ...block, extrinsics: made } };
}

function mutateKeys(random: Random, result: unknown): unknown {
  if (!Array.isArray(result) || result.length === 0) return mutateJson(random, result);
  const at = random.below(result.length);
  const key = String(result[at]);
  return [
    () => result.toSpliced(at, 1),
    () => result.toSpliced(at, 0, key),
    () => result.toSpliced(at + 1, 0, `${key}00`),
    () => result.toReversed(),
    () => [...result, ...result],
    () => [],
  ][random.below(6)]?.();
}

/** Wrong ids, wrong versions, no JSON at all, twice, not at all. */
function mutateFrames(random: Random, exchange: Exchange, id: number): Frame[] {
  const honest = truthfully(exchange, id);
  const [answer = '', ...pushed] = honest;
  const { body } = exchange;
  const other = frameOf({ id, result: null });
  switch (random.below(14)) {
    case 0:
      return [frameOf({ id: id + 1, ...body }), ...pushed];
    case 1:
      return [frameOf({ id: String(id), ...body }), answer];
    case 2:
      return [frameOf({ id: [null, -1, 2 ** 53, 0.5, '__proto__'][random.below(5)], ...body }), ...honest];
    case 3:
      return [...honest, ...honest];
    case 4:
      return [other, ...honest];
    case 5:
      return [frameOf({ ...body }), ...pushed];
    case 6:
      return [frameOf({ id, ...body, result: null, error: { code: 1, message: 'both' } }), ...pushed];
    case 7:
      return [
        frameOf({ id, ...body, method: 'chain_finalizedHead', params: { subscription: 1, result: {} } }),
        ...pushed,
      ];
    case 8:
      return [`[${answer}]`, ...pushed];
    case 9:
      return [
        answer.length < 100_000 ? mutateText(random, answer) : answer.slice(0, random.below(answer.length)),
        ...pushed,
      ];
    case 10:
      return [new TextEncoder().encode(answer), ...pushed];
    case 11:
      return [...(random.below(2) === 0 ? [] : honest), HANG_UP];
    case 12:
      // Silence costs the client its whole patience: seldom is often enough.
      return random.below(8) === 0 ? [] : [HANG_UP];
    default:
      return [
        ...Array.from({ length: 1 + random.below(50) }, () =>
          frameOf({ id: 1_000_000 + random.below(9), ...body }),
        ),
        ...honest,
      ];
  }
}

/** Notifications that are lost, come twice, in another order, damaged, or for somebody else. */
function mutatePushes(random: Random, exchange: Exchange, id: number): Frame[] {
  const { pushes } = exchange;
  const at = random.below(pushes.length);
  const push = pushes[at];
  if (!push) return truthfully(exchange, id);
  const mutated = {
    ...push,
    result: isHex(push.result)
      ? toHex(mutateProof(random, [fromHex(push.result)])[0] ?? new Uint8Array())
      : mutateHeader(random, push.result),
  };
  const made = [
    () => pushes.toSpliced(at, 1),
    () => [...pushes, ...pushes],
    () => pushes.toReversed(),
    () => pushes.with(at, mutated),
    () => [mutated, ...pushes],
    () => [...pushes, mutated],
    () => pushes.with(at, { ...push, result: mutateJson(random, push.result) }),
    () => [],
  ][random.below(8)]?.();
  const told = { ...exchange, pushes: made ?? [] };
  if (random.below(6) > 0) return truthfully(told, id);
  // Under an id that nobody was given, or before the id is known.
  const [answer = '', ...rest] = truthfully(told, id);
  return random.below(2) === 0
    ? [...rest, answer]
    : [
        answer,
        ...pushes.map(({ method, result }) => frameOf({ method, params: { subscription: 'other', result } })),
      ];
}

function anyOf<T>(random: Random, from: readonly T[]): T | undefined {
  return from[random.below(from.length)];
}
