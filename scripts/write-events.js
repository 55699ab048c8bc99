// Writes the table of events of the compiled catalogue into docs/http-api.md, between its markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { eventsTable } from '../dist/src/domain/events/table.js';

const file = new URL('../docs/http-api.md', import.meta.url);
const [before, , after] = readFileSync(file, 'utf8').split(/^<!-- events: .*-->$/m);
if (after === undefined) throw new Error('docs/http-api.md has lost its two event markers');
writeFileSync(file, `${before}<!-- events: begin -->\n${eventsTable()}<!-- events: end -->${after}`);
