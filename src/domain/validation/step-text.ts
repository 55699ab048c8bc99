import { escaped, table } from '../markdown.ts';
import { blocksAndHours } from '../readiness/time.ts';
import { isSameValue } from './differences.ts';
import type { InsideCall, PageCall, PageExtrinsic, PageFact, PageStep, ValidationPage } from './page.ts';
import { amountText, momentText, tokenOf } from './value-text.ts';

/** A step before it is made: the call, and what must hold before and after it. */
export function expectedStep(step: PageStep, number: number): string[] {
  const { title, calls, facts, expectedBlocks } = step;
  const time =
    expectedBlocks === null
      ? 'People decide how long it takes.'
      : `Takes about ${blocksAndHours(expectedBlocks)}.`;
  return [
    `### ${number}. ${escaped(title)}`,
    time,
    ...calls.map((call) => table(['call', `${call.method} on the ${call.chain}`], callRows(call))),
    ...(facts.length === 0
      ? []
      : [
          table(
            ['fact', 'when', 'read at'],
            facts.map(({ text, role, reads }) => [
              text,
              ROLES[role],
              reads.map(({ place }) => place.item).join('; ') || 'the plan',
            ]),
          ),
        ]),
  ];
}

const ROLES = {
  while: 'all the while',
  needed: 'before the call',
  brought: 'afterwards',
} as const satisfies Record<PageFact['role'], string>;

function callRows(call: PageCall): string[][] {
  const { origin, signer, inside = [] } = call;
  return [
    ...madeRows(call),
    ['origin', origin],
    ['signed by', signer],
    ...inside.flatMap((made) => [['inside it', made.method], ...madeRows(made)]),
  ];
}

function madeRows({ args, data, bytes, hash }: InsideCall): string[][] {
  const size = bytes === null ? 'known when it is signed' : `${bytes} bytes`;
  return [
    ...(args === null ? [] : [['arguments', JSON.stringify(args)]]),
    ['bytes', data === null ? size : `${data} (${size})`],
    ['blake2-256 of the bytes', hash ?? 'known when it is signed'],
  ];
}

/** A step as it went. */
export function observedStep(step: PageStep, number: number, page: ValidationPage): string[] {
  const { title, outcome, from, to, extrinsics, facts, calls } = step;
  const took = from === null || to === null ? '' : `, ${blocksAndHours(to.number - from.number)}`;
  const byOthers =
    outcome === 'done' && calls.length > 0 && extrinsics.length === 0
      ? ['Somebody else brought it about: this service sent nothing for it.']
      : [];
  return [
    `### Step ${number}: ${escaped(title)}`,
    `${outcome}${took}`,
    ...byOthers,
    ...(from === null
      ? []
      : [table(['began', 'ended'], [[momentText(from), to === null ? 'not yet' : momentText(to)]])]),
    ...extrinsics.map((made) => table(['extrinsic', made.hash ?? 'none'], extrinsicRows(made, page))),
    ...(from === null || facts.length === 0
      ? []
      : [table(['fact', 'before', 'after', 'as read from storage'], facts.map(factRow))]),
  ];
}

function extrinsicRows(made: PageExtrinsic, { tokens, kind }: ValidationPage): string[][] {
  const { chain, method, callHash, signer, nonce, status, block, fee, problem } = made;
  return [
    ['call', `${method} on the ${chain}`],
    ['blake2-256 of the call', callHash],
    ['signed by', signer === null ? 'nobody' : `${signer}${kind === 'rehearsed' ? ', taken as given' : ''}`],
    ...(nonce === null ? [] : [['nonce', String(nonce)]]),
    ['became', `${status}${problem === null ? '' : `: ${problem}`}`],
    ['in block', block === null ? 'none that is known' : `${block.number} ${block.hash ?? ''}`.trim()],
    ...(fee === null ? [] : [['fee', amountText(fee, tokenOf(tokens, chain))]]),
  ];
}

function factRow({ text, before, after, reads }: PageFact): string[] {
  const held = (hold: PageFact['before']) =>
    hold === null ? 'not looked at' : hold.why === null ? 'holds' : `no: ${hold.why}`;
  const values = reads.flatMap(({ place, before, after }) => [
    ...(before === null ? [] : [`${place.item} was ${before.shown}`]),
    ...(after === null
      ? []
      : [`${place.item} is ${before && isSameValue(before, after) ? 'the same' : after.shown}`]),
  ]);
  return [text, held(before), held(after), values.join('; ')];
}
