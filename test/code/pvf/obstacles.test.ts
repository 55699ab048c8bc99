import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOST_FUNCTIONS } from '../../../src/code/pvf/host-functions.ts';
import { type ObstacleRules, pvfObstacles } from '../../../src/code/pvf/obstacles.ts';
import { engine } from '../../../src/code/webassembly.ts';
import { I32, I64, leb, MAGIC, MEMORY_IMPORT, type WasmParts, wasmModule } from '../wasm-module.ts';

const obstacles = (parts: WasmParts = {}, rules?: ObstacleRules) => pvfObstacles(wasmModule(parts), rules);
/** A body of one instruction, and of what makes it return. */
const body = (...instructions: number[]) => ({ bodies: [[0, ...instructions, 0x42, 0, 0x0b]] });
const V128 = 0x7b;
const FUNCREF = 0x70;
const EXTERNREF = 0x6f;
const ENTRY = ['validate_block', [0, 0]] as const;
const HEAP = ['__heap_base', [3, 0]] as const;

/** What it has, the feature that is named, words of the sentence, and the module. */
const FEATURES: [string, string, string | RegExp, WasmParts][] = [
  ['sign extension', 'sign extension', 'i32.extend8_s (0xc0)', body(0x41, 0, 0xc0, 0x1a)],
  [
    'a saturating conversion',
    'saturating conversions',
    'i32.trunc_sat_f32_u (0xfc 1)',
    body(0x43, 0, 0, 0, 0, 0xfc, 1, 0x1a),
  ],
  ['memory.copy', 'bulk memory', 'memory.copy (0xfc 10)', body(0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 10, 0, 0)],
  ['memory.fill', 'bulk memory', 'memory.fill (0xfc 11)', body(0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0)],
  ['a count of data segments', 'bulk memory', 'counts its data', { others: { 12: [0] }, data: [] }],
  ['a passive data segment', 'bulk memory', 'data segment 0', { data: [[1, 1, 9]] }],
  ['a passive element segment', 'bulk memory', 'element segment 0', { elements: [[1, 0, 0]] }],
  ['a declared element segment', 'reference types', 'element segment 0', { elements: [[3, 0, 1, 0]] }],
  ['table.size', 'reference types', 'table.size', { tables: [[FUNCREF, 0, 0]], ...body(0xfc, 16, 0, 0x1a) }],
  [
    'table.get',
    'reference types',
    'table.get',
    { tables: [[FUNCREF, 0, 1]], ...body(0x41, 0, 0x25, 0, 0x1a) },
  ],
  ['ref.null', 'reference types', 'ref.null', body(0xd0, FUNCREF, 0x1a)],
  [
    'ref.func in a global',
    'reference types',
    'number 1 of the globals',
    { globals: [[FUNCREF, 0, 0xd2, 0, 0x0b]] },
  ],
  ['a table of references', 'reference types', 'table 0', { tables: [[EXTERNREF, 0, 1]] }],
  [
    'two tables',
    'reference types',
    'second table',
    {
      tables: [
        [FUNCREF, 0, 1],
        [FUNCREF, 0, 1],
      ],
    },
  ],
  ['a parameter that is a reference', 'reference types', 'type 2', { types: [[0x60, 1, EXTERNREF, 0]] }],
  ['select with a type', 'reference types', 'select', body(0x41, 0, 0x41, 0, 0x41, 0, 0x1c, 1, I32, 0x1a)],
  [
    'call_indirect as linkers for reference types write it',
    'reference types',
    'call_indirect that names its table',
    { tables: [[FUNCREF, 0, 1]], ...body(0x41, 0, 0x11, 0, 0x80, 0x80, 0x80, 0x80, 0) },
  ],
  ['a function with two results', 'multi-value', 'type 2 has 2 results', { types: [[0x60, 0, 2, I32, I32]] }],
  ['a block with a type of its own', 'multi-value', 'a type of its own', body(0x02, 0, 0x0b)],
  [
    'a block with a parameter',
    'multi-value',
    'a type of its own',
    { types: [[0x60, 1, I32, 0]], ...body(0x41, 0, 0x02, 2, 0x1a, 0x0b) },
  ],
  ['an instruction of SIMD', 'SIMD', 'v128.const (0xfd 12)', body(0xfd, 12, ...Array(16).fill(0), 0x1a)],
  ['a local vector', 'SIMD', 'a local variable of type v128', { bodies: [[1, 1, V128, 0x42, 0, 0x0b]] }],
  ['a parameter that is a vector', 'SIMD', 'type 2', { types: [[0x60, 1, V128, 0]] }],
  ['an atomic instruction', 'threads', '0xfe 16', body(0x41, 0, 0xfe, 0x10, 2, 0, 0x1a)],
  ['a shared memory', 'threads', 'memory 0 is shared', { imports: [['env', 'memory', [2, 3, 1, 1]]] }],
  ['a tail call', 'tail calls', 'return_call (0x12)', { bodies: [[0, 0x20, 0, 0x20, 1, 0x12, 0, 0x0b]] }],
  ['exceptions', 'exceptions', 'declares exceptions', { others: { 13: [1, 0, 0] } }],
  ['a throw', 'exceptions', 'throw (0x08)', { bodies: [[0, 0x08, 0, 0x0b]] }],
  ['memory of 64 bits', '64-bit memory', 'memory 0', { imports: [['env', 'memory', [2, 4, 1]]] }],
  ['two memories', 'multiple memories', 'second memory', { memories: [[0, 1]] }],
  ['memory.size of another memory', 'multiple memories', '0x3f', body(0x3f, 1, 0x1a)],
  ['a load from another memory', 'multiple memories', '0x28', body(0x41, 0, 0x28, 0x42, 1, 0, 0x1a)],
  ['a type of a structure', 'garbage collection', 'type 2', { types: [[0x5f, 1, I32, 0]] }],
  ['an instruction of structures', 'garbage collection', '0xfb 1', body(0xfb, 1, 2, 0x1a)],
  [
    'a sum in a constant',
    'extended constants',
    'number 1 of the globals',
    { globals: [[I32, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b]] },
  ],
];

