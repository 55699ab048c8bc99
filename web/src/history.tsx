import { shownAge } from '../../src/domain/chain/sight.ts';
import { causeOf, type Incident } from '../../src/domain/incidents/incident.ts';
import { number, time } from './format.ts';
import { useLoaded } from './load.ts';
import { Section, Show } from './parts.tsx';
import { client } from './service.ts';
import { CAUSE, ROUND_RESULT, text } from './strings.ts';
import { IncidentStory } from './timeline.tsx';

/** Incidents that are asked for at first. */
const MOST = 20;

export function History({ paraId, version }: { readonly paraId: number; readonly version: number }) {
  const incidents = useLoaded(() => client.incidents(paraId, MOST), `incidents ${paraId}`, version);
  return (
    <Section title={text.history}>
      <Show of={incidents}>
        {(found) =>
          found.length === 0 ? (
            <p class="quiet">{text.noHistory}</p>
          ) : (
            found.map((incident) => <Past key={incident.number} of={incident} />)
          )
        }
      </Show>
    </Section>
  );
}

function Past({ of }: { readonly of: Incident }) {
  const { number: its, onset, noticed, end, rounds } = of;
  const cause = causeOf(of)?.cause ?? null;
  const causes: Readonly<Record<string, string>> = CAUSE;
  const result = rounds.entries.at(-1)?.result;
  return (
    <details class="past">
      <summary>
        <b>
          {text.incident} {number(its)}
        </b>
        <span>{time(onset.at ?? noticed.at)}</span>
        <span>{cause === null ? text.unknown : (causes[cause] ?? cause)}</span>
        <span>
          {text.lasted} {shownAge((end?.at ?? Date.now()) - (onset.at ?? noticed.at))}
        </span>
        <span>{result ? text.roundEnded(rounds.entries.at(-1)?.round ?? 0, ROUND_RESULT[result]) : ''}</span>
        <span>
          {end === null
            ? text.open
            : end.why === 'recovered'
              ? text.recovered(number(end.head?.number ?? 0))
              : end.why}
        </span>
      </summary>
      <IncidentStory of={of} />
    </details>
  );
}
