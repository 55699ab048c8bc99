interface Waiting<Block> {
  readonly resolve: (block: Block) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The blocks of a fork for several who look at them: the next one is made when all have looked at the one before, so that nobody misses
 * one. What keeps it from being made is thrown to each.
 */
export class SharedBlocks<Block> {
  readonly #make: () => Promise<Block>;
  readonly #waiting: Waiting<Block>[] = [];
  #newest: Block;
  #lookers = 0;
  #making: Promise<void> = Promise.resolve();
  #ended: { readonly reason: unknown } | null = null;

  constructor(first: Block, make: () => Promise<Block>) {
    this.#newest = first;
    this.#make = make;
  }

  /** Ends it for all who look on now; the answer lets others look on. */
  end(reason: unknown): () => void {
    this.#ended = { reason };
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
    return () => {
      this.#ended = null;
    };
  }

  /** From the newest block on; whoever ends it is waited for no more. */
  blocks(): AsyncIterable<Block> {
    // Counted at once: nobody may make a block before the first look.
    this.#lookers += 1;
    return this.#follow();
  }

  async *#follow(): AsyncGenerator<Block> {
    try {
      // A block that is being made for others is the newest one soon.
      await this.#making;
      yield this.#newest;
      for (;;) {
        if (this.#ended) throw this.#ended.reason;
        const next = new Promise<Block>((resolve, reject) => this.#waiting.push({ resolve, reject }));
        this.#makeIfAllWait();
        yield await next;
      }
    } finally {
      this.#lookers -= 1;
      this.#makeIfAllWait();
    }
  }

  #makeIfAllWait(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#lookers) return;
    const waiting = this.#waiting.splice(0);
    this.#making = this.#make().then(
      (block) => {
        this.#newest = block;
        for (const { resolve } of waiting) resolve(block);
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  }
}