describe('features that validators refuse', () => {
  it('has nothing against a plain module, floats and a start function', () => {
    expect(obstacles()).toEqual([]);
    expect(obstacles(body(0x43, 0, 0, 0, 0, 0x43, 0, 0, 0, 0, 0x95, 0x1a))).toEqual([]);
    const start = {
      bodies: [
        [0, 0x42, 0, 0x0b],
        [0, 0x0b],
      ],
      others: { 3: [2, 1, 0], 8: [1] },
    };
    expect(engine.validate(wasmModule(start))).toBe(true);
    expect(obstacles(start)).toEqual([]);
  });

  it.each(FEATURES)('names %s', (_name, feature, words, parts) => {
    const found = obstacles(parts);
    const named = found.filter(({ details }) => details.feature === feature);
    expect(named.map(({ kind }) => kind)).toEqual(['feature']);
    expect(named[0]?.sentence).toContain(words);
    expect(found.every(({ kind }) => kind === 'feature')).toBe(true);
  });

  it('says in which function, imports counted, and at which byte of the module', () => {
    const wasm = wasmModule({
      imports: [['env', 'ext_allocator_free_version_1', [0, 2]], MEMORY_IMPORT],
      types: [[0x60, 1, I32, 0]],
      bodies: [
        [0, 0x42, 0, 0x0b],
        [0, 0x01, 0x41, 0, 0xc1, 0x1a, 0x42, 0, 0x0b],
        [0, 0x41, 0, 0xc0, 0x1a, 0x42, 0, 0x0b],
      ],
      exports: [['validate_block', [0, 1]], HEAP],
    });
    const offset = wasm.indexOf(0xc1);
    expect(pvfObstacles(wasm)).toEqual([
      {
        kind: 'feature',
        sentence: expect.stringContaining(
          `function 2 has the instruction i32.extend16_s (0xc1) at byte ${offset} of the unpacked code, which is sign extension, in 2 places`,
        ),
        details: { feature: 'sign extension', function: 2, offset, opcode: 0xc1, places: 2 },
      },
    ]);
  });

  it('passes over what every instruction of the first version carries', () => {
    const carried = [
      ...[
        0x02,
        0x40,
        0x0b,
        0x03,
        I32,
        0x41,
        0x7f,
        0x0b,
        0x1a,
        0x41,
        1,
        0x04,
        I64,
        0x42,
        1,
        0x05,
        0x42,
        0x7f,
        0x0b,
        0x1a,
      ],
      ...[
        0x02, 0x40, 0x41, 0, 0x0e, 2, 0, 0, 0, 0x0b, 0x02, 0x40, 0x0c, 0, 0x0b, 0x02, 0x40, 0x41, 0, 0x0d, 0,
        0x0b,
      ],
      ...[0x41, 0, 0x41, 0, 0x41, 0, 0x11, 1, 0, 0x1a, 0x41, 0, 0x41, 0, 0x41, 0, 0x1b, 0x1a],
      ...[0x20, 0, 0x21, 0, 0x20, 0, 0x22, 0, 0x1a, 0x23, 0, 0x1a, 0x3f, 0, 0x40, 0, 0x1a],
      ...[0x41, 0, 0x28, 2, ...leb(0xfc00), 0x1a, 0x41, 0, 0x41, 0, 0x3a, 0, 0xfd, 0x01],
      ...[
        0x44,
        0xfd,
        0xfc,
        0xfe,
        0xc0,
        0xd0,
        0xfb,
        0x12,
        0x40,
        0x1a,
        0x42,
        ...Array(9).fill(0xff),
        0x7f,
        0x1a,
      ],
    ];
    const parts = { tables: [[FUNCREF, 0, 1]], ...body(...carried) };
    expect(engine.validate(wasmModule(parts))).toBe(true);
    expect(obstacles(parts)).toEqual([]);
  });
});

