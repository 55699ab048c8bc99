import { genesisPoint, type Point, readKey } from '../blocks/point.ts';
import type { ChainSpec } from '../blocks/spec/chain-spec.ts';
import { withParas } from '../blocks/spec/register-para.ts';
import { encodeText } from '../bytes/bytes.ts';
import { RescueError } from '../domain/errors.ts';
import type { State } from '../executor/storage/state.ts';
import { finish, type Task } from '../executor/task.ts';
import { encodeHeader } from '../proof/index.ts';

/** What is not as in the specs, for whoever shows the result. */
export const REGISTERED = 'the para is registered in the first state of the relay chain, unless it is there';

/** A para and its relay chain at their first blocks. */
export interface SpecChains {
  readonly paraId: number;
  readonly para: ChainSpec;
  readonly relay: Point<State>;
}

/** Of two specs in any order; `paraId` where the para's spec names none. @throws RESCUE_SPEC_INVALID */
export function relayAndPara(specs: readonly ChainSpec[], id: number | null): SpecChains {
  const { relay, para } = chainsOf(specs);
  const paraId = id ?? para.paraId;
  if (paraId === null) throw specProblem('the spec of the para names no para id: give it');
  const head = encodeHeader(para.header);
  return { paraId, para, relay: finish(registeredIn(relay, { id: paraId, head, state: para.state })) };
}

/** The spec of a para names its relay chain. */
function chainsOf(specs: readonly ChainSpec[]): { readonly relay: ChainSpec; readonly para: ChainSpec } {
  const paras = specs.filter(({ relayChain, paraId }) => relayChain !== null || paraId !== null);
  const relays = specs.filter((spec) => !paras.includes(spec));
  const [[relay], [para]] = [relays, paras];
  if (relay && para && specs.length === 2) return { relay, para };
  throw specProblem(
    `one spec of a relay chain and one of a para are wanted, these are ${relays.length} and ${paras.length}`,
  );
}

function specProblem(sentence: string): RescueError {
  return new RescueError('RESCUE_SPEC_INVALID', `The specs cannot be tried: ${sentence}.`);
}

function* registeredIn(
  relay: ChainSpec,
  { id, head, state }: { readonly id: number; readonly head: Uint8Array; readonly state: State },
): Task<Point<State>> {
  const code = (yield* readKey(state, encodeText(':code'))) ?? new Uint8Array();
  return withParas(yield* genesisPoint(relay), [{ id, head, code }]);
}
