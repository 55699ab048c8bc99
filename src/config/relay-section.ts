import { z } from 'zod';

const endpoint = z
  .string()
  .regex(/^wss?:\/\/[^\s/]+(?:\/\S*)?$/, 'must be a WebSocket URL such as ws://127.0.0.1:9944');
/** Of one chain, preferred first. */
export const endpoints = z.array(endpoint).min(1).max(20);
/** A path, relative to the file that names it. */
export const file = z.string().min(1);

const blockHash = z.string().regex(/^0x[0-9a-f]{64}$/, 'must be 0x and 64 lower-case hex digits (32 bytes)');
const pinnedBlock = z.strictObject({
  number: z.int().min(0).max(0xffff_ffff).describe('Number of the block.'),
  hash: blockHash.describe('Its hash.'),
  setId: z
    .int()
    .min(0)
    .optional()
    .describe('Grandpa.CurrentSetId after the block. Left out with authorities, both are read with a proof.'),
  authorities: z
    .string()
    .regex(/^0x(?:[0-9a-f]{2})+$/, 'must be lower-case hex')
    .optional()
    .describe('Grandpa.Authorities after the block, as stored.'),
  overrides: z
    .boolean()
    .default(false)
    .describe('Take it even where it contradicts what this database followed. Say it once, then remove it.'),
});
const checkpoint = z.union([
  pinnedBlock,
  z.strictObject({
    chainSpec: file.describe('Chain spec with a lightSyncState, relative to this file.'),
    overrides: z.boolean().default(false),
  }),
]);

/** The relay chain: its nodes, and which of its blocks are believed to be final. */
export const relaySection = z.strictObject({
  endpoints: endpoints.describe('Nodes of the relay chain, tried in this order.'),
  genesis: blockHash
    .optional()
    .describe('Hash of its first block. Left out, the endpoints that answer must agree on one.'),
  checkpoint: checkpoint
    .optional()
    .describe(
      'A final block that you trust, from which finality is followed. Left out, all endpoints must agree on one at the first start, or relay.agreement of them; "pararescue checkpoint" prints one to paste.',
    ),
  finality: z
    .enum(['proven', 'agreed'])
    .optional()
    .describe(
      'proven: nothing but proofs counts. agreed: endpoints agree, though the chain could give proofs. Left out, proofs count wherever the chain has GRANDPA.',
    ),
  agreement: z
    .int()
    .min(2)
    .max(20)
    .optional()
    .describe(
      'How many independent endpoints must have the same final block where there are no proofs, and how many are enough at the first contact. Left out, the majority, 2 at least, and at the first contact all.',
    ),
  blindAfterSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe(
      'Age of the newest finalized relay block, or time without reading one, after which nothing is known of any para: health is not ok, and status says unknown.',
    ),
  trustSingleEndpoint: z
    .boolean()
    .default(false)
    .describe(
      'Act on what a single endpoint says without a proof. Whoever controls it, or the way to it, then decides what this service does.',
    ),
});

/** What of a file a command takes as its checkpoint. */
export const checkpointSchema = z.looseObject({ relay: z.looseObject({ checkpoint: pinnedBlock }) });
