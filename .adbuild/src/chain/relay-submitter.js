import { allExtensions } from '@polkadot/types/extrinsic/signedExtensions';
import { blake2AsHex, encodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import { RescueError } from '../domain/errors.js';
import { fromHex, toHex } from '../domain/units.js';
import { hashSchema } from './endpoints.js';
import { OutcomeReader } from './extrinsic-outcome.js';
import { askBestNumber, askFinalized } from './header-json.js';
import { buildCall, describeCall } from './relay-calls.js';
import { RuntimeCache } from './relay-runtime.js';
import { RpcRefusal } from './rpc-connection.js';
/** Blocks in which an extrinsic can be included; a power of two, as mortal eras must be. */
const ERA_PERIOD = 64;
/** Finality lag from which signing is refused: the era counts from a finalized block and would be over too soon. */
const MAX_LAG = 32;
/**
 * Pool errors after which only finalized blocks can tell what became of the bytes: banned for a while (1012), already
 * imported (1013), another one with the same nonce is in the pool (1014).
 */
const UNDECIDED_CODES = [1012, 1013, 1014];
/**
 * `InvalidTransaction` (1010) that time explains: included or replaced already, era over, signed for a runtime that
 * was upgraded meanwhile, or waiting for an earlier nonce. `outcome` calls it lost when it is.
 */
const INVALID_CODE = 1010;
const UNDECIDED_WORDS = /stale|outdated|ancient|bad signature|bad proof|in the future/i;
const nonceSchema = z.int().min(0);
/** Prepares, signs, sends and follows extrinsics of the relay chain with the operator's key. */
export function createRelaySubmitter(options) {
    const { endpoints, signer } = options;
    const runtimes = new RuntimeCache();
    const outcomes = new OutcomeReader(runtimes);
    const sign = async (node, call) => {
        if (!signer.pair || !signer.account) {
            throw new RescueError('RESCUE_SIGNER_MISSING', 'No key is configured that could sign on the relay chain.');
        }
        const runtime = await runtimes.load(node);
        const built = buildCall(runtime, call);
        requireKnownExtensions(runtime);
        const [birth, best] = await Promise.all([askFinalized(node), askBestNumber(node)]);
        if (best - birth.ref.number > MAX_LAG) {
            throw new RescueError('RESCUE_CHAIN_REFUSES', `The relay chain has finalized only block ${birth.ref.number} of ${best}: nothing is signed until finality catches up.`);
        }
        const address = encodeAddress(signer.pair.publicKey, 42);
        const nonce = await node.ask(nonceSchema, 'system_accountNextIndex', address);
        const era = runtime.registry.createType('ExtrinsicEra', {
            current: birth.ref.number,
            period: ERA_PERIOD,
        });
        const extrinsic = runtime.registry.createType('Extrinsic', built, { version: 4 });
        extrinsic.sign(signer.pair, {
            blockHash: birth.ref.hash,
            genesisHash: await endpoints.genesis(),
            era: toHex(era.toU8a()),
            nonce,
            runtimeVersion: runtime.version,
        });
        const bytes = extrinsic.toU8a();
        return {
            bytes: toHex(bytes),
            hash: blake2AsHex(bytes),
            signer: signer.account,
            nonce,
            birth: birth.ref.number,
            death: lastBlock(runtime, toHex(era.toU8a()), birth.ref.number),
            callHash: blake2AsHex(built.toU8a()),
            method: `${built.section}.${built.method}`,
        };
    };
    return {
        signer: () => (signer.pair ? signer.account : null),
        prepare: (call) => endpoints.use(async (node) => describeCall(buildCall(await runtimes.load(node), call))),
        sign: (call) => endpoints.use((node) => sign(node, call)),
        broadcast: (extrinsic) => endpoints.use(async (node) => {
            try {
                await node.ask(hashSchema, 'author_submitExtrinsic', extrinsic.bytes);
            }
            catch (error) {
                if (!(error instanceof RpcRefusal))
                    throw error;
                if (UNDECIDED_CODES.includes(error.code))
                    return;
                // Other errors are the node's own, such as a full pool: another endpoint may take the bytes.
                if (error.code !== INVALID_CODE)
                    throw error;
                if (UNDECIDED_WORDS.test(error.message))
                    return;
                throw new RescueError('RESCUE_CHAIN_REFUSES', `The relay chain does not take the extrinsic: ${error.message.slice(0, 300)}`, { cause: error });
            }
        }),
        outcome: (extrinsic) => endpoints.use((node) => outcomes.read(node, extrinsic)),
    };
}
/** Last block that can include an extrinsic of this era; it is born at the block whose hash it signs. */
function lastBlock(runtime, era, current) {
    const mortal = runtime.registry.createType('ExtrinsicEra', fromHex(era)).asMortalEra;
    return mortal.death(current) - 1;
}
/**
 * polkadot-js treats transaction extensions it does not know as empty; when they are not, what it signs is refused.
 * @throws RESCUE_CHAIN_REFUSES
 */
function requireKnownExtensions({ registry, version }) {
    const known = new Set(Object.keys(allExtensions));
    const { transactionExtensions } = registry.metadata.extrinsic;
    const strange = transactionExtensions.find(({ identifier, type, implicit }) => !known.has(identifier.toString()) && ![type, implicit].every((id) => isEmptyType(registry, id)));
    if (strange) {
        throw new RescueError('RESCUE_CHAIN_REFUSES', `The runtime ${version.specName} ${version.specVersion} wants the transaction extension ${strange.identifier}, which this version cannot sign.`);
    }
}
function isEmptyType(registry, id) {
    return registry.createTypeUnsafe(registry.createLookupType(id), []).encodedLength === 0;
}
//# sourceMappingURL=relay-submitter.js.map