import { blake2b } from '@noble/hashes/blake2.js';
import { equalBytes } from '../bytes/bytes.ts';
import type { ParaId } from '../domain/units.ts';
import type { StoreReport } from '../domain/views/store.ts';
import type { Mismatch } from './compare-acts.ts';
import type { Database } from './database.ts';
import { findingsOf } from './findings.ts';
import type { KindName } from './key-layout.ts';
import { type Key, kindOf, paraOfKey } from './keys.ts';
import { isReadable } from './records.ts';

const HASH_BYTES = 32;

/**
 * Reads the whole database as it is now: every record is held against the file of acts and parsed, what is stored under
 * its hash is hashed, and the nodes that prove votes are looked for. Others go on writing meanwhile.
 * @throws RESCUE_STORE_FAILED when files cannot be read at all
 */
export async function checkDatabase(database: Database): Promise<StoreReport> {
  const view = await database.freeze();
  try {
    const compared = await database.compare(view);
    const known = new Set(compared.mismatches.map(({ key }) => String(key)));
    const more: Mismatch[] = [];
    const paras = new Map<ParaId, Record<string, number>>();
    const nodes = new Set<string>();
    const proofs: { key: Key; nodes: Uint8Array }[] = [];
    let records = 0;
    let bytes = 0;
    for await (const [key, value] of database.records(view)) {
      records += 1;
      bytes += key.length + value.length;
      const kind = kindOf(key);
      count(paras, paraOfKey(key), kind);
      if (kind === 'node') nodes.add(textOf(key.subarray(1)));
      if (kind === 'proof') proofs.push({ key, nodes: value });
      const isWhole = isReadable(key, value) && isUnderItsHash(key, value);
      if (!isWhole && !known.has(String(key))) more.push({ key, problem: 'damaged', act: null });
    }
    for (const { key, nodes: list } of proofs) {
      if (!isProven(list, nodes)) more.push({ key, problem: 'damaged', act: null });
    }
    return {
      format: database.foundFormat,
      records,
      bytes,
      lastAct: compared.read.last,
      paras: [...paras].flatMap(([paraId, counts]) =>
        Object.entries(counts).map(([kind, number]) => ({ paraId, kind, count: number })),
      ),
      findings: [...compared.findings, ...findingsOf(more)],
    };
  } finally {
    await view.snapshot.close();
  }
}

function count(paras: Map<ParaId, Record<string, number>>, paraId: ParaId | null, kind: KindName | null) {
  if (paraId === null || kind === null) return;
  const counts = paras.get(paraId) ?? {};
  paras.set(paraId, counts);
  counts[kind] = (counts[kind] ?? 0) + 1;
}

/** Code and trie nodes are stored under their hash. */
function isUnderItsHash(key: Key, value: Uint8Array): boolean {
  const kind = kindOf(key);
  if (kind !== 'code' && kind !== 'node') return true;
  return equalBytes(blake2b(value, { dkLen: HASH_BYTES }), key.subarray(1));
}

function isProven(list: Uint8Array, nodes: ReadonlySet<string>): boolean {
  for (let at = 0; at < list.length; at += HASH_BYTES) {
    if (!nodes.has(textOf(list.subarray(at, at + HASH_BYTES)))) return false;
  }
  return list.length % HASH_BYTES === 0;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
