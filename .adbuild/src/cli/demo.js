/** `pararescue demo`: the whole story on the embedded network. */
export const registerDemo = (program, io) => {
    program
        .command('demo')
        .description('play a whole rescue on an embedded network: a real panic, a vote, a registrar upgrade')
        .option('--json', 'print one JSON object a line; the last one names states, durations and hashes')
        .option('--block-ms <n>', 'milliseconds between relay blocks', '400')
        .action(async (flags) => {
        const { parseBlockMs } = await import('./block-time.js');
        const { createNarrator } = await import('../demo/narrator.js');
        const { playDemo } = await import('../demo/story.js');
        const narrator = createNarrator({
            write: io.stdout,
            json: flags.json === true,
            colours: process.stdout.isTTY === true && io.env.NO_COLOR === undefined,
            now: () => performance.now(),
        });
        const summary = await playDemo({ narrator, signal: io.signal, blockMs: parseBlockMs(flags.blockMs) });
        narrator.tell('summary', `Rescued in ${(narrator.elapsed() / 1000).toFixed(1)} s: ${summary.states.join(' → ')}`, { ...summary });
    });
};
//# sourceMappingURL=demo.js.map