import type { Check, Readiness as ReadinessOf } from '../../src/domain/readiness/readiness.ts';
import { number } from './format.ts';
import { Badge, Section, type Tone } from './parts.tsx';
import { CHECK_RESULT, READINESS, text } from './strings.ts';

const TONE = {
  ready: 'good',
  'not-ready': 'bad',
  unknown: 'warn',
  'not-asked': 'quiet',
} as const satisfies Record<ReadinessOf['result'], Tone>;
const CHECK_TONE = {
  ok: 'good',
  warning: 'warn',
  obstacle: 'bad',
  unknown: 'warn',
} as const satisfies Record<Check['result'], Tone>;
const ORDER = ['obstacle', 'unknown', 'warning'] as const;

/** Whether the allowed routes would work now, and what to mend. */
export function Readiness({ of }: { readonly of: ReadinessOf | null }) {
  if (of === null) {
    return (
      <Section title={text.readiness}>
        <p class="quiet">{text.notLooked}</p>
      </Section>
    );
  }
  const { result, routes, impossible, checks } = of;
  const wrong = ORDER.flatMap((kind) => checks.filter((check) => check.result === kind));
  const well = checks.filter((check) => check.result === 'ok');
  return (
    <Section title={text.readiness} note={<Badge tone={TONE[result]}>{READINESS[result]}</Badge>}>
      {impossible !== null && (
        <div class="note bad">
          <strong>{text.impossible}</strong>
          <p>{impossible}</p>
        </div>
      )}
      <ul class="plain">
        {routes.map(({ route, result: its }) => (
          <li key={route}>
            {text.route} {route} <Badge tone={TONE[its]}>{READINESS[its]}</Badge>
          </li>
        ))}
      </ul>
      <ul class="checks">
        {wrong.map((check) => (
          <CheckLine key={`${check.check}${check.sentence}`} of={check} />
        ))}
      </ul>
      {well.length > 0 && (
        <details>
          <summary>{text.wellChecks(well.length)}</summary>
          <ul class="checks">
            {well.map((check) => (
              <CheckLine key={`${check.check}${check.sentence}`} of={check} />
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

function CheckLine({ of: { check, result, sentence, fix, since } }: { readonly of: Check }) {
  return (
    <li>
      <div>
        <Badge tone={CHECK_TONE[result]}>{CHECK_RESULT[result]}</Badge> <b>{check}</b>
        {result !== 'ok' && <span class="quiet"> {text.since(number(since))}</span>}
      </div>
      <p>{sentence}</p>
      {fix !== null && (
        <p class="fix">
          <b>{text.fix}:</b> {fix}
        </p>
      )}
    </li>
  );
}
