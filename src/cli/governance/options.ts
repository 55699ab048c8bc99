import type { Command } from 'commander';
import type { GovernanceChains } from '../../chain/governance/prepare.ts';
import type { RelaySession } from '../../chain/relay/session.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import { paraArgument } from '../shared/arguments.ts';
import type { CommandIo } from '../shared/io.ts';
import {
  endpointOption,
  type RelayFlags,
  troubleTo,
  withRelay,
  withRelayOptions,
} from '../shared/operator-options.ts';

/** Para ids that these chains have on Polkadot, Kusama and Westend. */
const ASSET_HUB = 1000;
const COLLECTIVES = 1001;

/** Flags of commands that look at governance. */
export interface GovernanceFlags extends RelayFlags {
  readonly assetHub?: readonly string[];
  readonly assetHubId: ParaId;
  readonly collectives?: readonly string[];
  readonly collectivesId: ParaId;
}

/** The chains whose referenda govern the relay chain. */
export function withGovernanceChains(command: Command): Command {
  return command
    .addOption(
      endpointOption(
        '--asset-hub <url>',
        'the chain whose referenda govern the relay chain; left out, the relay chain governs itself',
      ),
    )
    .option('--asset-hub-id <id>', 'its para id', paraArgument, ASSET_HUB)
    .addOption(
      endpointOption('--collectives <url>', "the chain of the Fellowship's referenda, where it has its own"),
    );
}

export function withGovernanceOptions(command: Command): Command {
  return withGovernanceChains(withRelayOptions(command)).option(
    '--collectives-id <id>',
    'its para id',
    paraArgument,
    COLLECTIVES,
  );
}

/** What a look at governance has at hand: the relay chain's session, and both chains at blocks that the relay chain proves. */
export interface GovernanceSession {
  readonly session: RelaySession;
  readonly chains: GovernanceChains;
  /** The same at the newest blocks of now. */
  readonly refresh: () => Promise<GovernanceChains>;
}

/** Opens the chains that the flags name, for `work`, and closes them afterwards. */
export function withGovernance<Result>(
  flags: GovernanceFlags,
  io: CommandIo,
  work: (opened: GovernanceSession) => Promise<Result>,
): Promise<Result> {
  return withRelay(flags, io, async (session) => {
    const [{ chainAt }, { Endpoints }, { ProvenChain }, { readToken }] = await Promise.all([
      import('../../chain/governance/chain-at.ts'),
      import('../../chain/nodes/endpoints.ts'),
      import('../../chain/proven/proven-chain.ts'),
      import('../../chain/nodes/token.ts'),
    ]);
    const onTrouble = troubleTo(io);
    const open = (urls: readonly string[], paraId: ParaId) => ({
      paraId,
      endpoints: new Endpoints({ urls, paraId, onTrouble }),
      proven: new ProvenChain(),
    });
    const relayProven = new ProvenChain();
    const hub = flags.assetHub ? open(flags.assetHub, flags.assetHubId) : null;
    const collectives = flags.collectives ? open(flags.collectives, flags.collectivesId) : null;
    const paraAt = async (name: string, { endpoints, proven, paraId }: NonNullable<typeof hub>) => {
      const head = await session.reader.includedHead(paraId);
      if (head) return chainAt(name, endpoints, proven, head);
      throw new RescueError(
        'RESCUE_CONFIG_INVALID',
        `The relay chain includes no head of para ${paraId}: correct its id.`,
      );
    };
    const look = async (): Promise<GovernanceChains> => {
      const { ref } = await session.finalized();
      const relay = await chainAt('relay chain', session.endpoints, relayProven, ref);
      return {
        relay,
        hub: hub ? await paraAt('Asset Hub', hub) : relay,
        hubId: hub?.paraId ?? null,
        collectives: collectives && (await paraAt('Collectives', collectives)),
        token: await readToken(hub?.endpoints ?? session.endpoints),
      };
    };
    try {
      return await work({ session, chains: await look(), refresh: look });
    } finally {
      await Promise.all([hub?.endpoints.close(), collectives?.endpoints.close()]);
    }
  });
}