describe('what a module wants of its host', () => {
  const host = (name: string, type: number, types: number[][] = [], module = 'env') => ({
    imports: [[module, name, [0, type]] as const, MEMORY_IMPORT],
    types,
  });

  it('takes the functions of hosts as they are given', () => {
    expect(obstacles(host('ext_storage_start_transaction_version_1', 0))).toEqual([]);
    expect(
      obstacles(host('ext_trie_blake2_256_ordered_root_version_2', 2, [[0x60, 2, I64, I32, 1, I32]])),
    ).toEqual([]);
    expect(HOST_FUNCTIONS.get('ext_storage_get_version_1')).toEqual({ type: '(l)l', byValidators: false });
    expect(HOST_FUNCTIONS.get('ext_hashing_twox_64_version_1')).toEqual({ type: '(l)i', byValidators: true });
  });

  it('names a function that no node has, and says what those of benchmarks come from', () => {
    expect(obstacles(host('ext_demo_run_version_1', 0))).toEqual([
      {
        kind: 'host-function',
        sentence: expect.stringContaining('env.ext_demo_run_version_1, which no released node offers'),
        details: { import: 'env.ext_demo_run_version_1' },
      },
    ]);
    expect(obstacles(host('ext_benchmarking_wipe_db_version_1', 0))[0]?.sentence).toContain(
      'runtime-benchmarks',
    );
  });

  it('takes a function that the para’s nodes are known to have', () => {
    const rules = { alsoOffered: new Set(['ext_demo_run_version_1']) };
    expect(obstacles(host('ext_demo_run_version_1', 0), rules)).toEqual([]);
  });

  it.each<[string, WasmParts, string]>([
    ['a function in another shape', host('ext_storage_get_version_1', 0), 'as (), but hosts give it as (l)l'],
    ['a function of another module', host('random_get', 0, [], 'wasi'), 'a module other than env'],
    [
      'a global',
      { imports: [['env', 'g', [3, I32, 0]], MEMORY_IMPORT], exports: [ENTRY, ['__heap_base', [3, 1]]] },
      'is no function',
    ],
    ['a table', { imports: [['env', 't', [1, FUNCREF, 0, 0]], MEMORY_IMPORT] }, 'is no function'],
  ])('refuses %s', (_name, parts, words) => {
    expect(obstacles(parts)).toEqual([
      expect.objectContaining({ kind: 'imports', sentence: expect.stringContaining(words) }),
    ]);
  });

  it('shows no control characters of a hostile name, and ends the list of thousands', () => {
    const imports = Array.from(
      { length: 3000 },
      (_, index) => ['env', `a\n\u001b[31m${index}`, [0, 0]] as const,
    );
    const found = obstacles({ imports: [...imports, MEMORY_IMPORT] });
    expect(found).toHaveLength(20);
    for (const { sentence } of found) expect(sentence).toMatch(/^[ -~]+$/);
  });
});

describe('what validators look for in a module', () => {
  const own = { imports: [], memories: [[0, 1]] };
  it.each<[string, WasmParts, string]>([
    ['no memory', { imports: [] }, 'neither imports nor declares a memory'],
    ['a memory of its own that it keeps', own, 'does not export its memory'],
    ['a memory under another name', { imports: [['env', 'heap', [2, 0, 1]]] }, 'as heap'],
    [
      'a memory that is there twice',
      { exports: [ENTRY, HEAP, ['memory', [2, 0]]] },
      'also exports something as memory',
    ],
    ['a memory that begins too large', { imports: [['env', 'memory', [2, 0, ...leb(2081)]]] }, '2081 pages'],
  ])('refuses %s', (_name, parts, words) => {
    expect(obstacles(parts)).toEqual([
      expect.objectContaining({ kind: 'memory', sentence: expect.stringContaining(words) }),
    ]);
  });

  it('takes a memory of its own, one of any module, and the largest', () => {
    expect(obstacles({ ...own, exports: [ENTRY, HEAP, ['memory', [2, 0]]] })).toEqual([]);
    expect(obstacles({ imports: [['other', 'memory', [2, 1, ...leb(2080), ...leb(65536)]]] })).toEqual([]);
  });

  it.each<[string, WasmParts, string]>([
    ['no validate_block', { exports: [HEAP] }, 'does not export validate_block'],
    [
      'a validate_block that is no function',
      { exports: [HEAP, ['validate_block', [3, 0]]] },
      'does not export validate_block',
    ],
    [
      'a validate_block of another type',
      {
        imports: [['env', 'ext_storage_start_transaction_version_1', [0, 0]], MEMORY_IMPORT],
        exports: [ENTRY, HEAP],
      },
      'has the type (); validators call it as (ii)l',
    ],
    ['no beginning of the heap', { exports: [ENTRY] }, 'does not export __heap_base'],
    [
      'a beginning of the heap of 64 bits',
      { globals: [[I64, 0, 0x42, 0, 0x0b]], exports: [ENTRY, ['__heap_base', [3, 1]]] },
      'does not export __heap_base',
    ],
  ])('refuses %s', (_name, parts, words) => {
    expect(obstacles(parts)).toEqual([
      expect.objectContaining({ kind: 'entry', sentence: expect.stringContaining(words) }),
    ]);
  });
});

