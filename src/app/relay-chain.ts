import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { checkpointOfChainSpec } from '../chain/finality/light-sync.ts';
import { type GivenCheckpoint, openFinality } from '../chain/finality/open.ts';
import type { FinalizedSource } from '../chain/finality/source.ts';
import type { Endpoints } from '../chain/nodes/endpoints.ts';
import type { ProvenChain } from '../chain/proven/proven-chain.ts';
import type { Config } from '../config/config.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import { type EventData, messageOfEvent } from '../domain/events.ts';
import type { FinalityStore } from '../domain/ports/finality.ts';
import type { Hex } from '../domain/units.ts';

/** Which blocks of the relay chain are final, by the configuration's `relay`. */
export interface RelayFinality {
  readonly finality: FinalizedSource;
  /** The checkpoint that finality is followed from, when this start began with one. */
  readonly checkpoint: EventData<'checkpoint'> | null;
}

/** @throws RESCUE_CHECKPOINT_INVALID, RESCUE_FINALITY_UNPROVEN, RESCUE_CONFIG_INVALID, RESCUE_NODE_* */
export async function openRelay(
  { relay }: Config,
  options: {
    readonly endpoints: Endpoints;
    readonly store: FinalityStore;
    readonly proven: ProvenChain;
    readonly log: Logger;
    readonly onTrouble: (trouble: RescueError) => void;
    readonly onFatal: (error: unknown) => void;
    readonly onClose: (close: () => Promise<void>) => void;
  },
): Promise<RelayFinality> {
  const { endpoints, store, proven, log, onTrouble, onFatal, onClose } = options;
  const { endpoints: urls, finality: wanted, agreement, trustSingleEndpoint } = relay;
  const given = await givenCheckpoint(relay.checkpoint);
  let checkpoint: EventData<'checkpoint'> | null = null;
  const finality = await openFinality({
    endpoints,
    endpointCount: urls.length,
    store,
    proven,
    trustSingleEndpoint,
    ...(given && { checkpoint: given }),
    ...(wanted && { finality: wanted }),
    ...(agreement !== undefined && { agreement }),
    onTrouble,
    onFatal,
    onNotice: (sentence) => log.warn(sentence),
    onCheckpoint: ({ number, hash, setId, source }, voters) => {
      checkpoint = { number, hash, setId: setId.toString(), voters, source };
      log.warn(checkpoint, messageOfEvent('checkpoint', checkpoint));
    },
    onSet: ({ setId, number, authorities }) =>
      log.debug(
        { setId: setId.toString(), relayBlock: number },
        `authority set ${setId} with ${authorities.length} voters is followed from relay block ${number} on`,
      ),
  });
  onClose(() => finality.close());
  return { finality, checkpoint };
}

/** The configured checkpoint, with its chain spec read. @throws RESCUE_CONFIG_INVALID, RESCUE_CHECKPOINT_INVALID */
async function givenCheckpoint(start: Config['relay']['checkpoint']): Promise<GivenCheckpoint | null> {
  if (!start) return null;
  const { overrides } = start;
  if ('chainSpec' in start) {
    let text: string;
    try {
      text = await readFile(start.chainSpec, 'utf8');
    } catch (cause) {
      throw new RescueError(
        'RESCUE_CONFIG_INVALID',
        `The chain spec of relay.checkpoint cannot be read: ${messageOf(cause)}`,
        { cause },
      );
    }
    const { number, hash, source, ...voters } = checkpointOfChainSpec(text, start.chainSpec);
    return { number, hash, source, voters, overrides };
  }
  const { number, setId, authorities } = start;
  const voters =
    setId === undefined || authorities === undefined
      ? null
      : { setId: BigInt(setId), authorities: authorities as Hex };
  return { number, hash: start.hash as Hex, voters, source: 'config', overrides };
}
