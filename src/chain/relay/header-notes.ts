import { encodeText, equalBytes } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import type { HeaderNotes } from '../../domain/ports/stall.ts';
import type { RelayBlock } from '../../domain/units.ts';
import { decodeHeader, ProofError, scaleReader } from '../../proof/index.ts';
import { hashSchema } from '../nodes/endpoints.ts';
import { askHeader } from '../nodes/header-json.ts';
import { type RpcConnection, unknownBlock } from '../nodes/rpc-connection.ts';

type CodeNotes = HeaderNotes['code'];

/** polkadot-primitives `POLKADOT_ENGINE_ID`. */
const ENGINE = encodeText('POL1');

/**
 * What the digest of an encoded relay header says of the code of paras: `ConsensusLog` of polkadot-primitives, variant 1
 * `ParaUpgradeCode(para u32, hash)` when the relay chain took it into use, variant 2 `ParaScheduleUpgradeCode(para, hash, u32)` when validators
 * accepted it. Other variants, and what is none, are passed over.
 */
export function codeNotesIn(header: Uint8Array): CodeNotes {
  const { number, digest } = decodeHeader(header);
  return digest.flatMap((item) =>
    item.type === 'consensus' && equalBytes(item.engine, ENGINE) ? noteIn(item.data, number) : [],
  );
}

function noteIn(data: Uint8Array, at: RelayBlock): CodeNotes {
  try {
    const reader = scaleReader(data, 'consensus log');
    const variant = reader.u8();
    if (variant !== 1 && variant !== 2) return [];
    const [paraId, codeHash] = [reader.u32(), toHex(reader.bytes(32))];
    const expectedAt = variant === 2 ? reader.u32() : null;
    reader.end();
    return [{ paraId, at, codeHash, expectedAt, kind: variant === 1 ? 'switched' : 'scheduled' }];
  } catch (error) {
    if (error instanceof ProofError) return [];
    throw error;
  }
}

/** Whether the block changed the runtime of its own chain: from the next block on another one executes. */
function changedRuntime(header: Uint8Array): boolean {
  return decodeHeader(header).digest.some(({ type }) => type === 'runtimeEnvironmentUpdated');
}

/**
 * What the headers from `from` to `to` say. The newest is the one that the node names by its number; each before it is known by its hash
 * from the one after it, so that they are final when the newest is.
 */
export async function headerNotes(
  node: RpcConnection,
  from: RelayBlock,
  to: RelayBlock,
): Promise<
  Omit<HeaderNotes, 'isFinal'> & {
    readonly newest: { readonly number: number; readonly hash: `0x${string}` };
  }
> {
  const hash = await node.ask(hashSchema.nullable(), 'chain_getBlockHash', to);
  if (hash === null) throw unknownBlock(node, String(to));
  let relayUpgradedAt: RelayBlock | null = null;
  const code: CodeNotes[number][] = [];
  let block = hash;
  for (let number = to; number >= Math.max(1, from); number -= 1) {
    const header = await askHeader(node, block);
    if (!header) throw unknownBlock(node, block);
    if (header.ref.number !== number)
      throw node.malformed(
        `asked for relay block ${number}, it gave one with the number ${header.ref.number}`,
      );
    if (relayUpgradedAt === null && changedRuntime(header.bytes)) relayUpgradedAt = number;
    code.push(...codeNotesIn(header.bytes));
    block = header.parentHash;
  }
  return { relayUpgradedAt, code, newest: { number: to, hash } };
}
