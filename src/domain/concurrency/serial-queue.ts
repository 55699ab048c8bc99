/** Runs tasks one after the other, in the order given; a task that fails does not stop the next. */
export interface SerialQueue {
  run<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Resolves when everything queued up to now has run. */
  idle(): Promise<void>;
}

export function createSerialQueue(): SerialQueue {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run: (task) => {
      const result = tail.then(task, task);
      tail = result.catch(() => undefined);
      return result;
    },
    idle: async () => {
      await tail;
    },
  };
}
