/** Nodes take sixteen at least; so do we, and as many again for clients that ask for several keys at once. */
const MOST_OPERATIONS = 64;

type Event = Readonly<Record<string, unknown>>;

/** What an operation tells; where it says `pause`, it waits for the client to go on. */
export type OperationEvents = Iterator<Event | 'pause'>;

interface Operation {
  readonly id: string;
  /** How many of the operations that may run it counts for. */
  readonly weight: number;
  readonly events: OperationEvents;
  isWaiting: boolean;
}

/** The operations that run for one `chainHead_v1_follow`; their events follow the answer that names them. */
export class Operations {
  readonly #push: (event: Event) => void;
  readonly #running = new Map<string, Operation>();
  #started = 0;
  #load = 0;

  constructor(push: (event: Event) => void) {
    this.#push = push;
  }

  /** How many more there is room for. */
  get room(): number {
    return MOST_OPERATIONS - this.#load;
  }

  /** Starts what counts for `weight` operations, for which there is room. */
  start(events: OperationEvents, weight = 1): { result: 'started'; operationId: string } {
    const operation = { id: String(this.#started++), weight, events, isWaiting: false };
    this.#running.set(operation.id, operation);
    this.#load += weight;
    setImmediate(() => this.#run(operation));
    return { result: 'started', operationId: operation.id };
  }

  /** False when that operation runs and does not wait; one that is over, or never was, is no error. */
  resume(id: string): boolean {
    const operation = this.#running.get(id);
    if (operation === undefined) return true;
    if (!operation.isWaiting) return false;
    operation.isWaiting = false;
    setImmediate(() => this.#run(operation));
    return true;
  }

  stop(id: string): void {
    const operation = this.#running.get(id);
    if (operation === undefined) return;
    this.#running.delete(id);
    this.#load -= operation.weight;
  }

  end(): void {
    for (const id of [...this.#running.keys()]) this.stop(id);
  }

  #run(operation: Operation): void {
    const { id, events } = operation;
    try {
      while (this.#running.has(id)) {
        const { done, value } = events.next();
        if (done) {
          this.stop(id);
          return;
        }
        if (value === 'pause') {
          operation.isWaiting = true;
          this.#push({ event: 'operationWaitingForContinue', operationId: id });
          return;
        }
        this.#push({ ...value, operationId: id });
      }
    } catch (error) {
      this.stop(id);
      const words = error instanceof Error ? error.message : String(error);
      this.#push({ event: 'operationError', operationId: id, error: words });
    }
  }
}
