import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../bytes/scale.ts';
import { type Canonical, canonicalJson } from '../../domain/canonical-json.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { policyHash } from '../../domain/policy/policy.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import { ProofError } from '../../proof/error.ts';
import { verifyFinalityProof, verifyJustification } from '../../proof/grandpa.ts';
import { blake2b256 } from '../../proof/hash.ts';
import { verifyReadProof } from '../../proof/read-proof.ts';
import { parasContextKey, parasHeadsKey, proveAnchorHead } from '../anchor-proof.ts';
import { verifyOptIn } from '../ballots/opt-in-signatures.ts';
import { verifyEd25519 } from '../ballots/signature.ts';
import { type PowerLayout, parsePowerLayout, STANDARD_LAYOUT } from '../power/layout/power-layout.ts';
import { type Line, policyOfLine } from './format.ts';
import type { EvidencePoint, PointBoard } from './points.ts';

/** What the reader of a bundle knows from elsewhere; without it the bundle's own word stands, and is said to. */
export interface TrustedFacts {
  /** Hash of the policy that the para opted in with. */
  readonly policy?: Hex;
  /** `layoutHash` of the para's storage, taken from its metadata at the head. */
  readonly layout?: Hex;
  /** Types of proxies of the para by name with their index, taken from its metadata at the head. */
  readonly proxyTypes?: Readonly<Record<string, number>>;
  /** Hash of a relay block that is known to be final. */
  readonly relayBlock?: Hex;
  /** `authoritiesHash` of the relay's GRANDPA voters at that block. */
  readonly authorities?: Hex;
}

/** blake2-256 of the SCALE-encoded `Vec<(AuthorityId, u64)>`: the value of `Grandpa.Authorities`. */
export function authoritiesHash(authorities: Line<'finality'>['authorities']): Hex {
  const list = authorities.flatMap(({ id, weight }) => [fromHex(id), encodeLittle(BigInt(weight), 8)]);
  return toHex(blake2b256(concatBytes(encodeCompact(authorities.length), ...list)));
}

export function checkPolicy(board: PointBoard, line: Line<'policy'>, trusted: TrustedFacts): Policy | null {
  const policy = policyOfLine(line);
  if (!policy) {
    board.fails('policy', 'it is no policy of this version, or not written out in full');
    return null;
  }
  const hash = policyHash(policy);
  if (hash !== line.hash) board.fails('policy', `it hashes to ${hash}, not to ${line.hash}`);
  else if (trusted.policy !== undefined && trusted.policy !== hash)
    board.fails('policy', `it hashes to ${hash}, not to ${trusted.policy} that you named`);
  else board.holds('policy', `${hash}${trusted.policy === undefined ? '' : ', as you named it'}`);
  return board.notHeld('policy') === null ? policy : null;
}

export function checkOptIn(board: PointBoard, optIn: Line<'opt-in'>, policy: Policy | null): void {
  if (!policy) return;
  if (optIn.policy !== policyHash(policy)) board.fails('opt-in', `it names policy ${optIn.policy}`);
  else if (optIn.paraId !== policy.para) board.fails('opt-in', `it is of para ${optIn.paraId}`);
  else if (optIn.relayGenesis !== policy.relayGenesis)
    board.fails('opt-in', `it is for the relay chain ${optIn.relayGenesis}`);
  else {
    try {
      const signer = verifyOptIn(optIn);
      board.holds(
        'opt-in',
        signer === optIn.account
          ? `signed by ${signer}; whether that is the para's registrar manager is for you to check`
          : `signed by ${signer} for ${optIn.account}; whether that is the para's registrar manager, and has it as a proxy, is for you to check`,
      );
    } catch (error) {
      board.fails('opt-in', sentence(error));
    }
  }
}

const POINT_OF: Readonly<Record<string, EvidencePoint>> = {
  'hash of the relay header': 'relay-header',
  'relay header': 'relay-header',
  'relay block number': 'relay-header',
  'relay state root': 'relay-header',
  'proof of Paras.Heads': 'head',
  'head data of the para': 'head',
  'context of the para': 'head',
  'para header': 'para-header',
};

/** Of an anchor on which everything holds from the relay header to the para's header. */
export interface CheckedAnchor {
  /** Of the para, at the head. */
  readonly stateRoot: Uint8Array;
  /** `provenContext`. */
  readonly context: RelayBlock | null | undefined;
}

