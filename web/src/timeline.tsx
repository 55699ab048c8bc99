import type { ComponentChildren } from 'preact';
import type { Incident, Moment } from '../../src/domain/incidents/incident.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { duration, number, time, timeOfBlock } from './format.ts';
import { useLoaded } from './load.ts';
import { Section, Show, type Tone } from './parts.tsx';
import { client } from './service.ts';
import { CAUSE, ROUND_RESULT, STATE, text } from './strings.ts';

interface Entry {
  readonly at: number;
  readonly relayBlock: number | null;
  readonly title: string;
  readonly detail?: ComponentChildren;
  readonly tone?: Tone;
}

/** The incident that is open, or the last one, from the last head to what comes next. */
export function Timeline({ para, now }: { readonly para: ParaStatus; readonly now: number }) {
  const number_ = para.incident?.number ?? null;
  if (number_ === null) return null;
  return <Story para={para} incidentNumber={number_} now={now} />;
}

function Story(props: { readonly para: ParaStatus; readonly incidentNumber: number; readonly now: number }) {
  const { para, incidentNumber, now } = props;
  const incident = useLoaded(() => client.incident(incidentNumber), `incident ${incidentNumber}`, now);
  const coming = para.incident?.end === null ? comingOf(para, now) : [];
  return (
    <Section title={text.timeline}>
      <Show of={incident}>{(found) => <IncidentStory of={found} />}</Show>
      {coming.length > 0 && (
        <>
          <h3>{text.timelineNext}</h3>
          <ol class="timeline next">
            {coming.map(({ block, title }) => (
              <li key={title}>
                <time>{text.inAbout(duration(block - now))}</time>
                <div>
                  {title}
                  <p class="quiet">
                    {time(timeOfBlock(block, now))} · {text.atRelay(number(block))}
                  </p>
                </div>
              </li>
            ))}
          </ol>
        </>
      )}
    </Section>
  );
}

/** What the clocks of the round and of the relay chain say of the future. */
function comingOf(para: ParaStatus, now: number): { readonly block: number; readonly title: string }[] {
  const { clock, state, observation } = para;
  const upgrade = observation?.futureCodeUpgradeAt ?? observation?.futureCodeUpgrade ?? null;
  return [
    ...(clock && state === 'voting'
      ? [{ block: clock.closesAt, title: clock.extended ? text.closesExtended : text.closes }]
      : []),
    ...(upgrade === null ? [] : [{ block: upgrade, title: text.upgradeApplies }]),
  ]
    .filter(({ block }) => block > now)
    .toSorted((a, b) => a.block - b.block);
}

export function IncidentStory({ of }: { readonly of: Incident }) {
  const entries = entriesOf(of);
  const leftOut = of.acts.leftOut + of.beliefs.leftOut + of.rounds.leftOut + of.blind.leftOut;
  return (
    <>
      <ol class="timeline">
        {entries.map(({ at, relayBlock, title, detail, tone }) => (
          <li key={`${at} ${title}`} class={tone}>
            <time dateTime={new Date(at).toISOString()}>{time(at)}</time>
            <div>
              {title}
              {detail && <p>{detail}</p>}
              {relayBlock !== null && <p class="quiet">{text.atRelay(number(relayBlock))}</p>}
            </div>
          </li>
        ))}
      </ol>
      {leftOut > 0 && <p class="quiet">{text.leftOut(leftOut)}</p>}
    </>
  );
}

function entriesOf(incident: Incident): Entry[] {
  const { onset, noticed, proven, beliefs, blind, rounds, acts, enacted, end } = incident;
  const at = (moment: Moment, title: string, more: Partial<Entry> = {}): Entry => ({
    at: moment.at,
    relayBlock: moment.relayBlock,
    title,
    ...more,
  });
  const causes: Readonly<Record<string, string>> = CAUSE;
  const entries = [
    at(
      { at: onset.at ?? noticed.at, relayBlock: onset.relayBlock },
      onset.head === null ? text.lastHeadUnknown : text.lastHeadCame(number(onset.head.number)),
      onset.witnessed || onset.at === null ? {} : { detail: text.about(time(onset.at)) },
    ),
    at(noticed, text.noticed, { tone: 'bad', ...(proven === null && { detail: text.notProven }) }),
    ...beliefs.entries.map((belief) =>
      at(belief, text.believed(causes[belief.cause] ?? belief.cause), { detail: belief.sentence }),
    ),
    ...blind.entries.map(({ from, why }) => at(from, text.notSeen, { detail: why, tone: 'warn' })),
    ...rounds.entries.flatMap(({ round, opened, ended, result }) => [
      at(opened, text.roundOpened(round)),
      ...(ended === null
        ? []
        : [
            at(ended, text.roundEnded(round, ROUND_RESULT[result]), {
              tone: result === 'approved' ? 'good' : 'warn',
            }),
          ]),
    ]),
    ...acts.entries.map((act) => at(act, act.type === 'state-changed' ? inWords(act.message) : act.message)),
    ...(enacted === null ? [] : [at(enacted, text.enacted, { tone: 'good' })]),
    ...(end === null ? [] : [at(end, endTitle(end), { tone: 'good' })]),
  ];
  return entries.toSorted((a, b) => a.at - b.at);
}

/** `stalled → optInRescue` by the names that the page has for states. */
function inWords(change: string): string {
  return change.replace(/[a-zA-Z.]+/g, (state) => STATE[state]?.title ?? state);
}

function endTitle({ why, head }: NonNullable<Incident['end']>): string {
  if (why === 'recovered') return text.recovered(head === null ? text.unknown : number(head.number));
  return why === 'refuted' ? text.refuted : text.left;
}
