import { Option } from 'commander';
import type { Condition, ConditionName } from '../../domain/chain/condition.ts';
import { shownAge } from '../../domain/chain/sight.ts';
import type { Confidence } from '../../domain/diagnosis/causes.ts';
import { troublesFirst } from '../../domain/fleet/row.ts';
import { printable } from '../../domain/plain-text.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import { type DiagnosisView, remediesOf, warningsOf } from '../../domain/records/diagnosis.ts';
import type { Proposal } from '../../domain/round/round.ts';
import type { ParaId } from '../../domain/units.ts';
import type { EndpointStatus } from '../../domain/views/endpoints.ts';
import type { ParaStatus, ServiceStatus } from '../../domain/views/status.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import { fleetLine, fleetText, troubleLines } from '../shared/fleet-text.ts';
import { incidentLines } from '../shared/incident-text.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { proposalLines } from '../shared/proposal-text.ts';
import { readinessLines, readinessWord } from '../shared/readiness-text.ts';
import { releaseLines } from '../shared/release-text.ts';
import { roundText } from '../shared/round-text.ts';
import { accountText } from '../shared/signing.ts';
import { facts, table } from '../shared/table.ts';
import { presentOf, whenText } from '../shared/when-text.ts';
import { planLines } from './plan-text.ts';

/** Exit status of `status`, the first that fits: something is known to be wrong, nothing is known, or a rescue would not work. */
const NOT_WELL = 3;
const UNKNOWN = 4;
const NOT_READY = 5;

/** Conditions in which nobody has to do anything. */
const WELL: readonly ConditionName[] = ['healthy', 'idle'];

interface StatusFlags extends ClientFlags {
  readonly para?: ParaId;
  readonly all?: boolean;
}

export const registerStatus: RegisterCommand = (program, io) => {
  withClientOptions(program.command('status'), io)
    .description('what the service sees of its paras')
    .addOption(
      new Option('--para <id>', 'everything about one para').argParser(paraArgument).conflicts('all'),
    )
    .option('--all', 'a table of every para of the relay chain, troubles first')
    .addHelpText(
      'after',
      '\nExit status: 0 all is well, 1 error, 3 a para is stalled or cannot go on, 4 nothing is known of one now, 5 one has opted in and could not be rescued today.',
    )
    .action(async (flags: StatusFlags) => {
      const client = await clientOf(flags, io);
      if (flags.para !== undefined) {
        const para = await client.para(flags.para);
        if (flags.json) io.stdout(jsonText(para));
        else {
          // The status has them in short; what they say and change is what people vote on.
          const proposals = (para.proposals ?? []).length > 0 ? await client.proposals(para.paraId) : [];
          io.stdout(await paraText(para, proposals, client.url));
        }
        return io.finish(exitStatus([para]));
      }
      if (flags.all) {
        const fleet = await client.fleet();
        const rows = troublesFirst(fleet.rows);
        io.stdout(flags.json ? jsonText({ ...fleet, rows }) : fleetText({ ...fleet, rows }));
        return io.finish(exitStatus(rows.map(({ condition: is }) => ({ condition: { is } }))));
      }
      const status = await client.status();
      io.stdout(flags.json ? jsonText(status) : statusText(status));
      io.finish(exitStatus([...status.paras, ...ofFleet(status)]));
    });
};

/** `readiness` and `optIn` are those of paras that are watched for a rescue. */
interface Seen extends Partial<Pick<ParaStatus, 'readiness' | 'optIn'>> {
  readonly condition: Pick<Condition, 'is'>;
}

/** What counts of paras that are in the list of all only: that they are seen, and that nothing is wrong with many at once. */
function ofFleet({ fleet }: ServiceStatus): { readonly condition: Pick<Condition, 'is'> }[] {
  if (!fleet) return [];
  if (fleet.blind !== null) return [{ condition: { is: 'unknown' } }];
  return fleet.troubles.length > 0 ? [{ condition: { is: 'stalled' } }] : [];
}

