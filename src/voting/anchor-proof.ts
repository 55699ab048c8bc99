import { fromHex, toHex } from '../bytes/hex.ts';
import { encodeLittle } from '../bytes/scale.ts';
import type { ParaHeadRef, RelayBlockRef } from '../domain/chain/observation.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import type { Anchor, AnchorEvidence } from '../domain/round/round.ts';
import type { Hex, ParaId, Planck, RelayBlock } from '../domain/units.ts';
import { ProofError } from '../proof/error.ts';
import { decodeHeadData, decodeHeader, headerHash } from '../proof/header.ts';
import { verifyReadProof } from '../proof/read-proof.ts';
import { storageKey } from '../proof/storage-key.ts';
import type { PowerRules } from './power/account-power.ts';
import { type PowerLayout, parsePowerLayout, STANDARD_LAYOUT } from './power/layout/power-layout.ts';
import { type Electors, proveElectors } from './power/proven-power.ts';

/** That `relay` holds `head` as the last included head of the para. */
export interface ProvenHead {
  readonly relay: RelayBlockRef;
  readonly head: ParaHeadRef;
}
/** The part of the evidence that leads to the head. */
export type HeadEvidence = Omit<AnchorEvidence, 'electorateProof'>;

/** Key of `Paras.Heads(paraId)` on the relay chain. */
export function parasHeadsKey(paraId: ParaId): Uint8Array {
  return storageKey('Paras', 'Heads', { hasher: 'Twox64Concat', key: encodeLittle(paraId, 4) });
}

/** Key of `Paras.MostRecentContext(paraId)` on the relay chain. */
export function parasContextKey(paraId: ParaId): Uint8Array {
  return storageKey('Paras', 'MostRecentContext', {
    hasher: 'Twox64Concat',
    key: encodeLittle(paraId, 4),
  });
}

/**
 * `Paras.MostRecentContext` by the nodes that prove the head: null when none is stored, undefined when they do not lead there, as
 * in anchors of before it was proven.
 * @throws RESCUE_PROOF_INVALID for a value that is no block number
 */
export function provenContext(
  paraId: ParaId,
  stateRoot: Uint8Array,
  proof: readonly Uint8Array[],
): RelayBlock | null | undefined {
  let value: Uint8Array | null | undefined;
  try {
    [value] = verifyReadProof({ stateRoot, proof, keys: [parasContextKey(paraId)] });
  } catch (error) {
    if (error instanceof ProofError) return undefined;
    throw error;
  }
  if (value === null || value === undefined) return null;
  if (value.length !== 4) throw invalid('context of the para', `it has ${value.length} bytes, not 4`);
  return new DataView(value.buffer, value.byteOffset, 4).getUint32(0, true);
}

/**
 * Checks from the relay header down to the para header, and gives head and evidence for an `Anchor`; the electorate's
 * part comes from `proveElectorate` under the head's state root. The bytes come from a node and are trusted for nothing
 * but their hashes; `relay` must come from a finalized observation.
 * @throws RESCUE_PROOF_INVALID naming the point that fails.
 */
export function proveAnchorHead(
  paraId: ParaId,
  relay: RelayBlockRef,
  bytes: { readonly header: Uint8Array; readonly proof: readonly Uint8Array[] },
): ProvenHead & {
  readonly evidence: HeadEvidence;
  readonly mostRecentContext: RelayBlock | null | undefined;
} {
  const proven = readHead(paraId, relay.hash, bytes.header, bytes.proof);
  expectSame('relay block number', relay.number, proven.relay.number);
  expectSame('relay state root', relay.stateRoot, proven.relay.stateRoot);
  return {
    relay: proven.relay,
    head: proven.head,
    mostRecentContext: provenContext(paraId, fromHex(proven.relay.stateRoot), bytes.proof),
    evidence: {
      relayHeader: toHex(bytes.header),
      headProof: bytes.proof.map(toHex),
      paraHeader: toHex(proven.paraHeader),
    },
  };
}

/**
 * Checks stored evidence against the anchor that it belongs to: header hash, number and state root, the read proof of
 * `Paras.Heads`, hash, number and state root of the head, its context, and the electorate's storage proof. Code hash and runtime
 * of the anchor are not covered by it, nor is the context of an anchor that was frozen before it was proven.
 * @throws RESCUE_PROOF_INVALID naming the point that fails.
 */
