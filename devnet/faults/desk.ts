import { createSerialQueue } from '../../src/domain/concurrency/serial-queue.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { NetworkHandle } from '../handle.ts';
import { FAULT_CATALOGUE } from './catalogue.ts';
import type { EndFault, Fault } from './fault.ts';

export interface FaultState extends Pick<Fault, 'name' | 'what' | 'undo'> {
  /** Whether it goes on. */
  readonly on: boolean;
}

/** Begins and ends faults of one network by their names, one after the other. */
export class FaultDesk {
  readonly #network: NetworkHandle;
  readonly #queue = createSerialQueue();
  readonly #on = new Map<string, EndFault>();

  constructor(network: NetworkHandle) {
    this.#network = network;
  }

  list(): readonly FaultState[] {
    return FAULT_CATALOGUE.map(({ name, what, undo }) => ({ name, what, undo, on: this.#on.has(name) }));
  }

  /** Resolves when it goes on. @throws RESCUE_NOT_FOUND, RESCUE_STATE_REFUSES, RESCUE_DEVNET_FAILED, RESCUE_CHAIN_REFUSES */
  begin(name: string): Promise<void> {
    return this.#queue.run(async () => {
      const fault = faultNamed(name);
      if (this.#on.has(name)) throw refused(`The fault ${name} goes on already.`);
      this.#requireBlocks(name);
      this.#on.set(name, await fault.begin(this.#network));
    });
  }

  /** Resolves when it has ended. @throws as `begin` */
  end(name: string): Promise<void> {
    return this.#queue.run(async () => {
      const { undo } = faultNamed(name);
      const end = this.#on.get(name);
      if (!end) throw refused(`The fault ${name} does not go on.`);
      if (undo === null)
        throw refused(`The fault ${name} cannot be taken back: rescue the para, or start the network anew.`);
      this.#requireBlocks(name);
      await end();
      this.#on.delete(name);
    });
  }

  /** What is done on chain waits for blocks, and nobody makes them then. */
  #requireBlocks(name: string): void {
    if (!this.#network.isPaused || name === 'relay-stopped') return;
    throw refused('The relay chain makes no blocks: end relay-stopped first.');
  }
}

function faultNamed(name: string): Fault {
  const fault = FAULT_CATALOGUE.find((known) => known.name === name);
  if (fault) return fault;
  const names = FAULT_CATALOGUE.map((known) => known.name).join(', ');
  throw new RescueError('RESCUE_NOT_FOUND', `There is no fault ${name}; there are ${names}.`);
}

function refused(sentence: string): RescueError {
  return new RescueError('RESCUE_STATE_REFUSES', sentence);
}
