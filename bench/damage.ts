// Damages a database's folder in every way and opens it: `npm run bench -- damage`, or `node dist/bench/damage.js
// [damages of each kind a file] [seed]`. Nothing that was acknowledged may be gone without being named.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  copyFolder,
  damagesOf,
  filesOf,
  judge,
  makeSample,
  randomFrom,
  type Verdict,
} from './damage-folder.ts';

const [each = 40, seed = 1] = process.argv.slice(2).map(Number);
const random = randomFrom(seed);
const folder = await mkdtemp(join(tmpdir(), 'pararescue-damage-'));
const table = new Map<string, Map<Verdict, number>>();
let bad = 0;
let total = 0;
const begin = performance.now();
try {
  for (const isCut of [true, false]) {
    const { old, now } = await makeSample(join(folder, String(isCut)), isCut);
    for (const name of await filesOf(now.folder)) {
      for (const damage of await damagesOf(now.folder, name, each, random, old.folder)) {
        const place = join(folder, 'damaged');
        await copyFolder(now.folder, place);
        await damage.apply(place);
        const { verdict, why } = await judge(place, now.acts);
        await rm(place, { recursive: true });
        const row = kindOfFile(name);
        const counts = table.get(row) ?? new Map<Verdict, number>();
        table.set(row, counts);
        counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
        total += 1;
        if (verdict !== 'SILENT' && verdict !== 'BROKEN') continue;
        bad += 1;
        console.log(`  ${verdict}: ${damage.name} (${isCut ? 'cut off' : 'closed'}): ${why}`);
      }
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const [file, counts] of table) {
  console.log(`  ${file}: ${[...counts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')}`);
}
console.log(
  `${total} damages, ${bad} of them silent, ${Math.round((performance.now() - begin) / total)} ms each`,
);
if (bad > 0) process.exitCode = 1;

function kindOfFile(name: string): string {
  if (/^\d+\.log$/.test(name)) return 'LevelDB log';
  if (/\.ldb$/.test(name)) return 'tables';
  return name.startsWith('MANIFEST') ? 'MANIFEST' : name;
}
