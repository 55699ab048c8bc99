import type { LivePara } from '../../src/domain/views/live.ts';
import { FleetTable } from './fleet-table.tsx';
import { duration, number } from './format.ts';
import { HeadPlot } from './head-plot.tsx';
import { useLive, useNow } from './live.ts';
import { useLoaded } from './load.ts';
import { Badge, ConditionBadge, PageTitle, type Tone, toneOf } from './parts.tsx';
import { linkTo } from './router.ts';
import { client } from './service.ts';
import { CAUSE, READINESS, text } from './strings.ts';
import { useHeads } from './use-heads.ts';

/** Paras whose heads are drawn; more would be asked for in vain by everybody who looks in. */
const MOST_PLOTS = 24;

export function Overview() {
  const { status } = useLive();
  const all = useLoaded(() => client.status(), 'status');
  if (status === null) {
    return (
      <>
        <PageTitle title={text.overview} />
        <p class="quiet">{text.loading}</p>
      </>
    );
  }
  const { paras } = status;
  const tones = paras.map(({ condition }) => toneOf(condition.is));
  const fleet = all.data?.fleet;
  return (
    <>
      <Summary tones={tones} />
      <ul class="cards" aria-label={text.watched}>
        {paras.map((para, index) => (
          <Card key={para.paraId} para={para} plotted={index < MOST_PLOTS} />
        ))}
      </ul>
      {fleet?.watches === 'all' && <FleetTable />}
    </>
  );
}

function Summary({ tones }: { readonly tones: readonly Tone[] }) {
  const count = (tone: Tone) => tones.filter((one) => one === tone).length;
  const [bad, unknown] = [count('bad'), count('warn')];
  const title =
    tones.length === 0
      ? text.noParas
      : bad > 0
        ? text.someStopped(bad, tones.length)
        : unknown > 0
          ? text.someUnknown(unknown, tones.length)
          : text.allWell(tones.length);
  return (
    <div class={`hero ${bad > 0 ? 'bad' : unknown > 0 ? 'warn' : 'good'}`} aria-live="polite">
      <PageTitle title={title} />
    </div>
  );
}

function Card({ para, plotted }: { readonly para: LivePara; readonly plotted: boolean }) {
  const { paraId, name, condition, head, age, cause, readiness, state } = para;
  const causeText =
    cause !== null && Object.hasOwn(CAUSE, cause) ? CAUSE[cause as keyof typeof CAUSE] : cause;
  return (
    <li class="card">
      <div class="card-head">
        <h2>
          <a href={linkTo.para(paraId)}>{name}</a> <span class="quiet">{paraId}</span>
        </h2>
        <ConditionBadge is={condition.is} />
      </div>
      <p class="sentence">{condition.sentence}</p>
      <dl class="figures">
        <div>
          <dt>{text.head}</dt>
          <dd>{head === null ? text.unknown : number(head)}</dd>
        </div>
        <div>
          <dt>{text.lastHead}</dt>
          <dd>{age === null ? text.unknown : text.ago(duration(age))}</dd>
        </div>
        {causeText !== null && (
          <div>
            <dt>{text.cause}</dt>
            <dd>{causeText}</dd>
          </div>
        )}
      </dl>
      {plotted && <CardPlot para={para} />}
      <div class="card-foot">
        {readiness !== null && Object.hasOwn(READINESS, readiness) && (
          <span class="quiet">{READINESS[readiness as keyof typeof READINESS]}</span>
        )}
        {state === 'voting' && (
          <a href={linkTo.para(paraId)}>
            <Badge tone="quiet">{text.voteOpen}</Badge> {text.seeVote}
          </a>
        )}
      </div>
    </li>
  );
}

function CardPlot({ para: { paraId, name, condition } }: { readonly para: LivePara }) {
  const points = useHeads(paraId);
  const now = useNow();
  return (
    <HeadPlot name={name} points={points} now={now} stopped={toneOf(condition.is) === 'bad'} height={56} />
  );
}
