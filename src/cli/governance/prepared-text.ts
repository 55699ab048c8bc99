import { type Token, tokenAmount } from '../../domain/amount.ts';
import type {
  GovernanceDryRun,
  GovernancePath,
  PreparedGovernance,
} from '../../domain/governance/prepared.ts';
import { percentNeeded } from '../../domain/governance/sentences.ts';
import { leastBlocks, mostBlocks, needed } from '../../domain/governance/track.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import { facts, table } from '../shared/table.ts';

const HEADINGS: Readonly<Record<GovernancePath['name'], string>> = {
  root: 'Root referendum',
  whitelisted: 'Whitelisted path: public referendum',
  fellowship: "Whitelisted path: the Fellowship's referendum, which has to be enacted first",
  cancel: 'Cancelling referendum, in case the para lives again before it is enacted',
};

/** What was prepared, for people. */
export function preparedText(prepared: PreparedGovernance): string {
  const { rootCall, hub, relay, paths, without, dryRuns, warnings, obstacles, whitelistHash } = prepared;
  return [
    facts([
      ['para', String(prepared.paraId)],
      ['governed from', `${prepared.governedFrom}: ${hub.specName} ${hub.specVersion}, block ${hub.block}`],
      ['relay chain', `${relay.specName} ${relay.specVersion}, block ${relay.block}`],
      ['root executes', rootCall.decoded.method],
      ...Object.entries(rootCall.decoded.args).map(([name, value]): [string, string] => [
        `  ${name}`,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
      ['on the whitelist', whitelistHash],
    ]),
    ...paths.map((path) => pathText(path, hub.token)),
    ...without.map(({ name, reason }) => `\nnot possible: ${name}: ${reason}\n`),
    `\n${dryRuns.map(dryRunLine).join('')}`,
    ...warnings.map((text) => `warning: ${text}\n`),
    ...obstacles.map((text) => `cannot work: ${text}\n`),
  ].join('');
}

function pathText(
  { name, track, proposal, steps, queue, submissionDeposit }: GovernancePath,
  token: Token,
): string {
  const begins = needed(track, 0);
  const ends = needed(track, track.decisionPeriod);
  const bytes = proposal.length > 64 ? `${proposal.call.data.slice(0, 130)}…` : proposal.call.data;
  const rows = steps.map(({ name: file, chain, signer, call, deposit }) => [
    `${file}.hex`,
    chain,
    signer,
    call.decoded.method,
    call.hash,
    deposit === null ? '-' : tokenAmount(deposit, token),
  ]);
  return `\n${HEADINGS[name]}\n${facts([
    ['track', `${track.id} ${track.name}`],
    [
      'queue',
      `${queue.deciding} of at most ${track.maxDeciding} being decided${queue.waiting.length === 0 ? '' : `, waiting: ${queue.waiting.join(', ')}`}`,
    ],
    [
      'deposits',
      `${tokenAmount(submissionDeposit, token)} to submit, ${tokenAmount(track.decisionDeposit, token)} to be decided`,
    ],
    ['prepare', blocksAndHours(track.preparePeriod)],
    ['decision', `at most ${blocksAndHours(track.decisionPeriod)}`],
    ['confirm', blocksAndHours(track.confirmPeriod)],
    ['enactment', `at least ${blocksAndHours(track.minEnactmentPeriod)}`],
    [
      'in all',
      `${blocksAndHours(leastBlocks(track))} at least, ${blocksAndHours(mostBlocks(track))} at most`,
    ],
    ['approval', `${percentNeeded(begins.approval)} at first, ${percentNeeded(ends.approval)} at the end`],
    ['support', `${percentNeeded(begins.support)} at first, ${percentNeeded(ends.support)} at the end`],
    ['proposal', `${proposal.length} bytes, ${proposal.form === 'inline' ? 'inline' : 'by preimage'}`],
    ['  hash', proposal.call.hash],
    ['  bytes', bytes],
  ])}${table(['file', 'chain', 'signed by', 'call', 'call hash', 'deposit'], rows)}`;
}

function dryRunLine({ chain, what, outcome }: GovernanceDryRun): string {
  const said =
    outcome.kind === 'succeeds'
      ? 'succeeds'
      : `${outcome.kind === 'fails' ? 'FAILS' : 'not known'}: ${outcome.reason}`;
  return `dry run on the ${chain}: ${what}: ${said}\n`;
}