describe('modules that are cut off or lie', () => {
  const full = wasmModule({
    imports: [['env', 'ext_storage_start_transaction_version_1', [0, 0]], MEMORY_IMPORT],
    tables: [[FUNCREF, 1, 1, 2]],
    globals: [[I64, 1, 0x42, 1, 0x0b]],
    elements: [[0, 0x41, 0, 0x0b, 1, 1]],
    data: [[0, 0x41, 0, 0x0b, 2, 1, 2]],
    others: { 8: [0] },
  });

  it('names nothing in the whole of it, and something in all of its beginnings', () => {
    expect(engine.validate(full)).toBe(true);
    expect(pvfObstacles(full)).toEqual([]);
    for (let length = 0; length < full.length; length++) {
      const found = pvfObstacles(full.subarray(0, length));
      // Between two sections the bytes are a module, to which something is missing.
      if (engine.validate(full.subarray(0, length)))
        expect(found.map(({ kind }) => kind)).not.toContain('malformed');
      else if (found.length === 0) expect(length).toBeGreaterThan(0);
    }
  });

  it.each<[string, WasmParts, string]>([
    ['a number of six bytes', { others: { 5: [0x80, 0x80, 0x80, 0x80, 0x80, 0] } }, 'more than 32 bits'],
    ['a billion types', { others: { 5: leb(1_000_000_000) } }, 'claims 1000000000 entries'],
    ['a body that claims more than there is', { others: { 10: [1, 0xff, 0xff, 0x03, 0] } }, 'truncated'],
    [
      'a table of branches without its labels',
      { bodies: [[0, 0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0b]] },
      'function 0',
    ],
    [
      'a local of five bytes and more',
      { bodies: [[1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, I32, 0x0b]] },
      'function 0',
    ],
    ['a body without an end', { bodies: [[0, 0x42, 0]] }, 'function 0'],
    ['an empty body', { bodies: [[]] }, 'function 0'],
    ['a constant that goes beyond', { bodies: [[0, 0x44, 0, 0x0b]] }, 'function 0'],
  ])('refuses %s', (_name, parts, words) => {
    const [first] = obstacles(parts);
    expect(first).toMatchObject({ kind: 'malformed', sentence: expect.stringContaining(words) });
  });

  it('never throws, whatever the bytes', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(full.length - 1), bytes, (at, change) => {
        const copy = full.slice();
        copy.set(change.subarray(0, copy.length - at), at);
        for (const { sentence } of pvfObstacles(copy)) expect(sentence).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, () => Uint8Array]>([
    ['a body of 10 million instructions', () => large(10, [...leb(1), ...leb(10_000_000)], [0x01], [0x0b])],
    [
      'a million types with two vectors as results each',
      () => large(1, leb(1_000_000), [0x60, 0, 2, V128, V128], []),
    ],
    ['a million functions that are too short', () => large(10, leb(1_000_000), [3, 0, 0xc0, 0x0b], [])],
  ])('looks at 10 MB in the time that their bytes take: %s', (_name, make) => {
    const wasm = make();
    const before = performance.now();
    pvfObstacles(wasm);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

/** A module with one section of 10 MB that repeats `part` after its head. */
function large(id: number, head: number[], part: number[], end: number[]): Uint8Array {
  const length = 10_000_000;
  const start = [...MAGIC, id, ...leb(head.length + length), ...head];
  const wasm = new Uint8Array(start.length + length);
  wasm.set(start);
  for (let at = start.length; at + part.length <= wasm.length; at += part.length) wasm.set(part, at);
  wasm.set(end, wasm.length - end.length);
  return wasm;
}
