import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeText } from '../../bytes/bytes.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';

/** contracts-abi/ lies three levels above this file in the sources, four in the compiled package. */
const HERE = dirname(fileURLToPath(import.meta.url));
const FOLDERS = [join(HERE, '../../../contracts-abi'), join(HERE, '../../../../contracts-abi')];

/** The machines that pallet-revive runs contracts on. */
export type ContractVm = 'polkavm' | 'evm';

/** A file of contracts-abi/. @throws RESCUE_INTERNAL when the package is incomplete */
export function readArtifact(name: string): Uint8Array {
  let cause: unknown;
  for (const folder of FOLDERS) {
    try {
      return new Uint8Array(readFileSync(join(folder, name)));
    } catch (error) {
      cause = error;
    }
  }
  throw new RescueError(
    'RESCUE_INTERNAL',
    `contracts-abi/${name} must come with the package, but cannot be read: ${messageOf(cause)}`,
    { cause },
  );
}

/** Code of the rescue contract: a PolkaVM blob, or EVM init code that awaits its constructor arguments. */
export function readContractCode(vm: ContractVm): Uint8Array {
  return readArtifact(`RescueContract.${vm}`);
}

export function readArtifactJson(name: string): unknown {
  return JSON.parse(decodeText(readArtifact(name)));
}
