import { isHex } from '../../src/bytes/hex.ts';
import { type Exchange, type Frame, frameOf, HANG_UP, truthfully } from './recorded-node.ts';

/** A way to lie. Gives the frames in place of the true ones, and undefined where it has nothing to lie about. */
export type Lie = (exchange: Exchange, id: number, elsewhere: Exchange) => readonly Frame[] | undefined;

const FORGED = `0x${'5a'.repeat(32)}`;

/** Another result for answers of these methods. */
const results =
  (methods: RegExp, change: (result: never, exchange: Exchange) => unknown): Lie =>
  (exchange, id) => {
    const { method, body } = exchange;
    if (!methods.test(method) || !('result' in body) || isGenesis(exchange)) return undefined;
    return truthfully({ ...exchange, body: { result: change(body.result as never, exchange) } }, id);
  };

const refusals =
  (methods: RegExp, error: object): Lie =>
  (exchange, id) =>
    methods.test(exchange.method) && !isGenesis(exchange)
      ? truthfully({ body: { error }, pushes: [] }, id)
      : undefined;

/** Other notifications. */
const told =
  (change: (pushes: Exchange['pushes'], elsewhere: Exchange['pushes']) => Exchange['pushes']): Lie =>
  (exchange, id, elsewhere) =>
    exchange.pushes.length > 0
      ? truthfully({ ...exchange, pushes: change(exchange.pushes, elsewhere.pushes) }, id)
      : undefined;

const proofs = (change: (nodes: readonly string[]) => unknown): Lie =>
  results(/ReadProof$/, ({ at, proof }: { at: string; proof: string[] }) => ({ at, proof: change(proof) }));

const frames =
  (make: (answer: string, id: number, exchange: Exchange) => readonly Frame[]): Lie =>
  (exchange, id) => {
    if (isGenesis(exchange)) return undefined;
    const [answer = '', ...rest] = truthfully(exchange, id);
    return [...make(answer, id, exchange), ...rest];
  };

const numbered = (number: (now: number) => number): Lie =>
  results(
    /^chain_getHeader$/,
    (header: { number: string } | null) =>
      header && { ...header, number: `0x${number(Number(header.number)).toString(16)}` },
  );

const bodies = (change: (extrinsics: readonly string[]) => unknown): Lie =>
  results(
    /^chain_getBlock$/,
    (result: { block: { extrinsics: string[] } } | null) =>
      result && { ...result, block: { ...result.block, extrinsics: change(result.block.extrinsics) } },
  );

const isGenesis = ({ method, params }: Exchange) => method === 'chain_getBlockHash' && params[0] === 0;
const flip = (hex: unknown) =>
  isHex(hex) && hex.length > 2
    ? hex.slice(0, -1) + (Number.parseInt(hex.slice(-1), 16) ^ 1).toString(16)
    : hex;