function exitStatus(paras: readonly Seen[]): number {
  const conditions = paras.map(({ condition }) => condition.is);
  if (conditions.some((is) => is !== 'unknown' && !WELL.includes(is))) return NOT_WELL;
  const readiness = paras.map(({ readiness: its, optIn }) =>
    its === null && optIn ? 'unknown' : its?.result,
  );
  if (conditions.includes('unknown')) return UNKNOWN;
  if (readiness.includes('not-ready')) return NOT_READY;
  return readiness.includes('unknown') ? UNKNOWN : 0;
}

function statusText({ relay, sight, relayGenesis, paras, endpoints, fleet }: ServiceStatus): string {
  const lag =
    relay === null
      ? 'no block seen yet'
      : `finalized ${relay.finalized}, best ${relay.best}, read ${shownAge(sight.readAgoMs)} ago`;
  const rows = paras.map((para) => [
    String(para.paraId),
    printable(para.name),
    para.condition.is,
    para.state,
    String(para.observation?.head?.number ?? '-'),
    String(para.stall?.age ?? '-'),
    readinessWord(para),
    para.diagnosis?.cause ?? '',
  ]);
  const list = table(['PARA', 'NAME', 'CONDITION', 'STATE', 'HEAD', 'AGE', 'RESCUE', 'CAUSE'], rows, [
    'PARA',
    'HEAD',
    'AGE',
  ]);
  const advice = paras.flatMap((para) => para.advice.map((line) => `${para.paraId}: ${printable(line)}\n`));
  const blind = sight.blind === null ? '' : `NOTHING IS KNOWN OF THE PRESENT: ${printable(sight.blind)}\n`;
  const all = fleet
    ? `${troubleLines(fleet)
        .map((line) => `${line}\n`)
        .join('')}${fleetLine(fleet)}; "pararescue status --all" lists them\n`
    : '';
  const parts = [
    blind,
    paras.length > 0 ? list : '',
    advice.join(''),
    all,
    endpointsText(endpoints ?? []),
  ].filter((part) => part !== '');
  return `relay chain ${relayGenesis}: ${lag}\n\n${parts.join('\n')}`;
}

/** Never locked is not unlocked for good. */
function lockWord(locked: boolean | null): string {
  if (locked === null) return 'never locked: the next included head locks it';
  return locked ? 'locked' : 'unlocked';
}

/** By place in the service's configuration; who looks from outside sees no hosts. */
function endpointsText(endpoints: readonly EndpointStatus[]): string {
  if (endpoints.length === 0) return '';
  const rows = endpoints.map(({ name, standing, score, newest, lag, heads, latencyMs, answeredAgoMs }) => [
    printable(name),
    standing,
    String(score),
    String(newest ?? '-'),
    String(lag ?? '-'),
    heads === null ? '-' : `${heads.passed}/${heads.of}`,
    latencyMs === null ? '-' : `${latencyMs} ms`,
    answeredAgoMs === null ? 'never' : `${shownAge(answeredAgoMs)} ago`,
  ]);
  const columns = ['ENDPOINT', 'STANDING', 'SCORE', 'NEWEST', 'BEHIND', 'HEADS', 'ANSWERS IN', 'LAST ANSWER'];
  const reasons = endpoints.flatMap(({ name, reason }) =>
    reason === null ? [] : [`${reason.startsWith(name) ? '' : `${printable(name)}: `}${printable(reason)}\n`],
  );
  return `${table(columns, rows, ['SCORE', 'NEWEST', 'BEHIND', 'HEADS', 'ANSWERS IN'])}${reasons.join('')}`;
}

/** How old the trial is on which the diagnosis rests. */
function triedText({ diagnosis, observation }: ParaStatus): string | null {
  if (!diagnosis || diagnosis.triedAt === undefined || !observation) return null;
  if (diagnosis.triedAt === null) return 'the next block could not be tried so far';
  const age = observation.relay.number - diagnosis.triedAt;
  return `the next block, on relay block ${diagnosis.triedAt}${age > 0 ? `, ${age} blocks ago` : ''}`;
}

