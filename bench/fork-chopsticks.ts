// What bench/fork.ts needs of @acala-network/chopsticks-core. It is no dependency: it asks for a newer Node.js than this project
// does, and brings a hundred packages. The bench takes it from a folder where it was installed, and goes without it otherwise.

import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

interface ChopsticksBlock {
  call(method: string, params: readonly string[]): Promise<unknown>;
}

export interface ChopsticksChain {
  readonly head: ChopsticksBlock;
  newBlock(): Promise<ChopsticksBlock>;
  close(): Promise<void>;
}

export interface Chopsticks {
  readonly BuildBlockMode: { readonly Manual: string };
  readonly GenesisProvider: new (spec: unknown) => unknown;
  setup(options: Record<string, unknown>): Promise<ChopsticksChain>;
}

/** Null where it is not installed. */
export function loadChopsticks(folder: string): Chopsticks | null {
  process.env.LOG_LEVEL = 'silent';
  try {
    const require = createRequire(join(resolve(folder), 'any.js'));
    return require('@acala-network/chopsticks-core') as Chopsticks;
  } catch (error) {
    console.log(`without chopsticks-core: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    return null;
  }
}
