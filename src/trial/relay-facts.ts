import { type Point, readKey } from '../blocks/point.ts';
import { maxPovSize } from '../blocks/relay-configuration.ts';
import { includedHead } from '../blocks/relay-keys.ts';
import { toHex } from '../bytes/hex.ts';
import { chainRuntimeOf } from '../chain/nodes/chain-runtime.ts';
import { RescueError } from '../domain/errors.ts';
import { answerReader } from '../executor/answer.ts';
import type { Backend } from '../executor/storage/backend.ts';
import type { Task } from '../executor/task.ts';

/** What the state of a relay chain says of one para, as far as a candidate of it is judged by that. */
export interface RelayFacts {
  /** `Paras.Heads`: an encoded header, for paras made of FRAME. */
  readonly head: Uint8Array;
  /** The code that validators run. */
  readonly validationCode: Uint8Array;
  /** `maxPovSize`: bytes of a proof of validity, compressed, with the block in it. */
  readonly maxPovBytes: number;
}

type Relay = Pick<Point<Backend>, 'runtime' | 'state'>;

/** @throws RESCUE_CHAIN_REFUSES for a para without head or code, or a relay chain of another layout */
export function* readRelayFacts(relay: Point, paraId: number): Task<RelayFacts> {
  const head = yield* includedHead(relay.state, paraId);
  if (head === null) throw refused(`the relay chain knows no head of para ${paraId}`);
  const codeHash = yield* readItem(relay, 'Paras', 'CurrentCodeHash', paraId);
  const code = codeHash && (yield* readItem(relay, 'Paras', 'CodeByHash', toHex(codeHash)));
  if (!code) throw refused(`the relay chain stores no code of para ${paraId}`);
  return {
    head,
    validationCode: answerReader(code, 'code').vec(),
    maxPovBytes: yield* maxPovSize(relay, paraId),
  };
}

/** The bytes of one item or entry, null where it holds nothing. @throws RESCUE_CHAIN_REFUSES when the runtime has no such item */
export function* readItem(
  { runtime, state }: Relay,
  pallet: string,
  item: string,
  ...args: readonly unknown[]
): Task<Uint8Array | null> {
  const found = chainRuntimeOf(runtime).storage(pallet, item);
  if (!found) throw refused(`the relay chain has no ${pallet}.${item}`);
  return yield* readKey(state, found.key(...args));
}

function refused(why: string): RescueError {
  return new RescueError('RESCUE_CHAIN_REFUSES', `The next block cannot be tried: ${why}.`);
}
