/** Types of a runtime as its metadata tells them (scale-info's `PortableRegistry`), without documentation. */
export interface TypeField {
  readonly name: string | null;
  readonly type: number;
}

export interface TypeVariant {
  readonly name: string;
  readonly index: number;
  readonly fields: readonly TypeField[];
}

export type TypeShape =
  | { readonly kind: 'composite'; readonly fields: readonly TypeField[] }
  | { readonly kind: 'variant'; readonly variants: readonly TypeVariant[] }
  | { readonly kind: 'sequence'; readonly of: number }
  | { readonly kind: 'array'; readonly of: number; readonly length: number }
  | { readonly kind: 'tuple'; readonly of: readonly number[] }
  | { readonly kind: 'primitive'; readonly name: string }
  | { readonly kind: 'compact'; readonly of: number }
  | { readonly kind: 'bits'; readonly store: number; readonly order: number };

export interface TypeInfo {
  readonly path: readonly string[];
  /** Types that it is generic over; null for one that is not told. */
  readonly params: readonly (number | null)[];
  readonly shape: TypeShape;
}

export type Types = ReadonlyMap<number, TypeInfo>;

export interface StorageInfo {
  readonly name: string;
  readonly isOptional: boolean;
  /** None for a plain value. */
  readonly hashers: readonly string[];
  readonly key: number | null;
  readonly value: number;
  readonly fallback: Uint8Array;
}

export interface ConstantInfo {
  readonly name: string;
  readonly type: number;
  readonly value: Uint8Array;
}

export interface PalletInfo {
  readonly name: string;
  readonly index: number;
  readonly storage: readonly StorageInfo[];
  /** Types whose variants are its calls, events and errors. */
  readonly calls: number | null;
  readonly events: number | null;
  readonly errors: number | null;
  readonly constants: readonly ConstantInfo[];
}

export interface ExtensionInfo {
  readonly name: string;
  /** What a transaction carries of it, and what is signed besides. */
  readonly type: number;
  readonly implicit: number;
}

export interface ApiMethod {
  readonly name: string;
  readonly inputs: readonly TypeField[];
  readonly output: number;
}

export interface ApiInfo {
  readonly name: string;
  readonly methods: readonly ApiMethod[];
}

/** What a runtime's metadata says, as far as two runtimes are compared by it. */
export interface RuntimeMetadata {
  readonly version: number;
  readonly types: Types;
  readonly pallets: readonly PalletInfo[];
  /** Version of the format of extrinsics. */
  readonly extrinsic: number;
  /** In the order in which they stand in a transaction. */
  readonly extensions: readonly ExtensionInfo[];
  /** Null for metadata of before version 15, which does not tell. */
  readonly apis: readonly ApiInfo[] | null;
}
