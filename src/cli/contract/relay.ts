import type { Endpoints } from '../../chain/nodes/endpoints.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { RelaySubmitter } from '../../domain/ports/submitter.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import type { CommandIo } from '../shared/io.ts';
import { withRelay } from '../shared/operator-options.ts';
import { PLANCK, type Token } from './funds.ts';

/** The relay chain beside a contracts chain; nothing is submitted to it here. */
export interface RelaySide {
  readonly endpoints: Endpoints;
  readonly reader: RelayReader;
  readonly calls: Pick<RelaySubmitter, 'prepare'>;
  readonly observation: ParaObservation;
  readonly genesis: Hex;
}

/** @throws RESCUE_NODE_*, RESCUE_CONFIG_INVALID */
export function withRelaySide<Result>(
  relay: readonly string[],
  para: ParaId,
  io: CommandIo,
  work: (side: RelaySide) => Promise<Result>,
): Promise<Result> {
  return withRelay({ para, relay }, io, async ({ endpoints, reader, submitter, observation }) =>
    work({ endpoints, reader, calls: submitter, observation, genesis: await endpoints.genesis() }),
  );
}

/**
 * Holds that the relay chain has finalized a block with this hash at this number.
 * @throws RESCUE_PROOF_INVALID when it has not
 */
export async function requireFinal(
  { endpoints, observation }: RelaySide,
  block: { readonly number: number; readonly hash: Hex },
): Promise<void> {
  const { z } = await import('zod');
  const { hashSchema } = await import('../../chain/nodes/endpoints.ts');
  const known = await endpoints.use((node) =>
    node.ask(z.nullable(hashSchema), 'chain_getBlockHash', block.number),
  );
  if (known === block.hash && block.number <= observation.relay.number) return;
  throw new RescueError(
    'RESCUE_PROOF_INVALID',
    `the bundle's relay block ${block.number} (${block.hash}) is not the one that the relay chain finalized`,
  );
}

/** The relay chain's token, by `system_properties`; planck when its node tells none. */
export async function relayToken({ endpoints }: RelaySide): Promise<Token> {
  const { z } = await import('zod');
  const schema = z.looseObject({
    tokenSymbol: z.union([z.string(), z.array(z.string()).nonempty()]).optional(),
    tokenDecimals: z.union([z.int(), z.array(z.int()).nonempty()]).optional(),
  });
  const told = await endpoints.use((node) => node.ask(schema, 'system_properties'));
  const [symbol] = [told.tokenSymbol].flat();
  const [decimals] = [told.tokenDecimals].flat();
  return symbol === undefined || decimals === undefined ? PLANCK : { symbol: printable(symbol), decimals };
}
