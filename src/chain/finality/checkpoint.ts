import { encodeText } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { Checkpoint, FinalityView } from '../../domain/chain/trust.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { EpochMs } from '../../domain/units.ts';
import {
  decodeAuthorities,
  encodeAuthorities,
  ProofError,
  scaleReader,
  storageKey,
} from '../../proof/index.ts';
import { type Endpoints, hashSchema, type SurveyAnswer } from '../nodes/endpoints.ts';
import { askFinalized, askHeader, type NodeHeader } from '../nodes/header-json.ts';
import { type RpcConnection, unknownBlock } from '../nodes/rpc-connection.ts';
import { readProven, readTime } from './proven-reads.ts';

export type AgreedCheckpoint = Checkpoint & {
  readonly header: NodeHeader;
  /** Proven by the block's state; an old one is true, and no present. */
  readonly time: EpochMs | null;
};

/**
 * The first trusted block where the configuration names none: the lowest of the blocks that the endpoints call their newest
 * final one, when all of them answer, or as many as `needed`, and all that answer have the same block at that number. Who votes after it is read
 * with a proof against its state root. Null for a chain whose state proves that it has no GRANDPA voters.
 * @throws RESCUE_CHECKPOINT_INVALID naming who does not answer or agree, RESCUE_NODE_*
 */
export async function agreeOnCheckpoint(
  endpoints: Endpoints,
  needed?: number,
): Promise<AgreedCheckpoint | null> {
  const heads = enough(
    await endpoints.survey((node) => askFinalized(node), { liars: true }),
    needed,
    A_CHECKPOINT,
  );
  const [lowest] = heads.toSorted((a, b) => a.value.ref.number - b.value.ref.number);
  if (!lowest) throw new RescueError('RESCUE_INTERNAL', 'There are no endpoints.');
  const header = lowest.value;
  const { number, hash } = header.ref;
  const hashes = enough(
    await endpoints.survey((node) => node.ask(hashSchema.nullable(), 'chain_getBlockHash', number), {
      liars: true,
    }),
    needed,
    A_CHECKPOINT,
  );
  const other = hashes.find(({ value }) => value !== hash);
  if (other) {
    throw new RescueError(
      'RESCUE_CHECKPOINT_INVALID',
      `the endpoints disagree on final relay block ${number}: ${lowest.endpoint} has ${hash}, ${other.endpoint} has ${other.value ?? 'none'}. Remove who is wrong from relay.endpoints, or give a relay.checkpoint that you trust`,
    );
  }
  const voters = await endpoints.use((node) => readVoters(node, header));
  if (!voters) return null;
  const time = await endpoints.use((node) => readTime(node, header));
  return { number, hash, ...voters, source: 'endpoints', header, time };
}

const A_CHECKPOINT = 'agree on a first checkpoint of the relay chain';

const GRANDPA_KEYS = [
  storageKey('Grandpa', 'CurrentSetId'),
  storageKey('Grandpa', 'Authorities'),
  storageKey('Grandpa', 'PendingChange'),
  // Where runtimes before 2024 keep them: a version (1) before the list.
  encodeText(':grandpa_authorities'),
];

/** Who votes on the block after `header`, proven under its state root; null for a chain without GRANDPA. */
export async function readVoters(
  node: RpcConnection,
  header: NodeHeader,
): Promise<Pick<Checkpoint, 'setId' | 'authorities'> | null> {
  const known = await askHeader(node, header.ref.hash);
  if (!known) throw unknownBlock(node, header.ref.hash);
  const [setId, own, pending, old] = await readProven(node, header, GRANDPA_KEYS);
  const authorities = own ?? (old?.[0] === 1 ? old.subarray(1) : null);
  if (!authorities) return null;
  if (pending) {
    throw new RescueError(
      'RESCUE_CHECKPOINT_INVALID',
      `relay block ${header.ref.number} cannot be the checkpoint, because a change of the voters is announced there: try again a little later`,
    );
  }
  try {
    const voters = decodeAuthorities(authorities);
    if (voters.length === 0) return null;
    return {
      // The default of the item: a chain whose voters never changed does not store it.
      setId: setId ? scaleReader(setId, 'set id').u64() : 0n,
      authorities: toHex(encodeAuthorities(voters)),
    };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new RescueError(
      'RESCUE_CHECKPOINT_INVALID',
      `the voters of relay block ${header.ref.number} cannot be read: ${messageOf(error)}`,
    );
  }
}

/**
 * What was answered, when nobody is missing, or as many answered as are needed.
 * @throws RESCUE_CHECKPOINT_INVALID naming who is missing for `what`
 */
export function enough<T>(
  answers: readonly SurveyAnswer<T>[],
  needed: number | undefined,
  what: string,
): { readonly endpoint: string; readonly value: T }[] {
  const given = answers.flatMap((answer) => ('value' in answer ? [answer] : []));
  const silent = answers.flatMap((answer) => ('error' in answer ? [answer] : []));
  if (silent.length === 0 || (needed !== undefined && given.length >= needed)) return given;
  const names = silent.map(({ endpoint, error }) => `${endpoint} (${messageOf(error)})`).join('; ');
  const who = needed === undefined ? 'all endpoints' : `${needed} endpoints`;
  const way = needed === undefined ? ', or say in relay.agreement how many are enough' : '';
  throw new RescueError(
    'RESCUE_CHECKPOINT_INVALID',
    `${who} must answer once to ${what}, and these did not: ${names}. Correct relay.endpoints, or give a relay.checkpoint${way}`,
  );
}

export function checkpointView({
  number,
  hash,
  setId,
  source,
}: Checkpoint): NonNullable<FinalityView['checkpoint']> {
  return { number, hash, setId, source };
}

/** What to paste into the configuration so that a checkpoint is never asked for again. */
export function checkpointYaml({ number, hash, setId, authorities }: Checkpoint, genesis: string): string {
  return [
    'relay:',
    `  genesis: "${genesis}"`,
    '  checkpoint:',
    `    number: ${number}`,
    `    hash: "${hash}"`,
    `    setId: ${setId}`,
    `    authorities: "${authorities}"`,
    '',
  ].join('\n');
}

/** How many voters it has. */
export function votersOf({ authorities }: Checkpoint): number {
  return decodeAuthorities(fromHex(authorities)).length;
}