export function verifyElectors(
  paraId: ParaId,
  anchor: Pick<Anchor, 'relay' | 'head' | 'mostRecentContext'>,
  evidence: AnchorEvidence,
  policy: PowerRules,
  layout: PowerLayout = STANDARD_LAYOUT,
): Electors {
  const header = bytesOf('relay header', evidence.relayHeader);
  const proof = evidence.headProof.map((node) => bytesOf('proof of Paras.Heads', node));
  const { relay, head, paraHeader } = readHead(paraId, anchor.relay.hash, header, proof);
  expectSame('relay block number', anchor.relay.number, relay.number);
  expectSame('relay state root', anchor.relay.stateRoot, relay.stateRoot);
  expectSame('para header', evidence.paraHeader, toHex(paraHeader));
  expectSame('para head hash', anchor.head.hash, head.hash);
  expectSame('para head number', anchor.head.number, head.number);
  expectSame('para state root', anchor.head.stateRoot, head.stateRoot);
  const context = provenContext(paraId, fromHex(relay.stateRoot), proof);
  if (context !== undefined) expectSame('context of the para', anchor.mostRecentContext, context ?? 'none');
  const nodes = evidence.electorateProof.map((node) => bytesOf('proof of the electorate', node));
  return proveElectors(policy, head.stateRoot, nodes, layout);
}

/** The electorate of `verifyElectors`. */
export function verifyAnchorEvidence(...args: Parameters<typeof verifyElectors>): Planck {
  return verifyElectors(...args).electorate;
}

/**
 * The last included head of the para at a relay block of which only the hash is known, and the block before that one.
 * @throws RESCUE_PROOF_INVALID naming the point that fails, also when the block holds no head of the para
 */
export function readHeadAt(
  paraId: ParaId,
  relayHash: Hex,
  { header, proof }: { readonly header: Uint8Array; readonly proof: readonly Uint8Array[] },
): { readonly head: Hex; readonly parent: Hex } {
  const { head } = readHead(paraId, relayHash, header, proof);
  return { head: head.hash, parent: toHex(decodeHeader(header).parentHash) };
}

function readHead(
  paraId: ParaId,
  relayHash: Hex,
  header: Uint8Array,
  proof: readonly Uint8Array[],
): ProvenHead & { readonly paraHeader: Uint8Array } {
  expectSame('hash of the relay header', relayHash, toHex(headerHash(header)));
  const relayHeader = point('relay header', () => decodeHeader(header));
  const { stateRoot } = relayHeader;
  const [value] = point('proof of Paras.Heads', () =>
    verifyReadProof({ stateRoot, proof, keys: [parasHeadsKey(paraId)] }),
  );
  if (value === null || value === undefined) {
    throw invalid(
      'proof of Paras.Heads',
      `it proves that relay block ${relayHeader.number} holds no head of para ${paraId}`,
    );
  }
  const paraHeader = point('head data of the para', () => decodeHeadData(value));
  const decoded = point('para header', () => decodeHeader(paraHeader));
  return {
    relay: { number: relayHeader.number, hash: relayHash, stateRoot: toHex(stateRoot) },
    head: {
      hash: toHex(headerHash(paraHeader)),
      number: decoded.number,
      stateRoot: toHex(decoded.stateRoot),
    },
    paraHeader,
  };
}

function point<T>(name: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (cause instanceof ProofError) throw invalid(name, cause.message, cause);
    throw cause;
  }
}

function bytesOf(name: string, hex: string): Uint8Array {
  try {
    return fromHex(hex);
  } catch (cause) {
    throw invalid(name, messageOf(cause), cause);
  }
}

function expectSame(name: string, wanted: string | number, found: string | number): void {
  if (wanted !== found) throw invalid(name, `it is ${found}, but must be ${wanted}`);
}

function invalid(name: string, problem: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_PROOF_INVALID', `The anchor's evidence fails at the ${name}: ${problem}`, {
    cause,
    details: { point: name },
  });
}

/** The storage layout that an anchor was frozen with. */
export function layoutOf({ layout }: AnchorEvidence): PowerLayout {
  return layout === undefined ? STANDARD_LAYOUT : parsePowerLayout(layout);
}
