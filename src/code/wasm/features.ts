/** What WebAssembly has learnt after its first version, as the proposals are called. */
export type WasmFeature =
  | 'sign extension'
  | 'saturating conversions'
  | 'bulk memory'
  | 'reference types'
  | 'multi-value'
  | 'SIMD'
  | 'threads'
  | 'tail calls'
  | 'exceptions'
  | 'garbage collection'
  | 'multiple memories'
  | '64-bit memory'
  | 'custom page sizes'
  | 'extended constants'
  | 'wide arithmetic'
  | 'unknown';

/** The first place in a module that needs a feature, and in how many places it is needed. */
export type FeatureUses = Map<WasmFeature, { readonly first: FeatureUse; places: number }>;

/** A place in a module that needs a feature of a later WebAssembly. */
export interface FeatureUse {
  readonly feature: WasmFeature;
  /** Where and what, for people: "type 3 has 2 results". */
  readonly what: string;
  /** Byte of the unpacked module. */
  readonly offset: number;
  /** Of the function in whose body it stands, imports counted first. */
  readonly functionIndex?: number;
  readonly opcode?: number;
}

/** Keeps the first use of each feature only, and makes only that one: a module can have millions. */
export function noteUse(
  uses: FeatureUses,
  feature: WasmFeature,
  first: () => Omit<FeatureUse, 'feature'>,
): void {
  const known = uses.get(feature);
  if (known) known.places += 1;
  else uses.set(feature, { first: { feature, ...first() }, places: 1 });
}
