import { type Hex, toHex } from '../../bytes/hex.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';

/** Only so many finalized blocks are announced at the beginning. */
const INITIAL_FINALIZED = 8;

/** One `chainHead_v1_follow`: tells blocks as they come and pins what it told until the client unpins it. */
export class Follow {
  readonly #chain: Chain;
  readonly #withRuntime: boolean;
  readonly #pinned = new Set<Hex>();
  #push: (event: unknown) => void = () => {};
  #operations = 0;

  constructor(chain: Chain, withRuntime: boolean) {
    this.#chain = chain;
    this.#withRuntime = withRuntime;
  }

  begin(push: (event: unknown) => void): void {
    this.#push = push;
    const chain = this.#chain;
    const { best, finalized } = chain;
    const first = Math.max(0, finalized.number - INITIAL_FINALIZED + 1);
    const finalizedBlockHashes: Hex[] = [];
    for (let number = first; number <= finalized.number; number++) {
      const block = chain.blockAt(number);
      if (block === undefined || block.state === null) continue;
      this.#pinned.add(block.hash);
      finalizedBlockHashes.push(block.hash);
    }
    push({
      event: 'initialized',
      finalizedBlockHashes,
      ...(this.#withRuntime ? { finalizedBlockRuntime: this.#runtimeOf(finalized) } : {}),
    });
    for (let number = finalized.number + 1; number <= best.number; number++) {
      const block = chain.blockAt(number);
      if (block) this.#announce(block);
    }
    push({ event: 'bestBlockChanged', bestBlockHash: best.hash });
    chain.on('imported', this.#imported);
    chain.on('finalized', this.#finalized);
  }

  end(): void {
    this.#chain.off('imported', this.#imported);
    this.#chain.off('finalized', this.#finalized);
    this.#pinned.clear();
  }

  /** The pinned block, or undefined when the client may not ask about it. */
  block(hash: Hex): Block | undefined {
    return this.#pinned.has(hash) ? this.#chain.block(hash) : undefined;
  }

  /** False, and nothing is unpinned, when one of the hashes is not pinned. */
  unpin(hashes: readonly Hex[]): boolean {
    if (!hashes.every((hash) => this.#pinned.has(hash))) return false;
    for (const hash of hashes) this.#pinned.delete(hash);
    return true;
  }

  /** Starts an operation: its events follow the answer that names it. */
  operate(run: () => readonly Record<string, unknown>[]): { result: 'started'; operationId: string } {
    const operationId = String(this.#operations++);
    setImmediate(() => {
      for (const event of run()) this.#push({ ...event, operationId });
    });
    return { result: 'started', operationId };
  }

  readonly #imported = (block: Block): void => {
    this.#announce(block);
    this.#push({ event: 'bestBlockChanged', bestBlockHash: block.hash });
  };

  readonly #finalized = (block: Block): void => {
    this.#push({ event: 'finalized', finalizedBlockHashes: [block.hash], prunedBlockHashes: [] });
  };

  #announce(block: Block): void {
    this.#pinned.add(block.hash);
    const parentBlockHash = toHex(block.header.parentHash);
    const parent = this.#chain.block(parentBlockHash);
    const changed = parent?.state && this.#chain.runtimeOf(parent) !== this.#chain.runtimeOf(block);
    this.#push({
      event: 'newBlock',
      blockHash: block.hash,
      parentBlockHash,
      newRuntime: this.#withRuntime && changed ? this.#runtimeOf(block) : null,
    });
  }

  #runtimeOf(block: Block) {
    return { type: 'valid', spec: specView(this.#chain.runtimeOf(block).version) };
  }
}

function specView(version: RuntimeVersion) {
  const { specName, implName, specVersion, implVersion, transactionVersion, apis } = version;
  return {
    specName,
    implName,
    specVersion,
    implVersion,
    transactionVersion,
    apis: Object.fromEntries(apis),
  };
}
