import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import type { Runtime } from '../../executor/runtime.ts';
import { EMPTY_BACKEND } from '../../executor/storage/backend.ts';
import { Overlay } from '../../executor/storage/overlay.ts';
import { metadataOf } from '../nodes/chain-runtime.ts';

/** Runtime APIs that read no storage, and tell nothing but what the code says of itself. */
const OF_CODE = /^(Metadata_|Core_version$)/;

/**
 * What a node would answer to a request that only concerns the code of a runtime: its version, its metadata. Undefined for
 * every other request.
 * @throws RESCUE_EXECUTION_FAILED
 */
export function answerOfCode(runtime: Runtime, method: string, params: readonly unknown[]): unknown {
  switch (method) {
    case 'state_getRuntimeVersion':
    case 'chain_getRuntimeVersion':
      return versionOf(runtime);
    case 'state_getMetadata':
      return toHex(metadataOf(runtime));
    case 'state_call': {
      const [name, argument] = params as [string, Hex];
      if (!OF_CODE.test(name)) return undefined;
      return toHex(runtime.call(name, fromHex(argument), new Overlay(EMPTY_BACKEND)).result);
    }
    default:
      return undefined;
  }
}

/** In the form of `state_getRuntimeVersion`. */
export function versionOf({ version }: Runtime): Readonly<Record<string, unknown>> {
  return { ...version, systemVersion: version.stateVersion };
}