/** From the relay header to the para's state root; null unless everything on the way holds. */
export function checkAnchor(
  board: PointBoard,
  line: Line<'anchor'>,
  policy: Policy | null,
): CheckedAnchor | null {
  const { anchor } = line;
  const header = fromHex(line.relayHeader);
  const proof = line.headProof.map(fromHex);
  // Header and proof can be checked whatever the policy is; only the para id comes from it.
  if (!policy) return null;
  try {
    const proven = proveAnchorHead(policy.para, anchor.relay, { header, proof });
    board.holds('relay-header', `relay block ${anchor.relay.number}, ${anchor.relay.hash}`);
    const stateRoot = fromHex(anchor.relay.stateRoot);
    const context = proven.mostRecentContext;
    const keys = [parasHeadsKey(policy.para)];
    if (context !== undefined) keys.push(parasContextKey(policy.para));
    verifyReadProof({ stateRoot, proof, keys, strict: true });
    board.holds('head', `head of para ${policy.para}`);
    const { head } = proven;
    if (proven.evidence.paraHeader !== line.paraHeader)
      board.fails('para-header', 'the header in the bundle is not the one in the relay state');
    else if (head.hash !== anchor.head.hash) board.fails('para-header', `its hash is ${head.hash}`);
    else if (head.number !== anchor.head.number) board.fails('para-header', `its number is ${head.number}`);
    else if (head.stateRoot !== anchor.head.stateRoot)
      board.fails('para-header', `its state root is ${head.stateRoot}`);
    else {
      board.holds('para-header', `para block ${head.number}, ${head.hash}`);
      return { stateRoot: fromHex(head.stateRoot), context };
    }
  } catch (error) {
    const name = error instanceof RescueError ? String(error.details.point) : 'proof of Paras.Heads';
    const point = POINT_OF[name] ?? 'head';
    if (point !== 'relay-header') board.holds('relay-header', `relay block ${anchor.relay.hash}`);
    if (point === 'para-header') board.holds('head', `head data of para ${policy.para}`);
    board.fails(point, sentence(error));
  }
  return null;
}

/** blake2-256 of a layout's canonical JSON. */
export function layoutHash(layout: PowerLayout): Hex {
  return toHex(blake2b256(encodeText(canonicalJson(layout as unknown as Canonical))));
}

/** Metadata is not in the state proofs, so a layout of the bundle's own is the service's word until it is compared. */
export function checkLayout(
  board: PointBoard,
  line: Line<'layout'> | null,
  trusted: TrustedFacts,
): PowerLayout | null {
  let layout = STANDARD_LAYOUT;
  try {
    if (line) layout = parsePowerLayout(line.layout);
  } catch (error) {
    board.fails('layout', sentence(error));
    return null;
  }
  const hash = layoutHash(layout);
  if (trusted.layout !== undefined && trusted.layout !== hash) {
    board.fails('layout', `the layout is ${hash}, not ${trusted.layout} that you named`);
    return null;
  }
  if (trusted.layout !== undefined) board.holds('layout', `${hash}, as you named it`);
  else if (line) board.open('layout', `${hash} is the service's word; compare it with the para's metadata`);
  else board.holds('layout', 'the standard layout of System.Account and Balances.TotalIssuance');
  return layout;
}

/** Without a bundle's own proof, the reader's word for the block counts. */
export function checkFinality(
  board: PointBoard,
  anchor: Line<'anchor'>,
  line: Line<'finality'> | null,
  trusted: TrustedFacts,
): void {
  if (board.notHeld('relay-header') !== null) return;
  const { hash, number } = anchor.anchor.relay;
  if (trusted.relayBlock !== undefined && trusted.relayBlock !== hash) {
    board.fails('finality', `the anchor is relay block ${hash}, not ${trusted.relayBlock} that you named`);
    return;
  }
  let voters = '';
  if (line) {
    const known = authoritiesHash(line.authorities);
    if (trusted.authorities !== undefined && trusted.authorities !== known) {
      board.fails('finality', `it is signed by the voters ${known}, not by ${trusted.authorities}`);
      return;
    }
    try {
      const block = justifiedBlock(anchor, line);
      voters = `justified with block ${block} by two thirds of set ${line.setId} (voters ${known})`;
    } catch (error) {
      board.fails('finality', sentence(error));
      return;
    }
    if (trusted.authorities !== undefined) board.holds('finality', voters);
  }
  if (trusted.relayBlock !== undefined) board.holds('finality', `${hash} is the block that you named`);
  board.open(
    'finality',
    line
      ? `${voters}; compare the voters with Grandpa.Authorities of a relay node that you trust`
      : `the bundle has no justification; compare block ${number} (${hash}) with a relay node that you trust`,
  );
}

function justifiedBlock({ anchor, relayHeader }: Line<'anchor'>, line: Line<'finality'>): number {
  const set = {
    setId: BigInt(line.setId),
    authorities: line.authorities.map(({ id, weight }) => ({ id: fromHex(id), weight: BigInt(weight) })),
  };
  const proof = fromHex(line.proof);
  if (line.form === 'finality-proof')
    return verifyFinalityProof(proof, fromHex(relayHeader), set, verifyEd25519).number;
  const block = verifyJustification(proof, set, verifyEd25519);
  if (toHex(block.hash) !== anchor.relay.hash)
    throw new ProofError('PROOF_BAD_JUSTIFICATION', `The justification is of block ${toHex(block.hash)}.`);
  return block.number;
}

function sentence(error: unknown): string {
  if (error instanceof RescueError || error instanceof ProofError) return messageOf(error);
  throw error;
}
