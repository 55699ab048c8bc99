import { isNodeTrouble } from '../../domain/errors.ts';
import type { RelayBlock } from '../../domain/units.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { askBestNumber, askFinalized } from '../nodes/header-json.ts';
import { type RpcConnection, RpcRefusal } from '../nodes/rpc-connection.ts';

export const askFinalizedNumber = async (node: RpcConnection): Promise<RelayBlock> =>
  (await askFinalized(node)).ref.number;

/** What each endpoint answers within `ms`; those that fail or are slow are left out. */
export async function askEach<T>(
  endpoints: Pick<Endpoints, 'members'>,
  question: (node: RpcConnection) => Promise<T>,
  ms: number,
): Promise<T[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never[]>((resolve) => {
    timer = setTimeout(() => resolve([]), ms);
  });
  const answers = endpoints.members().map((member) =>
    member.use(question).then(
      (value) => [value],
      (error) => {
        if (isNodeTrouble(error) || error instanceof RpcRefusal) return [];
        throw error;
      },
    ),
  );
  try {
    return (await Promise.all(answers.map((answer) => Promise.race([answer, late])))).flat();
  } finally {
    clearTimeout(timer);
  }
}

/** The lower middle of numbers that nobody proved: of two, a single liar cannot raise it; of three, not lower it either. */
export function middle(numbers: readonly number[]): number | null {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? null;
}

/** Number of the best block, as the middle of the endpoints tells it. */
export async function askBest(endpoints: Pick<Endpoints, 'members'>, ms: number): Promise<RelayBlock | null> {
  return middle(await askEach(endpoints, askBestNumber, ms));
}