const CONFIDENCE_WORDS: Readonly<Record<Confidence, string>> = {
  proven: 'proof: storage of final blocks',
  executed: 'execution: tried here, on proven state and code',
  agreed: 'agreement of endpoints',
  told: 'what one node tells',
  inferred: 'inference: it fits to what is known, and nothing shows it',
};

/** What the cause rests on, what to do, and what could not be looked at. */
function diagnosisLines(diagnosis: DiagnosisView): (readonly [string, string])[] {
  const { facts: rests = [], also = [], unknown = [] } = diagnosis;
  const rows = (label: string, lines: readonly string[]) =>
    lines.map((line) => [label, printable(line)] as const);
  return [
    ...rows(
      'because',
      rests.map(({ what, where, value, relayBlock, paraBlock, confidence }) => {
        const blocks = [
          relayBlock === null ? '' : `, relay block ${relayBlock}`,
          paraBlock === null ? '' : `, para block ${paraBlock}`,
        ];
        return `${what}: ${value} (${where}${blocks.join('')}; ${confidence})`;
      }),
    ),
    ...rows(
      'also',
      also.map(({ cause, confidence, sentence }) => `${cause} (${confidence}): ${sentence}`),
    ),
    ...rows('not known', unknown),
    ...rows('helps', remediesOf(diagnosis)),
    ...rows('avoid', warningsOf(diagnosis)),
  ];
}

async function paraText(para: ParaStatus, proposals: readonly Proposal[], url: string): Promise<string> {
  const { observation, stall, diagnosis, optIn, anchor, clock, approved, route, trouble } = para;
  const registrar = observation?.registrar ?? null;
  const lines: (readonly [string, string | null])[] = [
    ['para', `${para.paraId} ${printable(para.name)}`],
    ['condition', `${para.condition.is}: ${printable(para.condition.sentence)}`],
    ['state', para.state],
    ['head', observation?.head ? `${observation.head.number} ${observation.head.hash}` : null],
    ['code', observation?.currentCodeHash ?? null],
    ['pending code', observation?.futureCodeHash ?? null],
    ['lifecycle', observation?.lifecycle ?? null],
    ['stall age', stall?.age === null || stall === null ? null : blocksAndHours(stall.age)],
    ['relay', stall === null ? null : stall.relayLive ? 'finalizes' : 'does not finalize: clocks are paused'],
    ['manager', registrar === null ? null : await accountText(registrar.manager)],
    ['lock', registrar === null ? null : lockWord(registrar.locked)],
    ['cause', diagnosis && `${diagnosis.cause}: ${printable(diagnosis.sentence)}`],
    ['known by', diagnosis?.confidence === undefined ? null : CONFIDENCE_WORDS[diagnosis.confidence]],
    ['tried', triedText(para)],
    ...(diagnosis === null ? [] : diagnosisLines(diagnosis)),
    ...incidentLines(para.incident ?? null),
    ['opted in', optIn && `policy ${optIn.policy} by ${await accountText(optIn.account)}`],
    [
      'anchor',
      anchor && `head ${anchor.head.number} ${anchor.head.hash}, relay block ${anchor.relay.number}`,
    ],
    ['round', anchor && roundText(para)],
    [
      'closes',
      clock && `at ${whenText(clock.closesAt, presentOf(para))}${clock.extended ? ' (extended)' : ''}`,
    ],
    ...(await proposalLines(para, proposals, url)),
    ['approved', approved && `proposal ${approved.proposal}, code ${approved.codeHash}`],
    ...(await releaseLines(para.release)),
    ['route', route === null ? null : route.possible ? route.plan.route : 'none is possible now'],
    ...(route?.possible === false ? route.reasons.map((reason) => ['', printable(reason)] as const) : []),
    ...(route?.possible ? await planLines(route.plan, observation) : []).map((line) => ['', line] as const),
    ...readinessLines(para).map((line, index) => [index === 0 ? 'rescue' : '', line] as const),
    ['trouble', trouble && `${trouble.code}: ${printable(trouble.message)}`],
    ...para.advice.map((line) => ['advice', printable(line)] as const),
  ];
  return facts(lines);
}
