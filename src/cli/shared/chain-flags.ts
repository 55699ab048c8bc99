import type { Command } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import type { ActingFlags } from './acting-flags.ts';
import type { CommandIo } from './io.ts';
import type { KeyFlags } from './key-options.ts';
import { endpointOption, type TrustFlags } from './operator-options.ts';

/** Flags of commands that ask a service, or look straight at the chains without one. */
export interface ChainFlags extends KeyFlags, ActingFlags, TrustFlags {
  readonly config?: string;
  readonly relay?: readonly string[];
  readonly paraNode?: readonly string[];
  readonly contracts?: readonly string[];
  readonly coretime?: readonly string[];
  readonly policy?: string;
}

/** The chains that a command looks at itself. */
export interface ChosenChains extends KeyFlags, ActingFlags, TrustFlags {
  /** The para's name in the configuration. */
  readonly name: string | null;
  readonly relay: readonly string[];
  readonly paraNode: readonly string[] | undefined;
  readonly contracts: readonly string[];
  readonly coretime: readonly string[];
  /** The chain whose referenda govern the relay chain, by the configuration. */
  readonly governance: { readonly urls: readonly string[]; readonly paraId: ParaId } | null;
}

export function withChainOptions(command: Command): Command {
  return command
    .option(
      '--config <file>',
      "look straight at the endpoints of a service's configuration, without the service",
    )
    .addOption(endpointOption('--relay <url>', 'the relay chain, instead of a service'))
    .addOption(endpointOption('--para, --para-node <url>', 'the para'))
    .addOption(endpointOption('--contracts <url>', "the chain of the policy's rescue contract"))
    .option('--policy <file>', 'without a service: the policy whose routes and adapters are looked at');
}

/**
 * What the flags, or the configuration that they name, say of the chains; null when a service is to be asked.
 * @throws RESCUE_REQUEST_INVALID, RESCUE_CONFIG_INVALID, RESCUE_PARA_UNKNOWN
 */
export async function chosenChains(
  paraId: ParaId,
  flags: ChainFlags,
  io: CommandIo,
): Promise<ChosenChains | null> {
  if (flags.config !== undefined) return byConfig(paraId, flags, flags.config, io);
  const { relay, paraNode, contracts = [], coretime = [] } = flags;
  if (relay) return { ...flags, name: null, relay, paraNode, contracts, coretime, governance: null };
  if (paraNode || flags.contracts || flags.coretime || flags.policy !== undefined) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      '--para, --contracts, --coretime and --policy go with --relay',
    );
  }
  if (flags.multisig !== undefined || flags.account !== undefined) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      '--multisig and --account go with --relay: a service goes by the signer of its own configuration',
    );
  }
  return null;
}

/** The endpoints, keys and chains of a configuration; a policy has to be named, for it lies in the database. */
async function byConfig(
  paraId: ParaId,
  flags: ChainFlags,
  file: string,
  io: CommandIo,
): Promise<ChosenChains> {
  const { loadConfig } = await import('../../config/config.ts');
  const config = await loadConfig({
    file,
    env: io.env,
    ...(flags.relay && { flags: { relay: flags.relay } }),
  });
  const para = config.paras.find(({ id }) => id === paraId);
  if (!para) {
    throw new RescueError('RESCUE_PARA_UNKNOWN', `the configuration ${file} does not name para ${paraId}`);
  }
  const { signer } = config;
  const key: KeyFlags =
    signer.kind === 'uri-env'
      ? { signerUriEnv: signer.env }
      : signer.kind === 'file'
        ? {
            signerFile: signer.path,
            ...(signer.passwordEnv !== undefined && { signerPasswordEnv: signer.passwordEnv }),
            ...(signer.passwordFile !== undefined && { signerPasswordFile: signer.passwordFile }),
          }
        : {};
  const { multisig } = signer;
  return {
    ...flags,
    ...key,
    ...(multisig && { multisig: `${multisig.threshold}:${multisig.signatories.join(',')}` }),
    ...(signer.kind === 'external' && signer.address !== undefined && { account: signer.address }),
    name: para.name,
    relay: config.relay.endpoints,
    paraNode: flags.paraNode ?? para.endpoints,
    contracts: flags.contracts ?? config.contracts?.endpoints ?? [],
    coretime: flags.coretime ?? config.coretime?.endpoints ?? [],
    governance: config.governance
      ? { urls: config.governance.endpoints, paraId: config.governance.paraId }
      : null,
    ...(config.relay.trustSingleEndpoint && { trustSingleEndpoint: true as const }),
  };
}
