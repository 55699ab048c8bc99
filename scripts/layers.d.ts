export interface Layer {
  readonly holds: string;
  readonly imports: readonly string[];
  readonly browser?: boolean;
  readonly doors?: readonly string[];
  readonly wiring?: readonly string[];
}
export const LAYERS: Readonly<Record<string, Layer>>;
export const OWNERS: Readonly<Record<string, readonly string[]>>;
export const BROWSER_PACKAGES: readonly string[];
export function withLayers(page: string): string;
