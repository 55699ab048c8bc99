import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RescueError } from '../src/domain/errors.ts';

/** The blobs that devnet/runtimes/build.sh makes; committed, so that nobody needs Rust. */
export type ArtifactName =
  | 'relay'
  | 'relay-next'
  | 'para-good'
  | 'para-broken'
  | 'para-fixed'
  | 'para-next'
  | 'contracts';

/** The folder lies beside this file in the sources, and one level further up in the compiled package. */
const HERE = dirname(fileURLToPath(import.meta.url));
const FOLDERS = [join(HERE, 'runtimes/artifacts'), join(HERE, '../../devnet/runtimes/artifacts')];

/**
 * A runtime, compressed as chains store it.
 * @throws RESCUE_DEVNET_FAILED when the package is incomplete.
 */
export async function readArtifact(name: ArtifactName): Promise<Uint8Array> {
  for (const folder of FOLDERS) {
    try {
      return new Uint8Array(await readFile(join(folder, `${name}.compact.compressed.wasm`)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new RescueError(
    'RESCUE_DEVNET_FAILED',
    `The runtime "${name}" is missing: devnet/runtimes/artifacts must come with the package.`,
  );
}
