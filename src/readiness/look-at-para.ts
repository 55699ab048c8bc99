import { fromHex, toHex } from '../bytes/hex.ts';
import type { ParaHeadRef, ParaObservation } from '../domain/chain/observation.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import { collatorsAlone } from '../domain/policy/collator-rules.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { ParaReader } from '../domain/ports/para.ts';
import { answerOf, type Unanswered } from '../domain/readiness/answer-of.ts';
import {
  type NodeAnswer,
  type ParaFacts,
  type ParaItems,
  paraFindings,
} from '../domain/readiness/para-findings.ts';
import type { FoundOn } from '../domain/readiness/readiness.ts';
import type { Hex } from '../domain/units.ts';
import { createProofVerifier, ProofError, scaleReader, storagePrefix } from '../proof/index.ts';
import { censusPrefixes } from '../voting/census/prefixes.ts';
import { verifyStorageRange } from '../voting/census/range.ts';
import { readPowerLayout } from '../voting/power/layout/metadata-layout.ts';
import type { MetadataShapes } from '../voting/power/layout/metadata-shapes.ts';
import type { PowerLayout } from '../voting/power/layout/power-layout.ts';
import { collectElectorate } from '../voting/power/proven-power.ts';
import { proxyTypesOf } from '../voting/proxies/proxy-types.ts';

export interface ParaNodes {
  readonly reader: ParaReader;
  /** The same nodes one by one. */
  readonly nodes: readonly Pick<ParaReader, 'keysPaged' | 'readProof'>[];
}

/** Looks at the para's state at its included head, as its own nodes prove it. */
export type LookAtPara = (
  policy: { readonly rules: Policy; readonly hash: Hex } | null,
  observation: ParaObservation,
) => Promise<FoundOnPara>;

/** What stands in the para's own state at its head, proven: what nodes run but for a substitute. */
export interface OwnCode {
  readonly codeHash: Hex;
  readonly specVersion: number;
}

export interface FoundOnPara extends FoundOn {
  /** Null where it could not be read. */
  readonly own: OwnCode | null;
}

/** Items whose keys are asked for; pallets are known by their usual names. */
const ITEMS = {
  aura: ['Aura', 'Authorities'],
  auraExt: ['AuraExt', 'Authorities'],
  pending: ['ParachainSystem', 'PendingValidationCode'],
  cursor: ['MultiBlockMigrations', 'Cursor'],
} as const;

/** Accounts of one page: enough to tell how many there are. */
const PAGE = 128;

/** What follows from the para's code alone, which is mostly the same at every look. Metadata takes half a second to decode. */
interface CodeFacts {
  readonly codeHash: Hex;
  readonly policy: Hex | null;
  readonly pallets: ReadonlySet<string>;
  readonly proxyTypes: readonly string[] | null;
  readonly layout: PowerLayout | Unanswered | null;
}

export function createParaLook({ reader, nodes }: ParaNodes): LookAtPara {
  let known: CodeFacts | null = null;

  const codeFacts = async (
    head: ParaHeadRef,
    codeHash: Hex,
    policy: Parameters<LookAtPara>[0],
  ): Promise<CodeFacts> => {
    const hash = policy?.hash ?? null;
    if (known?.codeHash === codeHash && known.policy === hash) return known;
    const metadata = await reader.metadata(head);
    const { MetadataShapes } = await import('../voting/power/layout/metadata-shapes.ts');
    const shapes = decoded(() => new MetadataShapes(metadata));
    const pallets = new Set(shapes.pallets());
    const proxyTypes = proxyTypesOf(shapes)?.map(({ name }) => name) ?? null;
    const layout = policy && (await answerOf(() => readPowerLayout(metadata, policy.rules)));
    known = { codeHash, policy: hash, pallets, proxyTypes, layout };
    return known;
  };

  return async (policy, observation) => {
    const { head } = observation;
    const facts = head === null ? nothingOf(observation) : await factsAt(head);
    return { route: null, findings: paraFindings(facts), own: ownCodeOf(facts) };

    async function factsAt(at: ParaHeadRef): Promise<ParaFacts> {
      const [runtime, codeHash] = await Promise.all([
        answerOf(() => reader.runtimeVersion(at)),
        answerOf(async () => ({ hash: await reader.codeHash(at) })),
      ]);
      const code =
        'trouble' in codeHash ? codeHash : await answerOf(() => codeFacts(at, codeHash.hash, policy));
      const layout = 'trouble' in code ? code : code.layout;
      const prefix =
        policy === null || layout === null || 'trouble' in layout
          ? storagePrefix('System', 'Account')
          : (censusPrefixes(policy.rules, layout)[0] ?? storagePrefix('System', 'Account'));
      const [items, electorate, answers] = await Promise.all([
        'trouble' in code ? code : answerOf(() => itemsAt(at, code.pallets)),
        electorateAt(at, policy, layout),
        Promise.all(nodes.map((node) => answerOfNode(node, at, prefix))),
      ]);
      const rules = policy?.rules.signers;
      const signers = rules === undefined ? null : 'trouble' in code ? code : { ...code, rules };
      return { observation, runtime, codeHash, items, electorate, signers, nodes: answers };
    }
  };

  async function itemsAt(head: ParaHeadRef, pallets: ReadonlySet<string>): Promise<ParaItems> {
    const keys = Object.values(ITEMS).map(([pallet, item]) => storagePrefix(pallet, item));
    const verifier = createProofVerifier(fromHex(head.stateRoot), await reader.prove(head, keys));
    return itemsIn(pallets, verifier.get);
  }

  async function electorateAt(
    head: ParaHeadRef,
    policy: Parameters<LookAtPara>[0],
    layout: CodeFacts['layout'] | Unanswered,
  ): Promise<ParaFacts['electorate']> {
    if (policy === null || layout === null) return null;
    const { rules } = policy;
    const bodies = [
      ...(collatorsAlone(rules) ? [] : (['power'] as const)),
      ...(rules.collators === undefined ? [] : (['collators'] as const)),
    ];
    if ('trouble' in layout) return { ...layout, bodies };
    const answer = await answerOf(async () => {
      const fetch = (keys: readonly Uint8Array[]) => reader.prove(head, keys);
      const { electorate, collators } = await collectElectorate(rules, head.stateRoot, fetch, layout);
      return {
        power: collatorsAlone(rules) ? null : electorate,
        collators: collators && { ...collators.rule, size: collators.members.size },
      };
    });
    return 'trouble' in answer ? { ...answer, bodies } : answer;
  }
}