/** All ways, by what they do. */
export const LIES: Readonly<Record<string, Lie>> = {
  'says nothing at all': (exchange) => (isGenesis(exchange) ? undefined : []),
  'keeps proofs to itself': (exchange) => (/Proof|prove/.test(exchange.method) ? [] : undefined),
  'hangs up': frames(() => [HANG_UP]),
  'refuses everything': refusals(/./, { code: -32_601, message: 'Method not found' }),
  'refuses proofs': refusals(/ReadProof$/, { code: 4003, message: 'State already discarded' }),
  'refuses proofs of finality': refusals(/^grandpa_/, { code: -32_601, message: 'Method not found' }),
  'tells of a panic': refusals(/ReadProof$|^state_/, {
    code: 4003,
    message: 'panicked at src/lib.rs:1:2:\nno!',
  }),
  'knows no block': results(/^chain_get(Header|BlockHash|Block)$/, () => null),
  'answers null': results(/./, () => null),
  'answers an object': results(/./, () => ({})),
  'answers a number': results(/./, () => 1e308),
  'names another first block': (exchange, id) =>
    isGenesis(exchange) ? truthfully({ body: { result: FORGED }, pushes: [] }, id) : undefined,
  'numbers blocks 0xfffffff0': numbered(() => 0xffff_fff0),
  'numbers blocks 2100 ahead': numbered((now) => now + 2100),
  'numbers blocks one lower': numbered((now) => Math.max(0, now - 1)),
  'changes a header’s digest': results(
    /^chain_getHeader$/,
    (header: object | null) => header && { ...header, digest: { logs: ['0x0446524e4b0400'] } },
  ),
  'changes a header’s state root': results(
    /^chain_getHeader$/,
    (header: object | null) => header && { ...header, stateRoot: FORGED },
  ),
  'makes up hashes of blocks': results(/^chain_get(BlockHash|FinalizedHead)$/, () => FORGED),
  'shows another state': (exchange, id, elsewhere) =>
    /ReadProof$/.test(exchange.method) ? truthfully(elsewhere, id) : undefined,
  'is of another chain but for the first block': (exchange, id, elsewhere) =>
    isGenesis(exchange) ? undefined : truthfully(elsewhere, id),
  'leaves the last node of a proof out': proofs((nodes) => nodes.slice(0, -1)),
  'leaves the root of a proof out': proofs((nodes) => nodes.slice(1)),
  'flips a bit of a proof': proofs((nodes) =>
    nodes.with(nodes.length >> 1, String(flip(nodes[nodes.length >> 1]))),
  ),
  'gives empty proofs': proofs(() => []),
  'gives proofs that are no list': proofs(() => 'no'),
  'gives proofs without end': proofs((nodes) => [...nodes, `0x${'00'.repeat(25 * 1024 * 1024)}`]),
  'flips a bit of a proof of finality': results(/^grandpa_proveFinality$/, flip),
  'gives another chain’s proof of finality': (exchange, id, elsewhere) =>
    exchange.method === 'grandpa_proveFinality' ? truthfully(elsewhere, id) : undefined,
  'passes nothing on': told(() => []),
  'passes everything on twice, newest first': told((pushes) => [...pushes, ...pushes].toReversed()),
  'passes on what is another chain’s': told((_, elsewhere) => elsewhere),
  'passes on damaged words': told((pushes) => pushes.map((push) => ({ ...push, result: flip(push.result) }))),
  'passes on rubbish': told((pushes) => pushes.map((push) => ({ ...push, result: [[{}]] }))),
  'floods with notifications': told((pushes) =>
    Array.from({ length: 6_000 }, () => pushes[0] as (typeof pushes)[0]),
  ),
  'shows blocks without extrinsics': bodies(() => []),
  'shows blocks with another extrinsic': bodies((all) => [...all, '0x0c0102']),
  'shows blocks without their last extrinsic': bodies((all) => all.slice(0, -1)),
  'makes the nonce higher': results(/^system_accountNextIndex$/, (nonce: number) => nonce + 7),
  'makes the nonce lower': results(/^system_accountNextIndex$/, () => 0),
  'calls an extrinsic’s signature bad': refusals(/^author_/, {
    code: 1010,
    message: 'Invalid Transaction',
    data: 'Transaction has a bad signature',
  }),
  'says that it took another extrinsic': results(/^author_/, () => FORGED),
  'hides keys': results(/^state_getKeysPaged$/, (keys: unknown[]) => keys.toSpliced(1, 1)),
  'makes keys up': results(/^state_getKeysPaged$/, (keys: string[]) => keys.toSpliced(1, 0, `${keys[0]}00`)),
  'invents a version and metadata': results(/^state_get(RuntimeVersion|Metadata)$/, () => '0x00'),
  'sends text that is no JSON': frames(() => ['{"jsonrpc":"2.0"']),
  'sends bytes': frames((answer) => [new TextEncoder().encode(answer)]),
  'answers under another number': frames((_, id, { body }) => [frameOf({ id: id + 1, ...body })]),
  'answers twice, first wrongly': frames((answer, id) => [frameOf({ id, result: FORGED }), answer]),
  'sends a frame of brackets': frames((_, id) => [
    `{"jsonrpc":"2.0","id":${id},"result":${'['.repeat(3_000_000)}`,
  ]),
};
