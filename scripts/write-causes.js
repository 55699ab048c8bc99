// Writes the catalogue of causes of the compiled rules into docs/diagnosis.md, between its markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { causesPage } from '../dist/src/domain/diagnosis/causes-page.js';

const file = new URL('../docs/diagnosis.md', import.meta.url);
const [before, , after] = readFileSync(file, 'utf8').split(/^<!-- causes: .*-->$/m);
if (after === undefined) throw new Error('docs/diagnosis.md has lost its two markers');
writeFileSync(file, `${before}<!-- causes: begin -->\n${causesPage()}<!-- causes: end -->${after}`);
