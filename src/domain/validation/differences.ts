import { relayBlocks } from '../readiness/time.ts';
import type { PageCall, PageChange, PageExtrinsic, PageStep, PageValue, ValidationPage } from './page.ts';

/**
 * Everything that is not as it was expected, a sentence each; empty when all is. Computed from the page, so that a reader who changes
 * nothing comes to the same. What has not happened yet is no difference while the page is open.
 */
export function differencesOf(page: ValidationPage): string[] {
  const { result } = page;
  return [
    ...(result.kind === 'failed' ? [`it failed: ${result.words ?? 'nobody knows why'}`] : []),
    ...(result.kind === 'ended'
      ? [`it was not carried to its end: ${result.words ?? 'it was given up'}`]
      : []),
    ...page.steps.flatMap((step) => stepDifferences(step, result.kind !== 'open')),
    ...(result.kind === 'done' ? page.changes.flatMap(changeDifference) : []),
  ];
}

function stepDifferences(step: PageStep, closed: boolean): string[] {
  const { title, calls, extrinsics, facts, outcome } = step;
  const missing = facts.flatMap(({ role, text, after }) =>
    role === 'brought' && outcome === 'done' && after?.why != null
      ? [`${title}: "${text}" was expected, but ${after.why}`]
      : [],
  );
  return [
    ...extrinsics.flatMap((extrinsic) => extrinsicDifferences(title, calls, extrinsic)),
    ...missing,
    ...(outcome === 'failed' ? [`${title}: this step failed`] : []),
    ...(closed && outcome === 'under way' ? [`${title}: this step was left under way`] : []),
    ...(closed && outcome === 'not reached' ? [`${title}: this step was not reached`] : []),
    ...lateDifference(step),
  ];
}

function extrinsicDifferences(title: string, calls: readonly PageCall[], made: PageExtrinsic): string[] {
  const end =
    made.problem !== null && (made.status === 'failed' || made.status === 'lost')
      ? [
          `${title}: the extrinsic ${made.hash ?? made.callHash} ${made.status === 'lost' ? 'got lost' : 'failed'}: ${made.problem}`,
        ]
      : [];
  if (calls.length === 0) return [...end, `${title}: ${made.method} was sent, and no call was planned`];
  if (calls.some((call) => isSameCall(call, made))) return end;
  const wanted = calls.map(({ method, hash }) => `${method} ${hash ?? ''}`.trim()).join(' or ');
  return [
    ...end,
    `${title}: ${made.method} ${made.callHash} was sent by ${made.signer ?? 'nobody'}, but ${wanted} was expected`,
  ];
}

function isSameCall({ chain, method, hash, signer }: PageCall, made: PageExtrinsic): boolean {
  if (chain !== made.chain) return false;
  if (hash !== null && hash !== made.callHash) return false;
  // A function of a contract is called through the pallet of contracts.
  if (hash === null && method.includes('.') && /^[a-z]/.test(method) && method !== made.method) return false;
  return !signer.startsWith('0x') || signer === made.signer;
}

/** A step may take a while longer than the chain's configuration says: blocks are looked at one after the other. */
const LATE_FACTOR = 2;
const LATE_BLOCKS = 20;

function lateDifference({ title, expectedBlocks, from, to }: PageStep): string[] {
  if (expectedBlocks === null || from === null || to === null) return [];
  const took = to.number - from.number;
  return took <= expectedBlocks * LATE_FACTOR + LATE_BLOCKS
    ? []
    : [`${title}: it took ${relayBlocks(took)}, ${expectedBlocks} were expected`];
}

function changeDifference({ place, expected, before, after }: PageChange): string[] {
  if (after === null) return [`${place.item}: nobody read it afterwards`];
  const wanted = expected.kind === 'is' ? expected.value : expected.kind === 'same' ? before : null;
  if (wanted === null || isSameValue(wanted, after)) return [];
  const what = expected.kind === 'same' ? `was to stay ${before.shown}` : `was to become ${wanted.shown}`;
  return [`${place.item} ${what}, but is ${after.shown}`];
}

export function isSameValue(a: PageValue, b: PageValue): boolean {
  return a.bytes !== null && b.bytes !== null ? a.bytes === b.bytes : a.shown === b.shown;
}
