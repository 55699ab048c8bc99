export function createSerialQueue() {
    let tail = Promise.resolve();
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
//# sourceMappingURL=serial-queue.js.map