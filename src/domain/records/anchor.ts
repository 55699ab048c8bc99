import { z } from 'zod';
import type { ParaHeadRef, RelayBlockRef } from '../chain/observation.ts';
import type { Anchor, AnchorEvidence } from '../round/round.ts';
import { block, bytes, hash, u32, u64Text } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

export const relayBlockRef: RecordSchema<RelayBlockRef> = record(({ object }) =>
  object({ number: block, hash, stateRoot: hash }),
);

export const paraHeadRef: RecordSchema<ParaHeadRef> = record(({ object }) =>
  object({ hash, number: block, stateRoot: hash }),
);

export const anchor: RecordSchema<Anchor> = record(({ object, of }) =>
  object({
    relay: of(relayBlockRef),
    head: of(paraHeadRef),
    mostRecentContext: block,
    codeHash: hash,
    runtime: object({ specName: z.string(), specVersion: u32 }),
  }),
);

/** The layout's own parser is `parsePowerLayout` of src/voting. */
export const anchorEvidence: RecordSchema<AnchorEvidence> = record(({ object }) =>
  object({
    relayHeader: bytes,
    headProof: z.array(bytes),
    paraHeader: bytes,
    electorateProof: z.array(bytes),
    finality: object({ proof: bytes, setId: u64Text, authorities: bytes }).exactOptional(),
    layout: z.unknown().optional(),
    proxyTypes: z
      .array(object({ name: z.string().max(200), index: z.int().min(0).max(255) }))
      .exactOptional(),
  }),
);

export const provenAnchor: RecordSchema<{ readonly anchor: Anchor; readonly evidence: AnchorEvidence }> =
  record(({ object, of }) => object({ anchor: of(anchor), evidence: of(anchorEvidence) }));
