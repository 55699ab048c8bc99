import { z } from 'zod';
import { isHex } from '../../bytes/hex.ts';
import { type Canonical, canonicalJson, isCanonicalJson } from '../../domain/canonical-json.ts';
import { RescueError } from '../../domain/errors.ts';
import { listOf } from '../../domain/list-of.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { DECIDERS } from '../../domain/policy/collator-rules.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { STANCES } from '../../domain/round/endorsement.ts';
import { CHOICES, SIGNATURE_SCHEMES } from '../../domain/round/round.ts';
import type { Hex } from '../../domain/units.ts';

/**
 * The lines of an evidence bundle; docs/evidence-format.md describes them for other readers. Each line is the canonical
 * JSON of one object, ended by a line feed; `KINDS` is their order.
 */
export const EVIDENCE_VERSION = 4;
/** The one before, which is read too, and written where nothing is in it that it lacks: acts have the signature of their account's own key, and what counts are
 * holders' tokens as they are. */
export const PLAIN_VERSION = 3;
/** Rounds without an id, texts of version 1. Written for what was decided under it, read by the versions of its time. */
export const EARLIER_VERSION = 2;

const bytes = z.custom<Hex>(isHex, 'must be lower-case hex');
const hash = z.custom<Hex>(
  (value) => isHex(value) && value.length === 66,
  'must be 32 bytes of lower-case hex',
);
const account = z.custom<Hex>(
  (value) => isHex(value) && (value.length === 66 || value.length === 42),
  'must be an account id of 32 or 20 bytes in lower-case hex',
);
const amount = z.string().regex(/^(?:0|[1-9]\d{0,59})$/, 'must be a whole number as text');
const count = z.int().min(0);
const u64 = amount.refine(
  (text) => /^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n,
  'must be below 2^64',
);
const scheme = z.enum(SIGNATURE_SCHEMES);

const openingLine = z.strictObject({
  kind: z.literal('pararescue-evidence'),
  version: z.union([z.literal(EVIDENCE_VERSION), z.literal(PLAIN_VERSION)]),
});
/** `hash` is what the service says that the policy hashes to. The policy also names para and relay chain. */
const policyLine = z.strictObject({ kind: z.literal('policy'), hash, policy: z.unknown() });
const optInAct = {
  kind: z.literal('opt-in'),
  paraId: z.int().min(0).max(0xffff_ffff),
  action: z.literal('opt-in'),
  relayGenesis: hash,
  policy: hash,
  sequence: count,
  account,
} as const;
const own = { signature: bytes, scheme };
/** Signed for an account by others: its multisig, or who may act for it. */
const joint = {
  multisig: z
    .strictObject({ signatories: listOf(account, 100).readonly(), threshold: z.int().min(1).max(100) })
    .nullable(),
  signatures: listOf(z.strictObject({ account, signature: bytes, scheme }), 100).readonly(),
};
const optInLine = z.union([
  z.strictObject({ ...optInAct, ...own }),
  z.strictObject({ ...optInAct, ...joint }),
]);
const anchorLine = z.strictObject({
  kind: z.literal('anchor'),
  anchor: z.strictObject({
    relay: z.strictObject({ number: count, hash, stateRoot: hash }),
    head: z.strictObject({ hash, number: count, stateRoot: hash }),
    mostRecentContext: count,
    codeHash: hash,
    runtime: z.strictObject({ specName: z.string(), specVersion: count }),
  }),
  relayHeader: bytes,
  headProof: listOf(bytes, 10_000),
  paraHeader: bytes,
});
/** Missing when the standard layout was used. */
const layoutLine = z.strictObject({ kind: z.literal('layout'), layout: z.unknown() });
/** Types of proxies that the policy counts, by their index in the para's runtime; there when somebody signed as a proxy, from version 4 on. */
const proxiesLine = z.strictObject({
  kind: z.literal('proxies'),
  types: listOf(z.strictObject({ index: z.int().min(0).max(255), name: z.string().max(200) }), 256),
});
/** `proof` is an answer of `grandpa_proveFinality`, or a justification of the very block. */
const finalityLine = z.strictObject({
  kind: z.literal('finality'),
  form: z.enum(['finality-proof', 'justification']),
  proof: bytes,
  setId: u64,
  authorities: listOf(z.strictObject({ id: hash, weight: u64 }), 100_000),
});
/** `id` is that of policy, anchor, `opening` and `round`, the number of the round within its opening. */
const roundLine = z.strictObject({
  kind: z.literal('round'),
  id: hash,
  opening: count,
  round: z.int().min(1).max(0xffff_ffff),
  clock: z.strictObject({
    openedAt: count,
    closesAt: count,
    quorateSince: count.nullable(),
    extended: z.boolean(),
  }),
  decidedAt: count,
});
const proposal = {
  kind: z.literal('proposal'),
  hash,
  codeHash: hash,
  codeSize: count,
  runtime: z.strictObject({ specName: z.string(), specVersion: count }),
  text: z.string(),
  proposer: account,
  admittedAt: count,
} as const;
const endorsement = {
  kind: z.literal('endorsement'),
  account,
  proposal: hash,
  stance: z.enum(STANCES),
  sequence: count,
  admittedAt: count,
} as const;
const nodeLine = z.strictObject({ kind: z.literal('node'), bytes });
const vote = {
  kind: z.literal('vote'),
  account,
  proposal: hash,
  choice: z.enum(CHOICES),
  sequence: count,
  power: amount,
  admittedAt: count,
} as const;
/** `trial` is null for a proposal that was not tried; `carried`: the code and all nodes that repeat it are in the bundle. */
const trialLine = z.strictObject({
  kind: z.literal('trial'),
  proposal: hash,
  summary: z.unknown(),
  trial: z.unknown(),
  carried: z.boolean(),
});
const codeLine = z.strictObject({ kind: z.literal('code'), bytes });
const trialNodeLine = z.strictObject({ kind: z.literal('trial-node'), bytes });
const resultLine = z.strictObject({
  kind: z.literal('result'),
  electorate: amount,
  votes: count,
  tallies: listOf(
    z.strictObject({
      proposal: hash,
      ayes: amount,
      nays: amount,
      abstains: amount,
      votes: count,
      approved: z.boolean(),
      quorate: z.boolean(),
      collators: z
        .strictObject({
          decide: z.enum(DECIDERS),
          size: count,
          needed: count,
          ayes: count,
          nays: count,
          abstains: count,
          approved: z.boolean(),
        })
        .exactOptional(),
    }),
    1000,
  ),
  decision: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('approved'), proposal: hash, codeHash: hash }),
    z.strictObject({ kind: z.literal('rejected') }),
    z.strictObject({ kind: z.literal('open') }),
  ]),
});