function ownCodeOf({ runtime, codeHash }: ParaFacts): OwnCode | null {
  if ('trouble' in runtime || 'trouble' in codeHash) return null;
  return { codeHash: codeHash.hash, specVersion: runtime.specVersion };
}

/** `MigrationCursor`: `Active`, `Stuck`. */
const CURSORS = ['active', 'stuck'] as const;

/** The items of a para with these pallets, as its runtime takes them: a value that is none of the item's counts as none there. */
export function itemsIn(
  pallets: ReadonlySet<string>,
  get: (key: Uint8Array) => Uint8Array | null,
): ParaItems {
  const valueAt = (name: keyof typeof ITEMS): Uint8Array | null | undefined => {
    const [pallet, item] = ITEMS[name];
    return pallets.has(pallet) ? get(storagePrefix(pallet, item)) : undefined;
  };
  const [pending, cursor] = [valueAt('pending'), valueAt('cursor')];
  return {
    auraAuthorities: lengthOf(valueAt('aura')),
    auraExtAuthorities: lengthOf(valueAt('auraExt')),
    // That there is a value is all that is asked for before another upgrade (`exists`), even of an empty one.
    hasPendingCode: pending === undefined ? undefined : pending !== null,
    migrations: cursor === undefined ? undefined : (CURSORS[cursor?.[0] ?? -1] ?? 'none'),
  };
}

/** Entries of an encoded list. */
function lengthOf(value: Uint8Array | null | undefined): number | undefined {
  if (value === undefined) return undefined;
  try {
    return value === null ? 0 : scaleReader(value, 'list').compact();
  } catch (error) {
    if (error instanceof ProofError) return 0;
    throw error;
  }
}

function decoded(read: () => MetadataShapes): MetadataShapes {
  try {
    return read();
  } catch (cause) {
    const message = `The para's metadata cannot be decoded: ${messageOf(cause).slice(0, 200)}.`;
    throw new RescueError('RESCUE_NODE_MALFORMED', message, { cause });
  }
}

function nothingOf(observation: ParaObservation): ParaFacts {
  const trouble = { trouble: 'the para has no head that could be read' };
  return {
    observation,
    runtime: trouble,
    codeHash: trouble,
    items: trouble,
    electorate: null,
    signers: null,
    nodes: [],
  };
}

/** A page of accounts and its proof, as a census needs them; a node that gives another state than the head's gives none. */
function answerOfNode(
  node: ParaNodes['nodes'][number],
  head: ParaHeadRef,
  prefix: Uint8Array,
): Promise<NodeAnswer> {
  return answerOf(async () => {
    const keys = await node.keysPaged(head.hash, prefix, PAGE, null);
    const isAll = keys.length < PAGE;
    const upTo = isAll ? null : (keys.at(-1) ?? null);
    const proof = await node.readProof(head.hash, [prefix, ...keys]);
    const range = verifyStorageRange(fromHex(head.stateRoot), proof, { prefix, after: null, upTo });
    const found = range.keys.length;
    return { accounts: upTo === null ? found : estimate(found, upTo, prefix), isAll };
  });
}

/** Keys begin with a hash, so they lie evenly: how far the last of them is tells how many there are. */
function estimate(found: number, last: Uint8Array, prefix: Uint8Array): number {
  const digits = toHex(last.subarray(prefix.length, prefix.length + 6)).slice(2);
  const share = Number.parseInt(digits, 16) / 2 ** (digits.length * 4);
  return share > 0 ? Math.round(found / share) : found;
}
