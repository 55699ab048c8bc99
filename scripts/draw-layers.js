// Writes the picture and the table of the layers into docs/architecture.md, between its markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { withLayers } from './layers.js';

const file = new URL('../docs/architecture.md', import.meta.url);
writeFileSync(file, withLayers(readFileSync(file, 'utf8')));
