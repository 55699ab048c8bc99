import { encodeAddress } from '@polkadot/util-crypto';
import { RescueError } from '../src/domain/errors.js';
import { concat, toHex, utf8 } from './bytes.js';
import { Overlay } from './chain/overlay.js';
import { State } from './chain/state.js';
import { Runtime } from './executor/runtime.js';
import { devAccount, INCLUSION } from './keys.js';
import { encodedString, ScaleReader } from './scale.js';
const RELAY_UNIT = 10000000000n;
const PARA_UNIT = 1000000000000n;
const CODE_KEY = toHex(utf8(':code'));
/**
 * The state that a chain starts with: the runtime's own `GenesisBuilder_build_state` on a JSON configuration. Numbers
 * above 2^53 are written as JSON numbers, as serde wants them; hence the text.
 * @throws RESCUE_DEVNET_FAILED with what the runtime says is wrong.
 */
export function buildGenesis(code, configuration) {
    const runtime = Runtime.of(code);
    const { stateVersion } = runtime.version;
    const overlay = new Overlay(State.genesis([[CODE_KEY, code]], stateVersion));
    const answer = runtime.call('GenesisBuilder_build_state', encodedString(configuration), overlay).result;
    const reader = new ScaleReader(answer);
    if (reader.u8() !== 0) {
        throw new RescueError('RESCUE_DEVNET_FAILED', `The runtime refuses its genesis: ${reader.string()}`);
    }
    return overlay.seal();
}
/** The default genesis configuration of a runtime, to be changed and built. */
export function genesisDefaults(code) {
    const runtime = Runtime.of(code);
    const overlay = new Overlay(State.genesis([], runtime.version.stateVersion));
    const answer = runtime.call('GenesisBuilder_get_preset', Uint8Array.of(0), overlay).result;
    const reader = new ScaleReader(answer);
    if (reader.u8() !== 1)
        throw new RescueError('RESCUE_DEVNET_FAILED', 'The runtime has no default genesis.');
    return JSON.parse(reader.string());
}
/** The account that a para has on the relay chain: `para` and its id, filled with zeros. */
function paraSovereign(paraId) {
    const id = new Uint8Array(4);
    new DataView(id.buffer).setUint32(0, paraId, true);
    return concat(utf8('para'), id, new Uint8Array(24));
}
/** Defaults with the values of some pallets replaced; serde wants every field of a pallet that is named. */
function withDefaults(code, changes) {
    const defaults = genesisDefaults(code);
    const merged = Object.entries(changes).map(([pallet, values]) => [
        pallet,
        { ...defaults[pallet], ...values },
    ]);
    return genesisJson({ ...defaults, ...Object.fromEntries(merged) });
}
/** JSON in which bigints stand as plain numbers. */
function genesisJson(value) {
    const marked = JSON.stringify(value, (_, entry) => typeof entry === 'bigint' ? `\u0001${entry}\u0001` : entry);
    return marked.replace(/"\\u0001(\d+)\\u0001"/g, '$1');
}
/** The relay chain at genesis: validators, a configuration with the sizes of Polkadot and the times given, dev accounts. */
export function relayGenesis(code, options) {
    const { times } = options;
    const defaults = genesisDefaults(code);
    const { config } = defaults.configuration;
    const balances = [
        ...['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie', INCLUSION].map((name) => devAccount(name)),
        options.manager,
    ].map(({ address }) => [address, 1000000n * RELAY_UNIT]);
    const sovereign = encodeAddress(paraSovereign(options.paraId), 42);
    return buildGenesis(code, withDefaults(code, {
        balances: { balances: [...balances, [sovereign, 1000n * RELAY_UNIT]] },
        sudo: { key: options.sudo.address },
        registrar: { nextFreeParaId: options.paraId },
        devnetRelay: { sessionLength: times.sessionLength },
        xcmPallet: { safeXcmVersion: 5 },
        session: {
            keys: options.validators.map(({ address }) => [
                address,
                address,
                { para_validator: address, para_assignment: address, authority_discovery: address },
            ]),
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
                validation_upgrade_delay: times.validationUpgradeDelay,
                validation_upgrade_cooldown: times.validationUpgradeCooldown,
                minimum_validation_upgrade_delay: times.minimumValidationUpgradeDelay,
                async_backing_params: { max_candidate_depth: 3, allowed_ancestry_len: 2 },
                code_retention_period: 1200,
                scheduler_params: { ...config.scheduler_params, num_cores: 1, lookahead: 3 },
            },
        },
    }));
}
/** The para at genesis: balances of the dev accounts, its manager and its token holders. */
export function paraGenesis(code, options) {
    const dev = [devAccount('Alice'), devAccount('Bob'), options.manager].map(({ address }) => [
        address,
        1000n * PARA_UNIT,
    ]);
    return buildGenesis(code, withDefaults(code, {
        balances: { balances: [...dev, ...options.holders.map(({ address, balance }) => [address, balance])] },
        sudo: { key: options.sudo.address },
        parachainInfo: { parachainId: options.paraId },
        polkadotXcm: { safeXcmVersion: 5 },
    }));
}
//# sourceMappingURL=genesis.js.map