import { MalformedBytes } from '../../bytes/reader.ts';
import { hexByte } from './declarations.ts';
import { type FeatureUse, type FeatureUses, noteUse, type WasmFeature } from './features.ts';
import type { WasmReader } from './reader.ts';

/** What follows an opcode of the first version of WebAssembly; 0 is no such opcode. */
const NONE = 1;
const LEB = 2;
const LEB_64 = 3;
const MEMORY_ADDRESS = 4;
const BLOCK_TYPE = 5;
const BRANCH_TABLE = 6;
const INDIRECT_CALL = 7;
const ZERO = 8;
const FOUR = 9;
const EIGHT = 10;

const OPERANDS = operands();

/** WebAssembly core specification 1.0, section 5.4. */
function operands(): Uint8Array {
  const table = new Uint8Array(256);
  table.fill(NONE, 0x00, 0x02);
  table.fill(BLOCK_TYPE, 0x02, 0x05);
  table[0x05] = NONE;
  table[0x0b] = NONE;
  table.fill(LEB, 0x0c, 0x0e);
  table[0x0e] = BRANCH_TABLE;
  table[0x0f] = NONE;
  table[0x10] = LEB;
  table[0x11] = INDIRECT_CALL;
  table.fill(NONE, 0x1a, 0x1c);
  table.fill(LEB, 0x20, 0x25);
  table.fill(MEMORY_ADDRESS, 0x28, 0x3f);
  table.fill(ZERO, 0x3f, 0x41);
  table[0x41] = LEB;
  table[0x42] = LEB_64;
  table[0x43] = FOUR;
  table[0x44] = EIGHT;
  table.fill(NONE, 0x45, 0xc0);
  return table;
}

/**
 * Walks every instruction of the code section and notes, function by function, the first that the first version of
 * WebAssembly does not know; what comes after it in its function is not looked at. Time is linear in the bytes, for
 * what each function claims is held against the section.
 *
 * @param imported how many functions are imported: their indices come first
 * @throws MalformedBytes when a body ends early or does not end where it should
 */
export function noteInstructions(section: WasmReader, imported: number, uses: FeatureUses): void {
  for (let count = section.leb(), index = 0; index < count; index++) {
    const length = section.leb();
    const start = section.position;
    const use = firstLater(section.view(length), start, imported + index);
    if (use !== null) noteUse(uses, use.feature, () => use);
  }
}

/** The first instruction, or local variable, of a body that the first version of WebAssembly does not know. */
function firstLater(body: Uint8Array, start: number, functionIndex: number): FeatureUse | null {
  const end = body.length;
  let at = 0;

  const fail = (): never => {
    throw new MalformedBytes(
      `the body of function ${functionIndex} is truncated or damaged near byte ${start + at}`,
    );
  };
  const skipLeb = (longest: number): void => {
    for (let length = 0; length < longest; length++) {
      if (at >= end) fail();
      if ((body[at++] as number) < 0x80) return;
    }
    fail();
  };
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= end) fail();
      const byte = body[at++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return fail();
  };
  const found = (feature: WasmFeature, has: string, offset: number, opcode?: number): FeatureUse => ({
    feature,
    what: `function ${functionIndex} has ${has}`,
    offset: start + offset,
    functionIndex,
    ...(opcode === undefined ? {} : { opcode }),
  });

  for (let groups = leb(); groups > 0; groups--) {
    skipLeb(5);
    if (at >= end) fail();
    const type = body[at++] as number;
    if (type === 0x7b) return found('SIMD', 'a local variable of type v128', at - 1);
    if (type < 0x7c || type > 0x7f) {
      const feature = type === 0x70 || type === 0x6f ? 'reference types' : 'garbage collection';
      return found(feature, `a local variable of type ${hexByte(type)}`, at - 1);
    }
  }
  while (at < end) {
    const offset = at;
    const opcode = body[at++] as number;
    switch (OPERANDS[opcode]) {
      case NONE:
        break;
      case LEB:
        skipLeb(5);
        break;
      case MEMORY_ADDRESS:
        // Bit 6 of the alignment announces the index of a memory.
        if (at < end && ((body[at] as number) & 0xc0) === 0x40) {
          return found(
            'multiple memories',
            `the instruction ${hexByte(opcode)} for one of several memories`,
            offset,
            opcode,
          );
        }
        skipLeb(5);
        skipLeb(10);
        break;
      case LEB_64:
        skipLeb(10);
        break;
      case BLOCK_TYPE: {
        if (at >= end) fail();
        const type = body[at] as number;
        if (type === 0x40 || (type >= 0x7c && type <= 0x7f)) {
          at += 1;
          break;
        }
        if (type === 0x7b) return found('SIMD', 'a block with a value of type v128', offset, opcode);
        if (type >= 0x40 && type < 0x80) {
          return found('reference types', 'a block with a value that is a reference', offset, opcode);
        }
        return found('multi-value', 'a block with a type of its own', offset, opcode);
      }
      case BRANCH_TABLE: {
        const labels = leb();
        if (labels > end - at) fail();
        for (let label = 0; label <= labels; label++) skipLeb(5);
        break;
      }
      case INDIRECT_CALL:
        skipLeb(5);
        if (at >= end) fail();
        if (body[at] !== 0) {
          return found('reference types', 'a call_indirect that names its table', offset, opcode);
        }
        at += 1;
        break;
      case ZERO:
        if (at >= end) fail();
        if (body[at] !== 0) {
          return found(
            'multiple memories',
            `the instruction ${hexByte(opcode)} for one of several memories`,
            offset,
            opcode,
          );
        }
        at += 1;
        break;
      case FOUR:
        at += 4;
        break;
      case EIGHT:
        at += 8;
        break;
      default: {
        const { feature, name } = laterInstruction(opcode, PREFIXES.has(opcode) ? leb() : null);
        return found(feature, `the instruction ${name}`, offset, opcode);
      }
    }
  }
  if (at !== end || body[end - 1] !== 0x0b) fail();
  return null;
}

