import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { withStorage } from '../../executor/task.ts';
import { headerView } from '../../sandbox/rpc/block-views.ts';
import type { Methods } from '../../sandbox/rpc/method.ts';
import { unknownBlock } from '../../sandbox/rpc/rpc-error.ts';
import { childName } from '../../sandbox/rpc/state-methods.ts';
import type { ForkedChain } from './forked-chain.ts';

/**
 * What a node of the forked chain answers: blocks, proofs, and what takes extrinsics. The service's own readers and submitters ask no
 * more of a node; every block is final.
 */
export function forkMethods(chain: ForkedChain): Methods {
  const at = (hash: Hex | null) => {
    if (hash === null) return chain.head;
    const block = chain.block(hash);
    if (!block) throw unknownBlock(hash);
    return block.point;
  };
  return {
    chain_getHeader: (params) => {
      const hash = params.optionalHex(0);
      return hash !== null && !chain.block(hash) ? null : headerView(at(hash));
    },
    chain_getBlock: (params) => {
      const block = chain.block(params.hex(0));
      if (!block) return null;
      const extrinsics = (block.extrinsics ?? []).map(toHex);
      return { block: { header: headerView(block.point), extrinsics }, justifications: null };
    },
    chain_getBlockHash: (params) => {
      const wanted = params.raw(0);
      if (wanted === null) return chain.head.hash;
      const number = Number(wanted);
      return number === 0 ? chain.genesisHash : (chain.blockAt(number)?.point.hash ?? null);
    },
    chain_getFinalizedHead: () => chain.head.hash,
    state_getReadProof: async (params) => {
      const keys = params.hexes(0).map(fromHex);
      const { hash, state } = at(params.optionalHex(1));
      const proof = await chain.run(withStorage(() => state.prove(keys)));
      return { at: hash, proof: proof.map(toHex) };
    },
    state_getChildReadProof: async (params) => {
      const root = params.hex(0);
      const keys = params.hexes(1).map(fromHex);
      const { hash, state } = at(params.optionalHex(2));
      const main = await chain.run(withStorage(() => state.prove([fromHex(root)])));
      const child = await chain.run(withStorage(() => state.prove(keys, childName(root))));
      return { at: hash, proof: [...new Set([...main, ...child].map(toHex))] };
    },
    state_getKeysPaged: () => [],
    // What clients show of a chain.
    system_chain: () => 'fork',
    system_properties: () => ({}),
    rpc_methods: () => ({ methods: [] }),
    author_submitExtrinsic: (params) => chain.submit(fromHex(params.hex(0))),
  };
}
