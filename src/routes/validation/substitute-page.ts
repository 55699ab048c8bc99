import type { ChainView } from '../../domain/route/view.ts';
import type { Hex, ParaBlock } from '../../domain/units.ts';
import type {
  PageFact,
  PageHold,
  PageMoment,
  PagePlace,
  PageStep,
  PageValue,
  ValidationPage,
} from '../../domain/validation/page.ts';
import { firstHeads } from '../code-upgrade.ts';
import { closedPage, seenState } from './decision-page.ts';
import { expectedChanges } from './expected-changes.ts';
import { lookedFact, plannedSteps } from './page-steps.ts';
import { relayPlace } from './relay-state.ts';

/** Code that nodes are to run as a substitute. */
export interface PagedSubstitute {
  /** The key of its entry in the chain spec. */
  readonly block: ParaBlock;
  /** Its label. */
  readonly specVersion: number;
  readonly code: NonNullable<ValidationPage['code']>;
}

/** The para, its relay chain and its nodes at one moment. */
export interface SubstituteLook {
  readonly view: ChainView;
  readonly moment: PageMoment;
  /** The code in the para's own state at its included head. */
  readonly own: { readonly hash: Hex; readonly specVersion: number | null };
  /** The nodes that were asked, always in one order: their addresses stand on no page. */
  readonly nodes: readonly { readonly runs: boolean; readonly sentence: string }[];
}

/** Heads that show that the relay chain takes what collators build with the substitute. */
const HEADS = 3;

/**
 * The page of the way that sends nothing to the relay chain: what has to be so for nodes to take the substitute and for the relay chain
 * to take their blocks, before anybody restarts a node. `lookedPage` adds what is seen afterwards.
 */
export function plannedSubstitutePage(
  substitute: PagedSubstitute,
  look: SubstituteLook,
  about: Pick<ValidationPage, 'relay' | 'tokens'>,
): ValidationPage {
  const { view, moment } = look;
  const { observation } = view;
  const { code, block } = substitute;
  const heads = firstHeads(code.hash, observation.head?.number ?? block, HEADS);
  const [first] = plannedSteps([heads], view, () => []);
  const bare = {
    expectedBlocks: null,
    calls: [],
    outcome: 'not reached',
    from: null,
    to: null,
    extrinsics: [],
  } as const;
  const page: ValidationPage = {
    version: 1,
    kind: 'executed',
    paraId: observation.paraId,
    decision: null,
    route: 'collator',
    code,
    planned: moment,
    steps: [
      {
        ...bare,
        id: 'patch-spec',
        title: `put the substitute into the chain spec of every node, for block ${block}`,
        facts: [
          ...(first?.facts.filter(({ role }) => role === 'needed') ?? []),
          labelFact(substitute),
          blockFact(substitute, observation.paraId),
        ],
      },
      {
        ...bare,
        id: 'restart-nodes',
        title: 'restart every node of the para with that chain spec',
        facts: [],
      },
      ...(first
        ? [{ ...first, title: 'collators build with the substitute, and their heads are included' }]
        : []),
    ],
    changes: expectedChanges([heads], observation),
    costs: [],
    heads: [],
    result: { kind: 'open', words: null, at: null },
    seen: moment,
    notes: ['What nodes run is told by each of them; everything else is proven.'],
    ...about,
  };
  return { ...page, steps: page.steps.map((step) => lookedStep(step, 'before', look)) };
}

/** The page with what is so now; it is closed once all nodes that were asked run the substitute and the first heads are included. */
export function lookedPage(page: ValidationPage, look: SubstituteLook): ValidationPage {
  const { view, moment } = look;
  const steps = page.steps.map((step) => lookedStep(step, 'after', look));
  const seen = { ...page, ...seenState(page, view.observation, moment), steps };
  return steps.every(({ outcome }) => outcome === 'done') ? closedPage(seen, 'done', null) : seen;
}

function lookedStep(step: PageStep, when: 'before' | 'after', look: SubstituteLook): PageStep {
  const known = step.id === 'restart-nodes' ? nodeFacts(step.facts, look.nodes.length) : step.facts;
  const facts = known.map((fact) => {
    const told = toldOf(fact, look);
    if (told === null) return lookedFact(fact, when, look.view, look.moment);
    const { why, value } = told;
    const reads = fact.reads.map((read) => ({ ...read, [when]: value }));
    return { ...fact, reads, [when]: { number: look.moment.number, why } satisfies PageHold };
  });
  const next = { ...step, facts, from: step.from ?? look.moment };
  const role = step.id === 'patch-spec' ? 'needed' : 'brought';
  const wanted = facts.filter((fact) => fact.role === role);
  const holds = wanted.length > 0 && wanted.every((fact) => fact[when]?.why === null);
  if (step.outcome === 'done') return next;
  return holds ? { ...next, outcome: 'done', to: look.moment } : { ...next, outcome: 'under way' };
}

function labelFact({ specVersion }: PagedSubstitute): PageFact {
  return pageFact(
    'needed',
    { kind: 'label-is', specVersion },
    `the para's own code is labelled ${specVersion}, as the substitute is`,
    { chain: 'para', item: ':code', key: '0x3a636f6465', how: null },
  );
}

function blockFact({ block }: PagedSubstitute, paraId: number): PageFact {
  return pageFact(
    'needed',
    { kind: 'head-at-least', head: block },
    `block ${block} is the included head, or an earlier block`,
    relayPlace('head', paraId),
  );
}

function nodeFacts(facts: readonly PageFact[], count: number): PageFact[] {
  const more = Array.from({ length: Math.max(0, count - facts.length) }, (_, index) => {
    const node = facts.length + index + 1;
    const place = {
      chain: 'para',
      item: `node ${node}`,
      key: null,
      how: 'pararescue chainspec substitute --node',
    };
    return pageFact(
      'brought',
      { kind: 'node-runs-substitute', node },
      `node ${node} answers by the substitute`,
      place,
    );
  });
  return [...facts, ...more];
}

function pageFact(role: PageFact['role'], fact: PageFact['fact'], text: string, place: PagePlace): PageFact {
  return { role, fact, text, reads: [{ place, before: null, after: null }], before: null, after: null };
}

/** What no view of the relay chain tells; null for all that it does. */
function toldOf(
  { fact }: PageFact,
  { view, own, nodes }: SubstituteLook,
): { readonly why: string | null; readonly value: PageValue } | null {
  switch (fact.kind) {
    case 'label-is': {
      const label = own.specVersion === null ? 'no label' : `label ${own.specVersion}`;
      const why = own.specVersion === fact.specVersion ? null : `the para's own code has ${label}`;
      return { why, value: shown(`code ${own.hash}, ${label}`) };
    }
    case 'head-at-least': {
      const head = view.observation.head?.number ?? null;
      const why =
        head !== null && head >= Number(fact.head) ? null : `the included head is ${head ?? 'no header'}`;
      return { why, value: shown(head === null ? 'no header' : `block ${head}`) };
    }
    case 'node-runs-substitute': {
      const node = nodes[Number(fact.node) - 1];
      if (node === undefined) return { why: 'it was not asked', value: shown('not asked') };
      return {
        why: node.runs ? null : node.sentence,
        value: shown(node.runs ? 'running the substitute' : 'not running it'),
      };
    }
    default:
      return null;
  }
}

function shown(text: string): PageValue {
  return { bytes: null, shown: text };
}
