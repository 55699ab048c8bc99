import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, RescueError } from '../domain/errors.ts';
import { endpoints, file } from './relay-section.ts';
import { releaseRules } from './release-section.ts';
import { parseYamlFile } from './yaml-file.ts';

const paraId = z.int().min(0).max(0xffff_ffff);
const paraName = z.string().min(1).max(100);
const namesById = z.record(z.string().regex(/^\d{1,10}$/, 'must be a para id'), paraName);
const stallGapBlocks = z.int().min(1).max(10_000_000).default(50);

const para = z.strictObject({
  id: paraId.describe('Para id.'),
  name: paraName.describe('Name for people.'),
  endpoints: endpoints.describe('Nodes of the para, tried in this order.'),
  stallGapBlocks: stallGapBlocks.describe(
    'Relay blocks without an included head after which it counts as stalled, until a policy says.',
  ),
  contract: z
    .string()
    .regex(/^0x[0-9a-f]{40}$/, 'must be 0x and 40 lower-case hex digits (20 bytes)')
    .optional()
    .describe('Address of its rescue contract on the contracts chain.'),
  release: releaseRules
    .optional()
    .describe(
      'Who has to release an approved decision of this para, in place of the release of the whole service.',
    ),
});
export type ConfiguredPara = z.output<typeof para>;

const ALL = 'all';

/** `all`, a list of paras, or a list of paras with `all` in it. */
export const parasSection = z
  .union([
    z.literal(ALL),
    z
      .array(z.union([z.literal(ALL), para]))
      .min(1)
      .max(1001),
  ])
  .describe(
    'The paras to watch. all: every para of the relay chain, without nodes and policies; it can stand in the list beside paras that have both.',
  )
  .superRefine((paras, context) => {
    const first = new Map<number | string, number>();
    for (const [index, entry] of (paras === ALL ? [] : paras).entries()) {
      const id = entry === ALL ? ALL : entry.id;
      const earlier = first.get(id);
      if (earlier === undefined) first.set(id, index);
      else {
        context.addIssue({
          code: 'custom',
          path: entry === ALL ? [index] : [index, 'id'],
          message: `is the same as paras[${earlier}]${entry === ALL ? '' : '.id'}`,
        });
      }
    }
  });

/** What holds for paras that are watched by `all` alone. */
export const fleetSection = z.strictObject({
  names: namesById.default({}).describe('Names for people, by para id.'),
  namesFile: file
    .optional()
    .describe('A YAML or JSON file with more names by para id, relative to this file.'),
  stallGapBlocks: stallGapBlocks.describe(
    'Relay blocks without an included head after which one of them counts as stalled.',
  ),
});

/** The paras that are named one by one, and whether all others are watched too. */
export function chosenParas(paras: z.output<typeof parasSection>): {
  readonly paras: ConfiguredPara[];
  readonly watchesAll: boolean;
} {
  if (paras === ALL) return { paras: [], watchesAll: true };
  return { paras: paras.filter((entry) => entry !== ALL), watchesAll: paras.includes(ALL) };
}

/** Ten thousand names are below this. */
const LARGEST_FILE = 4 * 1024 * 1024;

/** Names by para id. @throws RESCUE_CONFIG_INVALID */
export async function readNames(path: string): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `The file of names ${path} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
  if (text.length > LARGEST_FILE) {
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `The file of names ${path} is longer than ${LARGEST_FILE} bytes.`,
    );
  }
  return parseYamlFile({
    text,
    fileName: path,
    schema: namesById,
    code: 'RESCUE_CONFIG_INVALID',
    what: 'file of names',
  });
}
