import { type Hex, toHex } from '../../bytes/hex.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import type { State } from '../../executor/storage/state.ts';
import { type DigestItem, encodeHeader } from '../../proof/index.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';
import { prunedBlock, unknownBlock } from './rpc-error.ts';

const ZERO = new Uint8Array(32);
/** Bytes of a header with number 0 that come before its only digest item. */
const BEFORE_DIGEST_ITEM = 32 + 1 + 32 + 32 + 1;

export function headerView(block: Pick<Block, 'header'>) {
  const { header } = block;
  return {
    parentHash: toHex(header.parentHash),
    number: `0x${header.number.toString(16)}`,
    stateRoot: toHex(header.stateRoot),
    extrinsicsRoot: toHex(header.extrinsicsRoot),
    digest: { logs: header.digest.map(digestItemView) },
  };
}

function digestItemView(item: DigestItem): Hex {
  const header = { parentHash: ZERO, number: 0, stateRoot: ZERO, extrinsicsRoot: ZERO, digest: [item] };
  return toHex(encodeHeader(header).subarray(BEFORE_DIGEST_ITEM));
}

export function versionView(version: RuntimeVersion) {
  return {
    specName: version.specName,
    implName: version.implName,
    authoringVersion: version.authoringVersion,
    specVersion: version.specVersion,
    implVersion: version.implVersion,
    apis: version.apis,
    transactionVersion: version.transactionVersion,
    systemVersion: version.stateVersion,
    stateVersion: version.stateVersion,
  };
}

/** The block that a request names, the best one without a name. Throws RpcError 4003. */
function blockAt(chain: Chain, hash: Hex | null): Block {
  if (hash === null) return chain.best;
  const block = chain.block(hash);
  if (block === undefined) throw chain.header(hash) ? prunedBlock(hash) : unknownBlock(hash);
  return block;
}

/** Throws RpcError 4003 for unknown and for pruned blocks. */
export function stateAt(chain: Chain, hash: Hex | null): { block: Block; state: State } {
  const block = blockAt(chain, hash);
  if (block.state === null) throw prunedBlock(block.hash);
  return { block, state: block.state };
}
