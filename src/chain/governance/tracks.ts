import type { Codec } from '@polkadot/types/types';
import { z } from 'zod';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Curve } from '../../domain/governance/curve.ts';
import type { Track } from '../../domain/governance/track.ts';
import { oneLine } from '../../domain/plain-text.ts';
import type { Planck } from '../../domain/units.ts';
import { u128 } from '../relay/relay-observation.ts';
import type { ChainAt } from './chain-at.ts';

/** Names are padded with zeros to a fixed length. */
const trackName = z.string().transform((text) => oneLine(text.replaceAll('\0', ''), 40));
const whole = z.int().min(0).max(0xffff_ffff);
/** Fixed-point numbers may be below zero, and come as numbers, decimal or hex text. */
const fixed = z
  .union([z.int(), z.string().regex(/^-?(?:\d+|0x[0-9a-f]+)$/i)])
  .transform((value) => BigInt(value));
const curve = z
  .union([
    z.object({ linearDecreasing: z.object({ length: fixed, floor: fixed, ceil: fixed }) }),
    z.object({ steppedDecreasing: z.object({ begin: fixed, end: fixed, step: fixed, period: fixed }) }),
    z.object({ reciprocal: z.object({ factor: fixed, xOffset: fixed, yOffset: fixed }) }),
  ])
  .transform((value): Curve => {
    if ('linearDecreasing' in value) return { kind: 'linear', ...value.linearDecreasing };
    if ('steppedDecreasing' in value) return { kind: 'stepped', ...value.steppedDecreasing };
    return { kind: 'reciprocal', ...value.reciprocal };
  });
const tracksSchema = z.array(
  z.tuple([
    whole,
    z.object({
      name: trackName,
      maxDeciding: whole,
      decisionDeposit: u128,
      preparePeriod: whole,
      decisionPeriod: whole,
      confirmPeriod: whole,
      minEnactmentPeriod: whole,
      minApproval: curve,
      minSupport: curve,
    }),
  ]),
);

/** What a chain's referenda cost and how long they take, by its metadata. */
export interface Terms {
  readonly tracks: readonly Track[];
  readonly submissionDeposit: Planck;
  /** Blocks after which a referendum without a decision deposit is over. */
  readonly undecidingTimeout: number;
}

/** @throws RESCUE_CHAIN_REFUSES when the chain has no such referenda, or in a form that is not known */
export function termsOf({ name, runtime }: ChainAt, pallet = 'referenda'): Terms {
  const constants = runtime.meta.consts[pallet];
  if (!constants?.tracks) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The ${name} (${runtime.version.specName} ${runtime.version.specVersion}) has no pallet ${pallet} with tracks: the relay chain is governed from another chain.`,
    );
  }
  const { tracks, submissionDeposit, undecidingTimeout } = constants;
  try {
    return {
      tracks: tracksSchema.parse(json(tracks)).map(([id, track]) => ({ id, ...track })),
      submissionDeposit: u128.parse(json(submissionDeposit)),
      undecidingTimeout: whole.parse(json(undecidingTimeout)),
    };
  } catch (cause) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The tracks of ${pallet} of the ${name} are not of the form that this version knows (${oneLine(messageOf(cause), 200)}).`,
      { cause },
    );
  }
}

/** The track of that name. @throws RESCUE_CHAIN_REFUSES */
export function trackNamed({ tracks }: Terms, name: string, chain: string): Track {
  const track = tracks.find((one) => one.name === name);
  if (track) return track;
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The referenda of the ${chain} have no track ${name}; there are ${tracks.map((one) => one.name).join(', ')}.`,
  );
}

function json(value: unknown): unknown {
  return (value as Codec | undefined)?.toJSON();
}
