import { RescueError, type RescueErrorCode } from '../../domain/errors.ts';
import { type Endorsement, STANCES } from '../../domain/round/endorsement.ts';
import { RELEASE_STANCES, type Release } from '../../domain/round/release.ts';
import type { Ballot, Proposal, SignedOptIn } from '../../domain/round/round.ts';
import { CHOICES, type RoundPlace } from '../../domain/round/round.ts';
import { ROUND_TEXT_VERSION, refuseOtherTitle } from './text-version.ts';

/**
 * The texts that people sign. Each is a title line and one `label: value` line a field, in fixed order, joined by
 * line feeds without one at the end; printable ASCII only, so that every wallet shows and signs the same bytes.
 * Every field of the act stands in its text, so two different acts never share one.
 */

/** What a proposer signs. The proposal's hash binds the human text as well. */
export type ProposalStatement = Pick<Proposal, 'hash' | 'codeHash' | 'proposer' | keyof RoundPlace>;
/** What a registrar manager signs to opt in or out. */
export type OptInStatement = Omit<SignedOptIn, 'signature' | 'scheme' | 'whileStopped'>;

export type Statement =
  | { readonly kind: 'vote'; readonly ballot: Ballot }
  | { readonly kind: 'proposal'; readonly proposal: ProposalStatement }
  | { readonly kind: 'opt-in'; readonly optIn: OptInStatement }
  | { readonly kind: 'endorsement'; readonly endorsement: Endorsement }
  | { readonly kind: 'release'; readonly release: Release };

type FieldKind = 'hash' | 'account' | 'u32' | 'count' | 'choice' | 'stance' | 'release';
interface Line {
  readonly label: string;
  readonly field: string;
  readonly kind: FieldKind;
}
type Values = Readonly<Record<string, string | number>>;

const PATTERNS: Readonly<Record<FieldKind, RegExp>> = {
  hash: /^0x[0-9a-f]{64}$/,
  account: /^0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/,
  u32: /^(?:0|[1-9]\d{0,9})$/,
  count: /^(?:0|[1-9]\d{0,15})$/,
  choice: new RegExp(`^(?:${CHOICES.join('|')})$`),
  stance: new RegExp(`^(?:${STANCES.join('|')})$`),
  release: new RegExp(`^(?:${RELEASE_STANCES.join('|')})$`),
};
const LARGEST: Partial<Record<FieldKind, number>> = { u32: 0xffff_ffff, count: Number.MAX_SAFE_INTEGER };

const line = (label: string, field: string, kind: FieldKind): Line => ({ label, field, kind });
const PLACE = [
  line('para', 'paraId', 'u32'),
  line('round', 'round', 'u32'),
  line('round id', 'roundId', 'hash'),
  line('head', 'anchor', 'hash'),
  line('relay', 'relayGenesis', 'hash'),
];
const VOTE = [
  line('choice', 'choice', 'choice'),
  line('proposal', 'proposal', 'hash'),
  ...PLACE,
  line('account', 'account', 'account'),
  line('sequence', 'sequence', 'count'),
];
const PROPOSAL = [
  line('proposal', 'hash', 'hash'),
  line('code', 'codeHash', 'hash'),
  ...PLACE,
  line('account', 'proposer', 'account'),
];
const OPT_IN = [
  line('policy', 'policy', 'hash'),
  line('para', 'paraId', 'u32'),
  line('relay', 'relayGenesis', 'hash'),
  line('account', 'account', 'account'),
  line('sequence', 'sequence', 'count'),
];
const ENDORSEMENT = [
  line('stance', 'stance', 'stance'),
  line('proposal', 'proposal', 'hash'),
  ...PLACE,
  line('account', 'account', 'account'),
  line('sequence', 'sequence', 'count'),
];
const RELEASE = [
  line('stance', 'stance', 'release'),
  line('code', 'codeHash', 'hash'),
  line('proposal', 'proposal', 'hash'),
  ...PLACE,
  line('policy', 'policy', 'hash'),
  line('until relay block', 'expires', 'count'),
  line('account', 'account', 'account'),
  line('sequence', 'sequence', 'count'),
];
const TITLES = {
  vote: `pararescue vote ${ROUND_TEXT_VERSION}`,
  proposal: `pararescue proposal ${ROUND_TEXT_VERSION}`,
  'opt-in': 'pararescue opt-in 1',
  'opt-out': 'pararescue opt-out 1',
  endorsement: `pararescue endorsement ${ROUND_TEXT_VERSION}`,
  release: 'pararescue release 1',
} as const;

/** @throws RESCUE_VOTE_INVALID when a field does not have the form that `checkBallotShape` guarantees. */
export function voteText(ballot: Ballot): string {
  return render(TITLES.vote, VOTE, { ...ballot }, 'RESCUE_VOTE_INVALID');
}

/** @throws RESCUE_PROPOSAL_INVALID when a field is malformed. */
export function proposalText(proposal: ProposalStatement): string {
  const { hash, codeHash, paraId, round, roundId, anchor, relayGenesis, proposer } = proposal;
  const values = { hash, codeHash, paraId, round, roundId, anchor, relayGenesis, proposer };
  return render(TITLES.proposal, PROPOSAL, values, 'RESCUE_PROPOSAL_INVALID');
}

/** @throws RESCUE_OPT_IN_INVALID when a field is malformed. */
export function optInText(optIn: OptInStatement): string {
  const title = TITLES[optIn.action];
  if (title === undefined) {
    throw new RescueError('RESCUE_OPT_IN_INVALID', 'The action must be "opt-in" or "opt-out".');
  }
  return render(title, OPT_IN, { ...optIn }, 'RESCUE_OPT_IN_INVALID');
}