/** Opcodes that are followed by a number, which says what the instruction is. */
const PREFIXES = new Set([0xfb, 0xfc, 0xfd, 0xfe]);

const NAMES: Readonly<Record<number, readonly [WasmFeature, string]>> = {
  6: ['exceptions', 'try'],
  7: ['exceptions', 'catch'],
  8: ['exceptions', 'throw'],
  9: ['exceptions', 'rethrow'],
  10: ['exceptions', 'throw_ref'],
  18: ['tail calls', 'return_call'],
  19: ['tail calls', 'return_call_indirect'],
  20: ['garbage collection', 'call_ref'],
  21: ['tail calls', 'return_call_ref'],
  24: ['exceptions', 'delegate'],
  25: ['exceptions', 'catch_all'],
  28: ['reference types', 'select with a type'],
  31: ['exceptions', 'try_table'],
  37: ['reference types', 'table.get'],
  38: ['reference types', 'table.set'],
  192: ['sign extension', 'i32.extend8_s'],
  193: ['sign extension', 'i32.extend16_s'],
  194: ['sign extension', 'i64.extend8_s'],
  195: ['sign extension', 'i64.extend16_s'],
  196: ['sign extension', 'i64.extend32_s'],
  208: ['reference types', 'ref.null'],
  209: ['reference types', 'ref.is_null'],
  210: ['reference types', 'ref.func'],
  211: ['garbage collection', 'ref.eq'],
  212: ['garbage collection', 'ref.as_non_null'],
  213: ['garbage collection', 'br_on_null'],
  214: ['garbage collection', 'br_on_non_null'],
};

/** Instructions behind 0xfc, by the number that follows it. */
const AFTER_FC: readonly (readonly [WasmFeature, string])[] = [
  ['saturating conversions', 'i32.trunc_sat_f32_s'],
  ['saturating conversions', 'i32.trunc_sat_f32_u'],
  ['saturating conversions', 'i32.trunc_sat_f64_s'],
  ['saturating conversions', 'i32.trunc_sat_f64_u'],
  ['saturating conversions', 'i64.trunc_sat_f32_s'],
  ['saturating conversions', 'i64.trunc_sat_f32_u'],
  ['saturating conversions', 'i64.trunc_sat_f64_s'],
  ['saturating conversions', 'i64.trunc_sat_f64_u'],
  ['bulk memory', 'memory.init'],
  ['bulk memory', 'data.drop'],
  ['bulk memory', 'memory.copy'],
  ['bulk memory', 'memory.fill'],
  ['bulk memory', 'table.init'],
  ['bulk memory', 'elem.drop'],
  ['bulk memory', 'table.copy'],
  ['reference types', 'table.grow'],
  ['reference types', 'table.size'],
  ['reference types', 'table.fill'],
];

function laterInstruction(opcode: number, number: number | null): { feature: WasmFeature; name: string } {
  const known = opcode === 0xfc && number !== null ? AFTER_FC[number] : NAMES[opcode];
  const bytes = number === null ? hexByte(opcode) : `${hexByte(opcode)} ${number}`;
  if (known) return { feature: known[0], name: `${known[1]} (${bytes})` };
  if (opcode === 0xfb) return { feature: 'garbage collection', name: bytes };
  if (opcode === 0xfd) return { feature: 'SIMD', name: number === 12 ? `v128.const (${bytes})` : bytes };
  if (opcode === 0xfe) return { feature: 'threads', name: bytes };
  return { feature: opcode === 0xfc ? 'wide arithmetic' : 'unknown', name: bytes };
}
