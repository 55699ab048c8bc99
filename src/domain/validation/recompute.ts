import type {
  PageChange,
  PageExtrinsic,
  PageFact,
  PagePlace,
  PageStep,
  PageValue,
  ValidationPage,
} from './page.ts';

/** How anyone finds out for themselves that a point of a page is true. */
export interface Recomputation {
  /** What it shows. */
  readonly what: string;
  /** One line each, for a shell; `NODE` is any node of the chain, `SERVICE` the service that gave the page. */
  readonly commands: readonly string[];
  /** What they answer when the page is true. */
  readonly answer: string;
}

/** One JSON-RPC call, which needs nothing but curl. */
function rpc(method: string, params: readonly unknown[]): string {
  const body = JSON.stringify({ id: 1, jsonrpc: '2.0', method, params });
  return `curl -s -H 'content-type: application/json' -d '${body}' NODE`;
}

/** The ways to recompute every point of a page. */
export function recomputations(page: ValidationPage): Recomputation[] {
  return [
    ...codeChecks(page),
    ...voteChecks(page),
    ...(page.kind === 'rehearsed' ? rehearsalCheck(page) : []),
    ...nodeChecks(page),
    ...page.steps.flatMap(callChecks),
    ...(page.kind === 'executed' ? page.steps.flatMap(extrinsicChecks) : []),
  ];
}

function codeChecks({ code, paraId, kind, decision }: ValidationPage): Recomputation[] {
  if (code === null) return [];
  const size = code.bytes === null ? '' : `, ${code.bytes} bytes`;
  // Only a service that holders voted with has it.
  const fetched = kind === 'executed' && decision !== null;
  return [
    {
      what: 'The code has the hash that everything here is about.',
      commands: [
        ...(fetched ? [`curl -s -o code.wasm SERVICE/v1/code/${code.hash}`] : []),
        'pararescue code hash code.wasm',
        'b2sum -l 256 code.wasm',
      ],
      answer: `${code.hash}${size}`,
    },
    {
      what: 'The code builds blocks of the para that validators accept.',
      commands: [`pararescue try ${paraId} --code code.wasm --relay RELAY-NODE --para PARA-NODE`],
      answer: 'each block is accepted',
    },
  ];
}

function voteChecks({ decision, paraId }: ValidationPage): Recomputation[] {
  if (decision === null) return [];
  const { anchor, policy, proposal } = decision;
  return [
    {
      what: 'The holders approved it: every vote, recounted offline.',
      commands: [
        `pararescue evidence --para ${paraId} --out bundle.jsonl --url SERVICE`,
        `pararescue verify bundle.jsonl --relay-block ${anchor.relay.hash} --policy ${policy}`,
      ],
      answer: `approved: proposal ${proposal}`,
    },
  ];
}

function rehearsalCheck({ paraId, planned }: ValidationPage): Recomputation[] {
  return [
    {
      what: 'The rehearsal ends in the same way: with the cache of the first one, in the same blocks.',
      commands: [
        `pararescue rehearse ${paraId} --code code.wasm --policy policy.yaml --cache CACHE --offline --report AGAIN`,
      ],
      answer:
        `a page that begins at relay block ${planned.number} ${planned.hash ?? ''} and has the same heads`.trim(),
    },
  ];
}

/** Of pages on which nodes take a substitute. */
function nodeChecks({ steps, paraId }: ValidationPage): Recomputation[] {
  const facts = steps.flatMap((step) => step.facts);
  const block = facts.find(({ fact }) => fact.kind === 'head-at-least')?.fact.head;
  if (block === undefined) return [];
  const asked = `pararescue chainspec substitute --code code.wasm --block ${Number(block)}`;
  return [
    {
      what: 'The relay chain stores these very bytes, the labels are equal, and the block is not above the included head.',
      commands: [`${asked} --para ${paraId} --relay RELAY-NODE --para-node PARA-NODE`],
      answer: 'ok for module, block, relay-code and label',
    },
    {
      what: 'A node runs the substitute.',
      commands: [`${asked} --node PARA-NODE`],
      answer: 'runs it',
    },
  ];
}

function callChecks({ title, calls }: PageStep): Recomputation[] {
  return calls.flatMap(({ method, data, hash, bytes }) =>
    hash === null
      ? []
      : [
          {
            what: `${title}: the bytes of ${method} have the hash that is approved or signed.`,
            commands:
              data === null
                ? ['b2sum -l 256 call.scale']
                : [`printf ${data.slice(2)} | xxd -r -p | b2sum -l 256`],
            answer: `${hash.slice(2)}${bytes === null ? '' : `, of ${bytes} bytes`}`,
          },
        ],
  );
}

function extrinsicChecks({ title, extrinsics }: PageStep): Recomputation[] {
  return extrinsics.flatMap((made) => inBlock(title, made));
}

function inBlock(title: string, { chain, hash, block, status }: PageExtrinsic): Recomputation[] {
  if (hash === null || block?.hash == null) return [];
  return [
    {
      what: `${title}: block ${block.number} of the ${chain} holds the extrinsic${status === 'failed' ? ', which failed' : ''}.`,
      commands: [rpc('chain_getBlockHash', [block.number]), rpc('chain_getBlock', [block.hash])],
      answer: `${block.hash}; and a block with an extrinsic whose bytes have the blake2-256 ${hash}`,
    },
  ];
}

/** One value in one block, and where it stands there. */
export interface StoredValue {
  readonly place: PagePlace;
  /** Hash of the relay block. */
  readonly at: string;
  readonly value: PageValue;
}

/** The one command by which every stored value is read. */
export const READ_STORAGE = rpc('state_getStorage', ['KEY', 'BLOCK']);

/** Each value of the relay chain's state that stands on the page, once for each block at which it was read. */
export function storedValues({ kind, steps, changes, planned, result, seen }: ValidationPage): StoredValue[] {
  // The blocks of forks are on no chain.
  if (kind === 'rehearsed') return [];
  const end = result.at ?? seen;
  const values: StoredValue[] = [
    ...changes.flatMap((change) => [
      ...readAt(change, planned.hash, change.before),
      ...readAt(change, end.hash, change.after),
    ]),
    ...steps.flatMap(({ facts, from, to }) =>
      facts.flatMap(({ reads }: PageFact) =>
        reads.flatMap((read) => [
          ...readAt(read, from?.hash ?? null, read.before),
          ...readAt(read, to?.hash ?? null, read.after),
        ]),
      ),
    ),
  ];
  const known = new Set<string>();
  return values.filter(({ place, at }) => {
    const name = `${place.key} ${at}`;
    if (place.key === null || place.chain !== 'relay chain' || known.has(name)) return false;
    return known.add(name);
  });
}

function readAt(
  { place }: Pick<PageChange, 'place'>,
  at: string | null,
  value: PageValue | null,
): StoredValue[] {
  return at === null || value === null ? [] : [{ place, at, value }];
}