/** @throws RESCUE_VOTE_INVALID when a field is malformed. */
export function endorsementText(endorsement: Endorsement): string {
  return render(TITLES.endorsement, ENDORSEMENT, { ...endorsement }, 'RESCUE_VOTE_INVALID');
}

/** @throws RESCUE_RELEASE_INVALID when a field is malformed. */
export function releaseText(release: Release): string {
  return render(TITLES.release, RELEASE, { ...release }, 'RESCUE_RELEASE_INVALID');
}

/**
 * Reads a text back; only the exact text of some act is accepted.
 * @throws RESCUE_REQUEST_INVALID for an unknown title, otherwise the code of the act's kind, also for another version.
 */
export function parseStatement(text: string): Statement {
  const [title = ''] = text.split('\n', 1);
  refuseOtherTitle(title);
  switch (title) {
    case TITLES.vote: {
      const read = reader(text, VOTE, 'RESCUE_VOTE_INVALID');
      return { kind: 'vote', ballot: { ...place(read), ...voter(read) } };
    }
    case TITLES.proposal: {
      const read = reader(text, PROPOSAL, 'RESCUE_PROPOSAL_INVALID');
      const proposal = {
        hash: read.hex('hash'),
        codeHash: read.hex('codeHash'),
        proposer: read.hex('proposer'),
      };
      return { kind: 'proposal', proposal: { ...proposal, ...place(read) } };
    }
    case TITLES.endorsement: {
      const read = reader(text, ENDORSEMENT, 'RESCUE_VOTE_INVALID');
      const { proposal, account, sequence } = signed(read);
      const stance = oneOf(STANCES, read.text('stance'));
      return { kind: 'endorsement', endorsement: { ...place(read), proposal, stance, account, sequence } };
    }
    case TITLES.release: {
      const read = reader(text, RELEASE, 'RESCUE_RELEASE_INVALID');
      const release: Release = {
        ...place(read),
        ...signed(read),
        codeHash: read.hex('codeHash'),
        policy: read.hex('policy'),
        stance: oneOf(RELEASE_STANCES, read.text('stance')),
        expires: read.number('expires'),
      };
      return { kind: 'release', release };
    }
    case TITLES['opt-in']:
    case TITLES['opt-out']: {
      const read = reader(text, OPT_IN, 'RESCUE_OPT_IN_INVALID');
      const optIn: OptInStatement = {
        paraId: read.number('paraId'),
        action: title === TITLES['opt-in'] ? 'opt-in' : 'opt-out',
        relayGenesis: read.hex('relayGenesis'),
        policy: read.hex('policy'),
        sequence: read.number('sequence'),
        account: read.hex('account'),
      };
      return { kind: 'opt-in', optIn };
    }
    default:
      throw new RescueError(
        'RESCUE_REQUEST_INVALID',
        `The text does not begin with one of the titles that pararescue signs: ${Object.values(TITLES).join(', ')}.`,
      );
  }
}

interface Reader {
  hex(field: string): `0x${string}`;
  number(field: string): number;
  text(field: string): string;
}

function place(read: Reader): RoundPlace {
  return {
    paraId: read.number('paraId'),
    round: read.number('round'),
    roundId: read.hex('roundId'),
    anchor: read.hex('anchor'),
    relayGenesis: read.hex('relayGenesis'),
  };
}

function voter(read: Reader): Pick<Ballot, 'proposal' | 'choice' | 'account' | 'sequence'> {
  return { ...signed(read), choice: oneOf(CHOICES, read.text('choice')) };
}

function signed(read: Reader): Pick<Ballot, 'proposal' | 'account' | 'sequence'> {
  return { proposal: read.hex('proposal'), account: read.hex('account'), sequence: read.number('sequence') };
}

function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new RescueError('RESCUE_INTERNAL', 'A word passed its pattern unrecognised.');
  return word;
}

function render(title: string, lines: readonly Line[], values: Values, code: RescueErrorCode): string {
  const out = [title];
  for (const { label, field, kind } of lines) {
    const value = String(values[field]);
    checkValue(label, kind, value, code);
    out.push(`${label}: ${value}`);
  }
  return out.join('\n');
}

function reader(text: string, lines: readonly Line[], code: RescueErrorCode): Reader {
  const rows = text.split('\n').slice(1);
  if (rows.length !== lines.length) {
    throw new RescueError(code, `The text has ${rows.length + 1} lines, but must have ${lines.length + 1}.`);
  }
  const values = new Map<string, string>();
  for (const [index, { label, field, kind }] of lines.entries()) {
    const row = rows[index] ?? '';
    if (!row.startsWith(`${label}: `)) {
      throw new RescueError(code, `Line ${index + 2} of the text must begin with "${label}: ".`);
    }
    const value = row.slice(label.length + 2);
    checkValue(label, kind, value, code);
    values.set(field, value);
  }
  const read = (field: string): string => values.get(field) ?? '';
  return { text: read, hex: (field) => `0x${read(field).slice(2)}`, number: (field) => Number(read(field)) };
}

const WANTED: Readonly<Record<FieldKind, string>> = {
  hash: '0x and 64 lower-case hex digits',
  account: '0x and 64 (or, Ethereum style, 40) lower-case hex digits',
  u32: 'a whole number below 4294967296',
  count: 'a whole number of at most 2^53 - 1',
  choice: CHOICES.join(', '),
  stance: STANCES.join(', '),
  release: RELEASE_STANCES.join(', '),
};

function checkValue(label: string, kind: FieldKind, value: string, code: RescueErrorCode): void {
  const largest = LARGEST[kind];
  if (PATTERNS[kind].test(value) && (largest === undefined || Number(value) <= largest)) return;
  throw new RescueError(code, `The ${label} to be signed must be: ${WANTED[kind]}.`);
}
