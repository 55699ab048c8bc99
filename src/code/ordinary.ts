import { MalformedBytes } from '../bytes/reader.ts';
import { MAGIC, SECTION, WasmReader } from './wasm/reader.ts';

/**
 * Most of each that a module may hold before anybody looks into it. The largest runtime of the embedded network has 11 sections,
 * 114 types, 43 imports, 57 exports and 25 591 local variables in 5399 functions; large chains have several times as much.
 */
const MOST = {
  sections: 1000,
  'types of functions': 5000,
  'parameters or results of one function': 1000,
  imports: 10_000,
  functions: 300_000,
  globals: 10_000,
  exports: 10_000,
  'local variables': 20_000_000,
} as const;

const FUNCTION_TYPE = 0x60;

/** Thrown where a count is found to be too large. */
class Excess extends Error {}

/**
 * What of a module costs far more to look into than its size tells, null when nothing does: eight bytes declare a function of
 * 50 000 local variables, each of which an engine touches; 50 MB of names of exports take gigabytes; and types are remembered as long as the
 * process lives. One pass over the heads of sections, types and functions. Whether the module is valid is for others to say.
 */
export function excessOf(wasm: Uint8Array): string | null {
  try {
    count(wasm);
    return null;
  } catch (error) {
    if (error instanceof Excess) return error.message;
    if (error instanceof MalformedBytes) return null;
    throw error;
  }
}

function count(wasm: Uint8Array): void {
  const reader = new WasmReader(wasm, 'module');
  reader.view(MAGIC.length);
  for (let sections = 1; reader.remaining > 0; sections++) {
    atMost(sections, 'sections');
    const id = reader.u8();
    const section = new WasmReader(reader.view(reader.leb()), 'module');
    if (id === SECTION.type) countTypes(section);
    else if (id === SECTION.import) atMost(section.leb(), 'imports');
    else if (id === SECTION.function) atMost(section.leb(), 'functions');
    else if (id === SECTION.global) atMost(section.leb(), 'globals');
    else if (id === SECTION.export) atMost(section.leb(), 'exports');
    else if (id === SECTION.code) countLocals(section);
  }
}

function countTypes(section: WasmReader): void {
  const types = section.leb();
  atMost(types, 'types of functions');
  for (let type = 0; type < types; type++) {
    // Of a later WebAssembly, which is refused for that before any engine sees it.
    if (section.u8() !== FUNCTION_TYPE) return;
    // Parameters, then results.
    for (let list = 0; list < 2; list++) {
      const values = section.leb();
      atMost(values, 'parameters or results of one function');
      section.view(values);
    }
  }
}

function countLocals(section: WasmReader): void {
  let locals = 0;
  for (let functions = section.leb(); functions > 0; functions--) {
    const body = new WasmReader(section.view(section.leb()), 'module');
    for (let groups = body.leb(); groups > 0; groups--) {
      locals += body.leb();
      atMost(locals, 'local variables');
      body.u8();
    }
  }
}

function atMost(found: number, what: keyof typeof MOST): void {
  if (found > MOST[what]) throw new Excess(`more than ${MOST[what]} ${what}`);
}
