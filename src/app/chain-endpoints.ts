import { createEndpointKeeper, type EndpointKeeper } from '../chain/nodes/endpoint-keeper.ts';
import { placeName } from '../chain/nodes/endpoint-names.ts';
import { Endpoints } from '../chain/nodes/endpoints.ts';
import type { RelayObservation } from '../domain/chain/observation.ts';
import type { RescueError } from '../domain/errors.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { Hex, ParaId } from '../domain/units.ts';
import type { EndpointStatus } from '../domain/views/endpoints.ts';

/** The endpoints of all chains of a service: opened by name, compared at final blocks, named in status. */
export interface ChainEndpoints {
  /** Opens those of one chain. `block` is its newest final one, as far as it is known here. */
  open(options: {
    /** `relay`, `contracts chain` or `para 2000`. */
    readonly chain: string;
    readonly urls: readonly string[];
    /** Expected hash of the first block. */
    readonly genesis?: Hex;
    /** Whom its trouble concerns; every para when left out. */
    readonly paraId?: ParaId;
    readonly block: (observation: RelayObservation) => { readonly number: number; readonly hash: Hex } | null;
  }): Endpoints;
  /** The reader, whose final blocks are when the endpoints are looked at. */
  watched(reader: RelayReader): RelayReader;
  status(): EndpointStatus[];
  /** Text with the hosts of the endpoints that it names, for the log only. */
  withHosts(text: string): string;
}

export function createChainEndpoints(options: {
  readonly onTrouble: (trouble: RescueError) => void;
  readonly onChange: (status: EndpointStatus, paraId: ParaId | null) => void;
}): ChainEndpoints {
  const { onTrouble, onChange } = options;
  const kept: {
    readonly endpoints: Endpoints;
    readonly keeper: EndpointKeeper;
    readonly block: (observation: RelayObservation) => { readonly number: number; readonly hash: Hex } | null;
  }[] = [];
  return {
    open: ({ chain, urls, genesis, paraId, block }) => {
      const endpoints = new Endpoints({
        urls,
        name: placeName(chain),
        onTrouble,
        ...(genesis && { genesis }),
        proven: chain !== 'relay',
        ...(paraId !== undefined && { paraId }),
      });
      const keeper = createEndpointKeeper({
        endpoints,
        chain,
        onChange: (status) => onChange(status, paraId ?? null),
      });
      kept.push({ endpoints, keeper, block });
      return endpoints;
    },
    watched: (reader) => ({
      ...reader,
      watch: async function* (paraIds, signal) {
        for await (const observation of reader.watch(paraIds, signal)) {
          for (const { keeper, block } of kept) {
            const final = block(observation);
            if (final) keeper.note({ ...final, isProven: observation.actable });
          }
          yield observation;
        }
      },
    }),
    status: () => kept.flatMap(({ keeper }) => keeper.status()),
    withHosts: (text) => kept.reduce((shown, { endpoints }) => endpoints.withHosts(shown), text),
  };
}
