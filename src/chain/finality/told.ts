import type { RelayBlock } from '../../domain/units.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { askBestNumber, askFinalized } from '../nodes/header-json.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { valuesOf } from '../nodes/told-blocks.ts';

export const askFinalizedNumber = async (node: RpcConnection): Promise<RelayBlock> =>
  (await askFinalized(node)).ref.number;

/** What each endpoint answers within `ms`; those that fail or are slow are left out. */
export async function askEach<T>(
  endpoints: Pick<Endpoints, 'survey'>,
  question: (node: RpcConnection) => Promise<T>,
  ms: number,
): Promise<T[]> {
  return valuesOf(await endpoints.survey(question, { liars: true, ms }));
}

/** The lower middle of numbers that nobody proved: of two, a single liar cannot raise it; of three, not lower it either. */
export function middle(numbers: readonly number[]): number | null {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? null;
}

/** Number of the best block, as the middle of the endpoints tells it. */
export async function askBest(endpoints: Pick<Endpoints, 'survey'>, ms: number): Promise<RelayBlock | null> {
  return middle(await askEach(endpoints, askBestNumber, ms));
}
