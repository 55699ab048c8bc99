import { isHex, toHex } from '../../bytes/hex.ts';
import { GRANDPA_ENGINE } from '../../proof/index.ts';
import type { Block } from '../chain/block.ts';
import type { Chain, ChainEvents } from '../chain/chain.ts';
import { headerView } from './block-views.ts';
import { Subscription } from './connection.ts';
import type { Methods } from './method.ts';
import { invalidParams } from './rpc-error.ts';

/** sp-runtime `Justifications` as serde writes them: engine and bytes as numbers. Nodes keep those of set ends. */
function justificationsOf(chain: Chain, { number }: Block): [number[], number[]][] | null {
  const justification = chain.grandpa?.storedJustification(number);
  return justification ? [[[...GRANDPA_ENGINE], [...justification]]] : null;
}

/** `chain_*` of the legacy interface. */
export function chainMethods(chain: Chain): Methods {
  const heads = (notification: string, event: keyof ChainEvents, current: () => Block) => () => {
    let listener: ((block: Block) => void) | undefined;
    return new Subscription(
      notification,
      (push) => {
        listener = (block) => push(headerView(block));
        push(headerView(current()));
        chain.on(event, listener);
      },
      () => listener && chain.off(event, listener),
    );
  };
  const hashAt = (wanted: unknown) => {
    const number =
      isHex(wanted) || (typeof wanted === 'string' && /^0x[0-9a-f]+$/i.test(wanted))
        ? Number(wanted)
        : wanted;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) {
      throw invalidParams('block numbers must be whole numbers');
    }
    return chain.hashAt(number) ?? null;
  };
  return {
    chain_getHeader: (params) => {
      const hash = params.optionalHex(0);
      const found = hash === null ? chain.best : chain.header(hash);
      return found ? headerView(found) : null;
    },
    chain_getBlock: (params) => {
      const hash = params.optionalHex(0);
      const block = hash === null ? chain.best : chain.block(hash);
      if (block === undefined) return null;
      return {
        block: { header: headerView(block), extrinsics: block.extrinsics.map(toHex) },
        justifications: justificationsOf(chain, block),
      };
    },
    chain_getBlockHash: (params) => {
      const wanted = params.raw(0);
      if (wanted === null) return chain.best.hash;
      return Array.isArray(wanted) ? wanted.map(hashAt) : hashAt(wanted);
    },
    chain_getFinalizedHead: () => chain.finalized.hash,
    chain_subscribeNewHeads: heads('chain_newHead', 'imported', () => chain.best),
    chain_subscribeAllHeads: heads('chain_allHead', 'imported', () => chain.best),
    chain_subscribeFinalizedHeads: heads('chain_finalizedHead', 'finalized', () => chain.finalized),
    chain_unsubscribeNewHeads: (params, connection) => connection.end(params.raw(0)),
    chain_unsubscribeAllHeads: (params, connection) => connection.end(params.raw(0)),
    chain_unsubscribeFinalizedHeads: (params, connection) => connection.end(params.raw(0)),
  };
}
