import { encodeAddress } from '@polkadot/util-crypto';
import { buildPatchedGenesis, genesisDefaults } from '../src/blocks/spec/genesis.ts';
import { concatBytes, encodeText } from '../src/bytes/bytes.ts';
import { fromHex, toHex } from '../src/bytes/hex.ts';
import { encodeU32 } from '../src/bytes/scale.ts';
import type { State } from '../src/executor/storage/state.ts';
import { sessionKeysJson } from '../src/sandbox/session-keys.ts';
import {
  COLLATORS,
  DEV_NAMES,
  type DevAccount,
  devAccount,
  devSessionKeys,
  devStashes,
  ETHEREUM_ADDRESSES,
  type Holder,
  INCLUSION,
} from './keys.ts';

const RELAY_UNIT = 10_000_000_000n;
const PARA_UNIT = 1_000_000_000_000n;
const SS58 = 42;

/** The account that a para has on the relay chain (`para`) or on another para (`sibl`): its id follows, then zeros. */
export function sovereignOf(kind: 'para' | 'sibl', paraId: number): Uint8Array {
  return concatBytes(encodeText(kind), encodeU32(paraId), new Uint8Array(24));
}

/** Lengths in relay blocks. */
export interface RelayTimes {
  readonly sessionLength: number;
  readonly validationUpgradeDelay: number;
  readonly validationUpgradeCooldown: number;
  readonly minimumValidationUpgradeDelay: number;
}

/** A para that the relay chain has from its genesis on, with a core of its own. */
export interface GenesisPara {
  readonly id: number;
  readonly head: Uint8Array;
  readonly code: Uint8Array;
}

/** The relay chain at genesis: validators, a configuration with the sizes of Polkadot and the times given, dev accounts. */
export function relayGenesis(
  code: Uint8Array,
  options: {
    readonly times: RelayTimes;
    readonly paraId: number;
    readonly manager: DevAccount;
    readonly sudo: DevAccount;
    readonly validators: readonly DevAccount[];
    /** Who may become a validator: keys of theirs are on chain. */
    readonly candidates: readonly DevAccount[];
    /** Every session begins a new set of GRANDPA's authorities. */
    readonly electEverySession: boolean;
    readonly genesisParas: readonly GenesisPara[];
  },
): State {
  const { times } = options;
  const defaults = genesisDefaults(code) as { configuration: { config: Record<string, unknown> } };
  const { config } = defaults.configuration;
  const people = [...DEV_NAMES, INCLUSION].map((name) => devAccount(name));
  const balances = [...people, ...devStashes(), options.manager].map(({ address }) => [
    address,
    1_000_000n * RELAY_UNIT,
  ]);
  const sovereign = encodeAddress(sovereignOf('para', options.paraId), SS58);
  const withKeys = (account: DevAccount) => [
    account.address,
    account.address,
    sessionKeysJson(devSessionKeys(account)),
  ];
  return buildPatchedGenesis(code, {
    balances: { balances: [...balances, [sovereign, 1_000n * RELAY_UNIT]] },
    sudo: { key: options.sudo.address },
    registrar: { nextFreeParaId: options.paraId },
    devnetRelay: {
      sessionLength: times.sessionLength,
      electEverySession: options.electEverySession,
    },
    xcmPallet: { safeXcmVersion: 5 },
    paras: {
      paras: options.genesisParas.map(({ id, head, code }) => [
        id,
        { genesis_head: toHex(head), validation_code: toHex(code), parachain: true },
      ]),
    },
    session: {
      keys: options.validators.map(withKeys),
      nonAuthorityKeys: options.candidates.map(withKeys),
    },
    configuration: {
      config: {
        ...config,
        max_code_size: 3 * 1024 * 1024,
        max_head_data_size: 20 * 1024,
        max_upward_queue_count: 174_762,
        max_upward_queue_size: 1024 * 1024,
        max_upward_message_size: 65_531,
        max_upward_message_num_per_candidate: 16,
        max_downward_message_size: 51_200,
        max_pov_size: 5 * 1024 * 1024,
        hrmp_max_message_num_per_candidate: 10,
        hrmp_channel_max_capacity: 30,
        hrmp_channel_max_message_size: 102_400,
        hrmp_channel_max_total_size: 102_400,
        hrmp_max_parachain_inbound_channels: 30,
        hrmp_max_parachain_outbound_channels: 30,
        validation_upgrade_delay: times.validationUpgradeDelay,
        validation_upgrade_cooldown: times.validationUpgradeCooldown,
        minimum_validation_upgrade_delay: times.minimumValidationUpgradeDelay,
        async_backing_params: { max_candidate_depth: 3, allowed_ancestry_len: 2 },
        code_retention_period: 1200,
        scheduler_params: { ...(config.scheduler_params as object), num_cores: 1, lookahead: 3 },
      },
    },
  });
}

/**
 * The para at genesis: balances of the dev accounts, its manager and its token holders. Most dev accounts own little, so that what
 * holders decide is decided by holders.
 */
export function paraGenesis(
  code: Uint8Array,
  options: {
    readonly paraId: number;
    readonly manager: DevAccount;
    readonly sudo: DevAccount;
    readonly holders: readonly Holder[];
  },
): State {
  const rich = [devAccount('Alice'), devAccount('Bob'), options.manager].map(({ address }) => [
    address,
    1_000n * PARA_UNIT,
  ]);
  const others = DEV_NAMES.filter((name) => name !== 'Alice' && name !== 'Bob').map((name) =>
    devAccount(name),
  );
  const poor = [...others, ...devStashes()].map(({ address }) => [address, 10n * PARA_UNIT]);
  const holders = options.holders.map(({ address, balance }) => [address, balance]);
  return buildPatchedGenesis(code, {
    balances: { balances: [...rich, ...poor, ...holders] },
    sudo: { key: options.sudo.address },
    aura: { authorities: COLLATORS.map((name) => devAccount(name).address) },
    parachainInfo: { parachainId: options.paraId },
    polkadotXcm: { safeXcmVersion: 5 },
  });
}

/** The account that acts for an Ethereum address which has none of its own: pallet-revive's fallback. */
function accountOfAddress(address: string): Uint8Array {
  return concatBytes(fromHex(address), new Uint8Array(12).fill(0xee));
}

/**
 * The contracts chain at genesis: its token is the relay's, owned by the dev accounts, those of Ethereum's tools among them, the
 * manager, the holders and the account that the para under rescue has here. Referenda count all of it, so those who do not vote own little.
 */
export function contractsGenesis(
  code: Uint8Array,
  options: {
    readonly id: number;
    readonly paraId: number;
    readonly manager: DevAccount;
    readonly sudo: DevAccount;
    readonly holders: readonly Holder[];
  },
): State {
  const owners = [...DEV_NAMES.map((name) => devAccount(name)), options.manager, ...options.holders];
  const rich = [
    ...owners.map(({ address }) => address),
    encodeAddress(sovereignOf('sibl', options.paraId), SS58),
  ].map((address) => [address, 1_000n * RELAY_UNIT]);
  const poor = [
    ...devStashes().map(({ address }) => address),
    ...ETHEREUM_ADDRESSES.map((address) => encodeAddress(accountOfAddress(address), SS58)),
  ].map((address) => [address, 100n * RELAY_UNIT]);
  return buildPatchedGenesis(code, {
    balances: { balances: [...rich, ...poor] },
    sudo: { key: options.sudo.address },
    aura: { authorities: COLLATORS.map((name) => devAccount(name).address) },
    parachainInfo: { parachainId: options.id },
    polkadotXcm: { safeXcmVersion: 5 },
  });
}