const SCHEMAS = {
  'pararescue-evidence': openingLine,
  policy: policyLine,
  'opt-in': optInLine,
  anchor: anchorLine,
  layout: layoutLine,
  proxies: proxiesLine,
  finality: finalityLine,
  round: roundLine,
  proposal: z.strictObject({ ...proposal, ...own }),
  endorsement: z.strictObject({ ...endorsement, ...own }),
  node: nodeLine,
  vote: z.strictObject({ ...vote, ...own }),
  result: resultLine,
  trial: trialLine,
  code: codeLine,
  'trial-node': trialNodeLine,
} as const;

/** Forms of acts that others signed for their account, from version 4 on. */
const JOINT_SCHEMAS = {
  proposal: z.strictObject({ ...proposal, ...joint }),
  endorsement: z.strictObject({ ...endorsement, ...joint }),
  vote: z.strictObject({ ...vote, ...joint }),
} as const;

export type LineKind = keyof typeof SCHEMAS;
type JointKind = keyof typeof JOINT_SCHEMAS;
export type Line<Kind extends LineKind = LineKind> =
  | { [K in Kind]: z.infer<(typeof SCHEMAS)[K]> }[Kind]
  | { [K in Kind & JointKind]: z.infer<(typeof JOINT_SCHEMAS)[K]> }[Kind & JointKind];
/** Lines that version 2 had in another form. */
export type EarlierLine =
  | { readonly kind: 'pararescue-evidence'; readonly version: typeof EARLIER_VERSION }
  | Omit<Line<'round'>, 'id' | 'opening'>;
type Policy = z.infer<typeof policySchema>;

/** In this order; `once` lines must be there, `maybe` lines may be missing, `many` lines may repeat or be missing. */
const ORDER: readonly (readonly [LineKind, 'once' | 'maybe' | 'many'])[] = [
  ['pararescue-evidence', 'once'],
  ['policy', 'once'],
  ['opt-in', 'maybe'],
  ['anchor', 'once'],
  ['layout', 'maybe'],
  ['proxies', 'maybe'],
  ['finality', 'maybe'],
  ['round', 'once'],
  ['proposal', 'many'],
  ['endorsement', 'many'],
  ['node', 'many'],
  ['vote', 'many'],
  ['result', 'once'],
  ['trial', 'many'],
  ['code', 'many'],
  ['trial-node', 'many'],
];

