import { readFile } from 'node:fs/promises';
import type { GivenCheckpoint } from '../../chain/finality/open.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';

/**
 * A file with the section that "pararescue checkpoint" prints, or a whole configuration with it.
 * @throws RESCUE_REQUEST_INVALID, RESCUE_CONFIG_INVALID
 */
export async function readCheckpoint(path: string): Promise<Omit<GivenCheckpoint, 'overrides'>> {
  const { checkpointSchema } = await import('../../config/relay-section.ts');
  const { parseYamlFile } = await import('../../config/yaml-file.ts');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new RescueError('RESCUE_REQUEST_INVALID', `--checkpoint cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  const { relay } = parseYamlFile({
    text,
    fileName: path,
    schema: checkpointSchema,
    code: 'RESCUE_CONFIG_INVALID',
    what: 'checkpoint',
    prepare: (value) => value,
  });
  const { number, hash, setId, authorities } = relay.checkpoint;
  const voters =
    setId === undefined || authorities === undefined
      ? null
      : { setId: BigInt(setId), authorities: authorities as Hex };
  return { number, hash: hash as Hex, voters, source: 'config' };
}
