import type { PlannedCode } from '../domain/route/option.ts';

/** The query of a plan: what the service has to know of a code, whose bytes stay here. */
export function planQuery(code: PlannedCode | null): string {
  if (code === null) return '';
  const { hash, size, specName, specVersion } = code;
  const query = { codeHash: hash, codeSize: String(size), specName, specVersion: String(specVersion) };
  return `?${new URLSearchParams(query)}`;
}
