import { commands, escaped, items, list, table } from '../markdown.ts';
import { blocksAndHours } from '../readiness/time.ts';
import { differencesOf, isSameValue } from './differences.ts';
import type { Expectation, PageMoment, PagePlace, ValidationPage } from './page.ts';
import { READ_STORAGE, type Recomputation, recomputations, storedValues } from './recompute.ts';
import { expectedStep, observedStep } from './step-text.ts';
import { amountText, momentText, storedText, tokenOf } from './value-text.ts';

/**
 * A validation page as Markdown: the result and what is not as expected first, then what was to be done, what was observed, and how
 * to recompute each point. Nothing from outside stands in it raw.
 */
export function pageText(page: ValidationPage): string {
  const { steps, paraId, route } = page;
  return [
    `# Validation page: para ${paraId}, ${escaped(route)}`,
    `**${escaped(pageLine(page))}**`,
    ...differenceParts(page),
    table(['what', 'value'], headRows(page)),
    '## What is to be done',
    'Written before anything was signed.',
    ...steps.flatMap((step, place) => expectedStep(step, place + 1)),
    '## What is to change',
    'Everything that the relay chain stores of the para. What is not named to change stays as it is.',
    table(
      ['item', 'meaning', `before, in relay block ${page.planned.number}`, 'expected'],
      page.changes.map(({ place, meaning, before, expected }) => [
        place.item,
        meaning,
        before.shown,
        expectationText(expected),
      ]),
    ),
    '## Where all of it is read',
    table(['item', 'chain', 'storage key, or how else'], placesOf(page).map(placeRow)),
    ...costParts(page),
    '## What was observed',
    ...steps.flatMap((step, place) => observedStep(step, place + 1, page)),
    ...changeParts(page),
    ...headParts(page),
    ...list('## What to know besides', page.notes),
    '## How to recompute each point',
    `\`NODE\` is any node of the chain that is named, \`SERVICE\` the service that gave this page. Storage keys are twox128(pallet) twox128(item) and, for maps, twox64(para id) and the para id as u32, little-endian; hashes are blake2-256.`,
    ...recomputations(page).flatMap(checkParts),
    ...storageParts(page),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The whole of it in one line. */
function pageLine(page: ValidationPage): string {
  const { kind, result, steps, planned, seen } = page;
  if (result.kind === 'open' && steps.every(({ outcome }) => outcome === 'not reached')) {
    return `Planned: nothing was signed yet, ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`;
  }
  const done = steps.filter(({ outcome }) => outcome === 'done').length;
  const took = blocksAndHours((result.at ?? seen).number - planned.number);
  const how = { open: 'under way', done: 'done', failed: 'FAILED', ended: 'ended before it was done' }[
    result.kind
  ];
  const what = kind === 'rehearsed' ? 'Rehearsed on forks' : 'Executed';
  return `${what}: ${how}, ${done} of ${steps.length} steps in ${took}`;
}

function differenceParts(page: ValidationPage): string[] {
  const found = differencesOf(page);
  if (found.length > 0) {
    return [
      `## ${found.length} ${found.length === 1 ? 'DIFFERENCE' : 'DIFFERENCES'} FROM WHAT WAS EXPECTED`,
      items(found),
    ];
  }
  return page.result.kind === 'open'
    ? ['So far nothing differs from what was expected.']
    : ['Everything is as it was expected.'];
}

function headRows({ relay, decision, releases, code, planned, result, seen }: ValidationPage): string[][] {
  const end = result.at;
  return [
    ['relay chain', `${relay.runtime ?? 'of an unknown runtime'}, genesis ${relay.genesis}`],
    ...(decision === null
      ? []
      : [
          ['round', `${decision.round}, ${decision.roundId}`],
          ['proposal', decision.proposal],
          ['policy', decision.policy],
          ['anchor', `relay block ${decision.anchor.relay.number} ${decision.anchor.relay.hash}`],
          ['head that was voted on', `${decision.anchor.head.number} ${decision.anchor.head.hash}`],
          ['code at the anchor', decision.anchor.codeHash],
        ]),
    ...(releases ?? []).map(({ account, admittedAt }) => [
      'released by',
      `${account} at relay block ${admittedAt}`,
    ]),
    ...(code === null
      ? []
      : [
          [
            'code',
            [code.hash, code.runtime, code.bytes === null ? null : `${code.bytes} bytes`]
              .filter(Boolean)
              .join(', '),
          ],
        ]),
    ['planned at', momentText(planned)],
    [end === null ? 'seen until' : 'ended at', momentText(end ?? seen)],
    ...(end === null ? [] : [['time that it took', timeText(planned, end)]]),
  ];
}

function costParts({ costs, tokens }: ValidationPage): string[] {
  if (costs.length === 0) return [];
  const token = tokenOf(tokens, 'relay chain');
  return [
    table(
      ['must be held by', 'amount', 'for'],
      costs.map(({ account, amount, what }) => [account, amountText(amount, token), what]),
    ),
  ];
}

function changeParts({ changes, result, seen }: ValidationPage): string[] {
  const at = result.at ?? seen;
  return [
    '### What the relay chain stores of the para now',
    table(
      ['item', 'before', 'expected', `in relay block ${at.number}`],
      changes.map(({ place, before, expected, after }) => [
        place.item,
        before.shown,
        expectationText(expected),
        after === null ? 'not read' : isSameValue(before, after) ? 'the same' : after.shown,
      ]),
    ),
  ];
}

function headParts({ heads }: ValidationPage): string[] {
  if (heads.length === 0) return [];
  return [
    '### Heads that followed',
    table(
      ['block of the para', 'hash', 'seen in relay block'],
      heads.map(({ number, hash, seenAt }) => [String(number), hash, String(seenAt)]),
    ),
  ];
}

/** Every place once, in the order in which the page names them. */
function placesOf({ changes, steps }: ValidationPage): PagePlace[] {
  const all = [
    ...changes.map(({ place }) => place),
    ...steps.flatMap(({ facts }) => facts.flatMap(({ reads }) => reads.map(({ place }) => place))),
  ];
  const named = new Map(all.map((place) => [`${place.chain} ${place.item}`, place]));
  return [...named.values()];
}

function placeRow({ chain, item, key, how }: PagePlace): string[] {
  return [item, chain, key ?? how ?? 'the plan itself'];
}

function storageParts(page: ValidationPage): string[] {
  const values = storedValues(page);
  if (values.length === 0) return [];
  return [
    'Every value of the relay chain that stands on this page, in the block in which it was read; any client reads it there.',
    commands([READ_STORAGE]),
    table(
      ['item', 'KEY', 'BLOCK', 'meaning', 'answer'],
      values.map(({ place, at, value }) => [place.item, place.key ?? '', at, value.shown, storedText(value)]),
    ),
  ];
}

function checkParts({ what, commands: lines, answer }: Recomputation): string[] {
  return [`${escaped(what)}`, commands(lines), `Answers: ${escaped(answer)}`];
}

function expectationText(expected: Expectation): string {
  if (expected.kind === 'same') return 'stays';
  return expected.kind === 'is' ? expected.value.shown : expected.words;
}

/** By blocks; and by the chain's clock where both ends are known. */
function timeText(from: PageMoment, to: PageMoment): string {
  const blocks = blocksAndHours(to.number - from.number);
  if (from.at === null || to.at === null) return blocks;
  return `${blocks}; ${((to.at - from.at) / 3_600_000).toFixed(2)} h by the relay chain's clock`;
}
