import { RescueError } from '../domain/errors.js';
import { CHOICES } from '../domain/round.js';
const PATTERNS = {
    hash: /^0x[0-9a-f]{64}$/,
    account: /^0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/,
    u32: /^(?:0|[1-9]\d{0,9})$/,
    count: /^(?:0|[1-9]\d{0,15})$/,
    choice: new RegExp(`^(?:${CHOICES.join('|')})$`),
};
const LARGEST = { u32: 0xffff_ffff, count: Number.MAX_SAFE_INTEGER };
const line = (label, field, kind) => ({ label, field, kind });
const PLACE = [
    line('para', 'paraId', 'u32'),
    line('round', 'round', 'u32'),
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
const TITLES = {
    vote: 'pararescue vote 1',
    proposal: 'pararescue proposal 1',
    'opt-in': 'pararescue opt-in 1',
    'opt-out': 'pararescue opt-out 1',
};
/** @throws RESCUE_VOTE_INVALID when a field does not have the form that `checkBallotShape` guarantees. */
export function voteText(ballot) {
    return render(TITLES.vote, VOTE, { ...ballot }, 'RESCUE_VOTE_INVALID');
}
/** @throws RESCUE_PROPOSAL_INVALID when a field is malformed. */
export function proposalText(proposal) {
    const { hash, codeHash, paraId, round, anchor, relayGenesis, proposer } = proposal;
    const values = { hash, codeHash, paraId, round, anchor, relayGenesis, proposer };
    return render(TITLES.proposal, PROPOSAL, values, 'RESCUE_PROPOSAL_INVALID');
}
/** @throws RESCUE_OPT_IN_INVALID when a field is malformed. */
export function optInText(optIn) {
    const title = TITLES[optIn.action];
    if (title === undefined) {
        throw new RescueError('RESCUE_OPT_IN_INVALID', 'The action must be "opt-in" or "opt-out".');
    }
    return render(title, OPT_IN, { ...optIn }, 'RESCUE_OPT_IN_INVALID');
}
/**
 * Reads a text back; only the exact text of some act is accepted.
 * @throws RESCUE_REQUEST_INVALID for an unknown title, otherwise the code of the act's kind.
 */
export function parseStatement(text) {
    const [title] = text.split('\n', 1);
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
        case TITLES['opt-in']:
        case TITLES['opt-out']: {
            const read = reader(text, OPT_IN, 'RESCUE_OPT_IN_INVALID');
            const optIn = {
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
            throw new RescueError('RESCUE_REQUEST_INVALID', `The text does not begin with one of the titles that pararescue signs: ${Object.values(TITLES).join(', ')}.`);
    }
}
function place(read) {
    return {
        paraId: read.number('paraId'),
        round: read.number('round'),
        anchor: read.hex('anchor'),
        relayGenesis: read.hex('relayGenesis'),
    };
}
function voter(read) {
    const choice = CHOICES.find((name) => name === read.text('choice'));
    if (choice === undefined)
        throw new RescueError('RESCUE_INTERNAL', 'A choice passed its pattern unrecognised.');
    return {
        proposal: read.hex('proposal'),
        choice,
        account: read.hex('account'),
        sequence: read.number('sequence'),
    };
}
function render(title, lines, values, code) {
    const out = [title];
    for (const { label, field, kind } of lines) {
        const value = String(values[field]);
        checkValue(label, kind, value, code);
        out.push(`${label}: ${value}`);
    }
    return out.join('\n');
}
function reader(text, lines, code) {
    const rows = text.split('\n').slice(1);
    if (rows.length !== lines.length) {
        throw new RescueError(code, `The text has ${rows.length + 1} lines, but must have ${lines.length + 1}.`);
    }
    const values = new Map();
    for (const [index, { label, field, kind }] of lines.entries()) {
        const row = rows[index] ?? '';
        if (!row.startsWith(`${label}: `)) {
            throw new RescueError(code, `Line ${index + 2} of the text must begin with "${label}: ".`);
        }
        const value = row.slice(label.length + 2);
        checkValue(label, kind, value, code);
        values.set(field, value);
    }
    const read = (field) => values.get(field) ?? '';
    return { text: read, hex: (field) => `0x${read(field).slice(2)}`, number: (field) => Number(read(field)) };
}
const WANTED = {
    hash: '0x and 64 lower-case hex digits',
    account: '0x and 64 (or, Ethereum style, 40) lower-case hex digits',
    u32: 'a whole number below 4294967296',
    count: 'a whole number of at most 2^53 - 1',
    choice: CHOICES.join(', '),
};
function checkValue(label, kind, value, code) {
    const largest = LARGEST[kind];
    if (PATTERNS[kind].test(value) && (largest === undefined || Number(value) <= largest))
        return;
    throw new RescueError(code, `The ${label} to be signed must be: ${WANTED[kind]}.`);
}
//# sourceMappingURL=texts.js.map