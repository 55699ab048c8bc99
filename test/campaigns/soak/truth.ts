import type { Network } from '../../../devnet/network.ts';

/** What a relay block says of the para. */
interface TrueBlock {
  /** `Paras.MostRecentContext`; null while it never had a head. */
  readonly context: number | null;
  /** Of the registrar manager's account. */
  readonly nonce: number;
  /** Epoch milliseconds; null while it is not final. */
  readonly finalAt: number | null;
}

/** What is so, from the network itself, block by block. */
export interface Truth {
  /** Relay blocks without a head at the block; null for blocks that are not known. */
  age(block: number): number | null;
  context(block: number): number | null | undefined;
  nonce(block: number): number | undefined;
  /** Epoch milliseconds at which the block became final; null while it is not. */
  finalAt(block: number): number | null;
  readonly newest: number;
}

/** Notes every block from now on. */
export function recordTruth(network: Network): Truth {
  const blocks = new Map<number, TrueBlock>();
  let newest = network.relay.chain.best.number;
  const note = (): void => {
    const { best, finalized } = network.relay.chain;
    newest = best.number;
    const { nonce } = network.readRelay('system', 'account', network.manager.account) as { nonce: number };
    blocks.set(best.number, {
      context: network.readRelay('paras', 'mostRecentContext', network.paraId) as number | null,
      nonce,
      finalAt: null,
    });
    for (let number = finalized.number; ; number -= 1) {
      const block = blocks.get(number);
      if (!block || block.finalAt !== null) return;
      blocks.set(number, { ...block, finalAt: Date.now() });
    }
  };
  note();
  network.on('produced', note);
  return {
    age: (number) => {
      const context = blocks.get(number)?.context ?? null;
      return context === null ? null : number - context;
    },
    context: (number) => blocks.get(number)?.context,
    nonce: (number) => blocks.get(number)?.nonce,
    finalAt: (number) => blocks.get(number)?.finalAt ?? null,
    get newest() {
      return newest;
    },
  };
}
