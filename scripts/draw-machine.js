// Writes the statechart of the compiled machine into machines/README.md, between its markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { drawStatechart } from '../dist/machines/statechart.js';

const file = new URL('../machines/README.md', import.meta.url);
const [before, , after] = readFileSync(file, 'utf8').split(/^<!-- statechart: .*-->$/m);
if (after === undefined) throw new Error('machines/README.md has lost its two statechart markers');
const block = `\n\`\`\`mermaid\n${drawStatechart()}\`\`\`\n`;
writeFileSync(file, `${before}<!-- statechart: begin -->${block}<!-- statechart: end -->${after}`);
