import { styleText } from 'node:util';
const STYLES = {
    chapter: 'bold',
    state: ['bold', 'cyan'],
    diagnosis: 'yellow',
    panic: 'red',
    vote: 'magenta',
    countdown: 'dim',
    head: 'dim',
    gap: 'dim',
    summary: ['bold', 'green'],
};
/** Writes lines as they happen: plain words with a clock in front, or one JSON object a line. */
export function createNarrator(options) {
    const start = options.now();
    const elapsed = () => Math.round(options.now() - start);
    return {
        elapsed,
        tell: (type, message, data = {}) => {
            const line = { ms: elapsed(), type, message, data };
            if (options.json) {
                options.write(`${JSON.stringify(line)}\n`);
                return;
            }
            const clock = `${(line.ms / 1000).toFixed(1).padStart(5)}s`;
            const style = options.colours ? STYLES[type] : undefined;
            const text = style ? styleText(style, message) : message;
            options.write(type === 'chapter' ? `\n${clock}  ${text}\n` : `${clock}    ${text}\n`);
        },
    };
}
//# sourceMappingURL=narrator.js.map