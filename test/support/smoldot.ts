import {
  calculate_state_root,
  create_proof,
  decode_proof,
  type JsCallback,
  run_task,
} from '@acala-network/chopsticks-executor';

/**
 * smoldot, compiled to WebAssembly: tries, proofs and an interpreter that nobody here wrote. What ours says is compared with it.
 * It runs in this thread and holds no handle, so a test has nothing to close.
 */
type Hex = `0x${string}`;

/** Throws with smoldot's message if the nodes do not belong to the root. */
export async function decodeProof(root: Hex, nodes: readonly Hex[]): Promise<Record<Hex, Hex>> {
  return Object.fromEntries((await decode_proof(root, nodes)) as [Hex, Hex][]);
}

export async function createProof(
  nodes: readonly Hex[],
  updates: readonly (readonly [Hex, Hex | null])[],
): Promise<{ trieRootHash: Hex; nodes: Hex[] }> {
  const [trieRootHash, made] = (await create_proof(nodes, updates)) as [Hex, Hex[]];
  return { trieRootHash, nodes: made };
}

export const calculateStateRoot = (
  entries: readonly (readonly [Hex, Hex])[],
  stateVersion: 0 | 1,
): Promise<Hex> => calculate_state_root(entries, stateVersion) as Promise<Hex>;

interface TaskAnswer {
  readonly result: Hex;
  readonly storageDiff: readonly (readonly [Hex, Hex | null | undefined])[];
}

/** Runs the calls one after the other on one overlay; reads what they need through `storage`. */
export async function runTask(
  wasm: Hex,
  calls: readonly (readonly [method: string, argument: Hex])[],
  storage: Pick<JsCallback, 'getStorage' | 'getNextKey'>,
): Promise<TaskAnswer> {
  const answer = (await run_task(
    {
      id: 0,
      wasm,
      calls: calls.map(([method, argument]) => [method, [argument]]),
      storageProofSize: 0,
      mockSignatureHost: 0,
      allowUnresolvedImports: false,
      runtimeLogLevel: 0,
    },
    {
      ...storage,
      offchainGetStorage: async () => undefined,
      offchainTimestamp: async () => 0,
      offchainRandomSeed: async () => `0x${'00'.repeat(32)}`,
      offchainSubmitTransaction: async () => false,
    },
  )) as { Call: TaskAnswer } | { Error: string };
  if (!('Call' in answer)) throw new Error(answer.Error);
  return answer.Call;
}
