import { blake2AsHex } from '@polkadot/util-crypto';
import { RescueError } from '../domain/errors.js';
import { toHex } from '../domain/units.js';
import { encodeLittle } from '../proof/index.js';
/** Arguments longer than this are shown by length and hash. */
const SHOWN_BYTES = 64;
/**
 * Builds a registrar call by the relay's own metadata.
 * @throws RESCUE_CHAIN_REFUSES when this relay has no such call
 */
export function buildCall(runtime, call) {
    const { method, bytes } = argumentsOf(call);
    const args = bytes === null ? [call.paraId] : [call.paraId, toHex(bytes)];
    const create = runtime.meta.tx.registrar?.[method];
    if (!create)
        throw unlike(runtime, method, 'does not exist');
    let built;
    try {
        built = create(...args);
    }
    catch {
        throw unlike(runtime, method, 'takes other arguments');
    }
    // A registrar that takes, say, a hash would swallow code bytes in some shortened form.
    const wanted = [encodeLittle(call.paraId, 4), ...(bytes === null ? [] : [bytes])];
    const same = wanted.every((argument, index) => Buffer.compare(built.args[index]?.toU8a(true) ?? new Uint8Array(), argument) === 0);
    if (built.args.length !== wanted.length || !same)
        throw unlike(runtime, method, 'takes other arguments');
    return built;
}
function unlike({ version }, method, problem) {
    return new RescueError('RESCUE_CHAIN_REFUSES', `In the runtime ${version.specName} ${version.specVersion} the call registrar.${method} ${problem}: the registrar may have moved to another chain.`);
}
/** The method, and the byte string that follows the para id where there is one. */
function argumentsOf(call) {
    switch (call.kind) {
        case 'schedule-code':
            return { method: 'scheduleCodeUpgrade', bytes: call.code };
        case 'set-head':
            return { method: 'setCurrentHead', bytes: call.head };
        case 'add-lock':
            return { method: 'addLock', bytes: null };
        case 'remove-lock':
            return { method: 'removeLock', bytes: null };
    }
}
/** The call as people and multisigs see it. */
export function describeCall(call) {
    const data = toHex(call.toU8a());
    const names = call.meta.args.map(({ name }) => name.toString());
    const args = names.map((name, index) => {
        const value = call.args[index];
        const bytes = value?.toU8a(true);
        return bytes && bytes.length > SHOWN_BYTES
            ? [name, { bytes: bytes.length, blake2_256: blake2AsHex(bytes) }]
            : [name, value?.toJSON()];
    });
    return {
        data,
        hash: blake2AsHex(call.toU8a()),
        decoded: { method: `${call.section}.${call.method}`, args: Object.fromEntries(args) },
    };
}
//# sourceMappingURL=relay-calls.js.map