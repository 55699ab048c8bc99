import type { StatedFact } from '../../src/domain/diagnosis/verdict.ts';
import { type DiagnosisView, remediesOf, warningsOf } from '../../src/domain/records/diagnosis.ts';
import { number } from './format.ts';
import { Badge, Lines, Section } from './parts.tsx';
import { CAUSE, CONFIDENCE, text } from './strings.ts';

/** Why it stopped, what that rests on, and what helps. */
export function Diagnosis({ of, now }: { readonly of: DiagnosisView; readonly now: number }) {
  const { cause, sentence, confidence, facts = [], also = [], unknown = [], triedAt } = of;
  const [helps, avoid] = [remediesOf(of), warningsOf(of)];
  return (
    <Section
      title={text.diagnosis}
      note={
        confidence && (
          <Badge tone={confidence === 'inferred' || confidence === 'told' ? 'warn' : 'good'}>
            {CONFIDENCE[confidence]}
          </Badge>
        )
      }
    >
      <p class="lead">
        <strong>{CAUSE[cause]}.</strong> {sentence}
      </p>
      {helps.length > 0 && (
        <>
          <h3>{text.helps}</h3>
          <Lines of={helps} />
        </>
      )}
      {avoid.length > 0 && (
        <>
          <h3>{text.avoid}</h3>
          <Lines of={avoid} />
        </>
      )}
      {facts.length > 0 && (
        <details>
          <summary>{text.because}</summary>
          <ul class="evidence">
            {facts.map((fact) => (
              <Fact key={`${fact.what}${fact.where}`} fact={fact} />
            ))}
          </ul>
        </details>
      )}
      {also.length > 0 && (
        <details>
          <summary>{text.also}</summary>
          <Lines
            of={also.map(
              (found) => `${CAUSE[found.cause]}: ${found.sentence} (${CONFIDENCE[found.confidence]})`,
            )}
          />
        </details>
      )}
      {unknown.length > 0 && (
        <details>
          <summary>{text.notKnown}</summary>
          <Lines of={unknown} />
        </details>
      )}
      {triedAt !== undefined && (
        <p class="quiet">{triedAt === null ? text.notTried : text.triedAt(number(Math.min(triedAt, now)))}</p>
      )}
    </Section>
  );
}

function Fact({ fact }: { readonly fact: StatedFact }) {
  const { what, where, value, relayBlock, paraBlock, confidence } = fact;
  const places = [
    where,
    ...(relayBlock === null ? [] : [text.atRelay(number(relayBlock))]),
    ...(paraBlock === null ? [] : [text.atPara(number(paraBlock))]),
  ];
  return (
    <li>
      <span>
        {what}: <b>{value}</b>
      </span>
      <span class="quiet">
        {places.join(', ')} · {CONFIDENCE[confidence]}
      </span>
    </li>
  );
}