export function encodeLine(line: Line | EarlierLine): string {
  return `${canonicalJson(line as unknown as Canonical)}\n`;
}

/** The policy of its line; only the exact form that is hashed is accepted, defaults filled in. */
export function policyOfLine(line: Line<'policy'>): Policy | null {
  const parsed = policySchema.safeParse(line.policy);
  if (!parsed.success) return null;
  return canonicalJson(parsed.data) === canonicalJson(line.policy as Canonical) ? parsed.data : null;
}

const NODE_LINE = /^\{"bytes":"(0x(?:[0-9a-f]{2})*)","kind":"node"\}$/;

/** UTF-16 units of what is said of a line; a list of keys that nobody knows may have megabytes. */
const LONGEST_PROBLEM = 300;

/** Reads line after line, each in its place; a wrong one, or a missing one at the end, is `RESCUE_REQUEST_INVALID`. */
export class LineReader {
  #place = 0;
  #repeated = 0;
  #number = 0;
  #version: number = EVIDENCE_VERSION;

  /** Of the bundle, once its first line was read. */
  get version(): number {
    return this.#version;
  }

  next(text: string): Line {
    this.#number += 1;
    // Most lines are nodes; this is the only form that one can have.
    const node = NODE_LINE.exec(text)?.[1];
    if (node !== undefined) {
      this.#advance('node');
      return { kind: 'node', bytes: node as Hex };
    }
    const value = this.#json(text);
    if (!isCanonicalJson(text, value)) throw this.#wrong('is not in its one canonical form');
    const kind = (value as { readonly kind?: unknown } | null)?.kind;
    if (typeof kind !== 'string' || !Object.hasOwn(SCHEMAS, kind)) {
      const version = (value as { readonly version?: unknown } | null)?.version;
      throw this.#wrong(`has an unknown kind${version === undefined ? '' : ` (version ${String(version)})`}`);
    }
    this.#advance(kind as LineKind);
    if (kind === 'proxies' && this.#version <= PLAIN_VERSION) throw this.#wrong('is of a later version');
    if (kind === 'pararescue-evidence') this.#checkVersion(value as object);
    const parsed = this.#schemaOf(kind as LineKind, value as object).safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const problem = oneLine(issue?.message ?? 'is malformed', LONGEST_PROBLEM);
      throw this.#wrong(`(${kind}): ${issue?.path.join('.') ?? ''} ${problem}`);
    }
    return parsed.data;
  }

  #schemaOf(kind: LineKind, value: object): z.ZodType<Line> {
    const isJoint = this.#version > PLAIN_VERSION && 'signatures' in value;
    if (isJoint && (kind === 'proposal' || kind === 'endorsement' || kind === 'vote'))
      return JOINT_SCHEMAS[kind];
    return SCHEMAS[kind];
  }

  /** Call after the last line. */
  end(): void {
    const missing = ORDER.slice(this.#repeated > 0 ? this.#place + 1 : this.#place).find(
      ([, how]) => how === 'once',
    );
    if (missing)
      throw invalid(`The bundle ends after line ${this.#number} without its line "${missing[0]}".`);
  }

  #checkVersion(value: object): void {
    const version = 'version' in value ? value.version : undefined;
    if (typeof version !== 'number') return;
    this.#version = version;
    if (version === EVIDENCE_VERSION || version === PLAIN_VERSION) return;
    const reads = `reads versions ${PLAIN_VERSION} and ${EVIDENCE_VERSION}`;
    throw this.#wrong(
      version > EVIDENCE_VERSION
        ? `says that the bundle is of version ${version}, but this program is older and ${reads}: update it`
        : `says that the bundle is of version ${version}, but this program is newer and ${reads}: verify the bundle with the version of pararescue that wrote it`,
    );
  }

  #json(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#wrong('is not JSON');
    }
  }

  #advance(kind: LineKind): void {
    for (; this.#place < ORDER.length; this.#place++, this.#repeated = 0) {
      const [wanted, how] = ORDER[this.#place] ?? ['result', 'once'];
      if (wanted === kind && (how === 'many' || this.#repeated === 0)) {
        this.#repeated += 1;
        return;
      }
      if (how === 'once' && this.#repeated === 0)
        throw this.#wrong(`is a "${kind}" where a "${wanted}" must come`);
    }
    throw this.#wrong(`is a "${kind}" out of its place`);
  }

  #wrong(problem: string): RescueError {
    return invalid(`Line ${this.#number} ${problem}.`);
  }
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
