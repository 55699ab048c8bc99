import type { ParaStatus } from '../../src/domain/views/status.ts';
import { addressOf } from './address.ts';
import { Diagnosis } from './diagnosis.tsx';
import { duration, number } from './format.ts';
import { HeadPlot } from './head-plot.tsx';
import { History } from './history.tsx';
import { useNow } from './live.ts';
import { useLoaded } from './load.ts';
import {
  ConditionBadge,
  Crumbs,
  ErrorNote,
  Facts,
  Hash,
  Lines,
  PageTitle,
  Section,
  Show,
  toneOf,
  VoterWarnings,
} from './parts.tsx';
import { PolicyWords } from './policy-words.tsx';
import { ProposalList } from './proposal-list.tsx';
import { Readiness } from './readiness.tsx';
import { linkTo } from './router.ts';
import { client } from './service.ts';
import { STATE, text } from './strings.ts';
import { Timeline } from './timeline.tsx';
import { useHeads } from './use-heads.ts';

export function Para({ paraId }: { readonly paraId: number }) {
  const now = useNow();
  const para = useLoaded(() => client.para(paraId), `para ${paraId}`, now);
  if (para.data === null) {
    return (
      <>
        <PageTitle title={`${text.para} ${paraId}`} />
        <Show of={para}>{() => null}</Show>
      </>
    );
  }
  return (
    <>
      {para.error && <ErrorNote message={para.error.message} />}
      <Whole para={para.data} now={now ?? para.data.observation?.relay.number ?? 0} />
    </>
  );
}

function Whole({ para, now }: { readonly para: ParaStatus; readonly now: number }) {
  const { paraId, name, condition, state, advice, diagnosis, readiness, optIn } = para;
  const words = STATE[state];
  const points = useHeads(paraId);
  const tone = toneOf(condition.is);
  return (
    <>
      <Crumbs />
      <div class={`hero ${tone}`}>
        <PageTitle title={name}>
          <span class="quiet">
            {text.para} {paraId}
          </span>
          <ConditionBadge is={condition.is} />
        </PageTitle>
        <p class="lead">{condition.sentence}</p>
      </div>
      <VoterWarnings of={para} />
      <div class="columns">
        <div>
          <Section title={text.whatToDo} early>
            {words && (
              <p>
                <strong>{words.title}.</strong> {words.next}
              </p>
            )}
            {advice.length === 0 ? <p class="quiet">{text.nothingToDo}</p> : <Lines of={advice} />}
            {para.trouble && (
              <div class="note warn">
                <p>{para.trouble.message}</p>
              </div>
            )}
          </Section>
          {(para.roundId !== null || para.incident?.round) && <ProposalList para={para} now={now} />}
          {diagnosis && <Diagnosis of={diagnosis} now={now} />}
          <Timeline para={para} now={now} />
        </div>
        <div>
          <Section title={text.now}>
            <NowFacts para={para} />
            <h3>{text.heads}</h3>
            <HeadPlot name={name} points={points} now={now} stopped={tone === 'bad'} height={96} labelled />
          </Section>
          <Readiness of={readiness ?? null} />
          <PolicyWords paraId={paraId} optIn={optIn} token={para.token ?? null} />
        </div>
      </div>
      <p class="quiet">
        <a href={linkTo.operator(paraId)}>{text.operator}</a>
      </p>
      <History paraId={paraId} version={para.incident?.end?.at ?? para.incident?.number ?? 0} />
    </>
  );
}

function NowFacts({ para }: { readonly para: ParaStatus }) {
  const { observation, stall, anchor } = para;
  const registrar = observation?.registrar ?? null;
  const { head = null, currentCodeHash = null, hasCore } = observation ?? {};
  return (
    <Facts
      of={[
        [
          text.head,
          head && (
            <>
              {number(head.number)} <Hash value={head.hash} what={text.head} />
            </>
          ),
        ],
        [text.lastHead, stall?.age != null && text.ago(duration(stall.age))],
        [text.code, currentCodeHash && <Hash value={currentCodeHash} what={text.code} />],
        [text.core, hasCore !== undefined && (hasCore ? text.hasCore : text.noCore)],
        [text.manager, registrar && <Hash value={addressOf(registrar.manager)} what={text.manager} />],
        [text.lock, registrar && lockWord(registrar.locked)],
        [
          text.anchor,
          anchor && `${number(anchor.head.number)} (${text.atRelay(number(anchor.relay.number))})`,
        ],
      ]}
    />
  );
}

/** Never locked is not unlocked for good. */
function lockWord(locked: boolean | null): string {
  if (locked === null) return text.neverLocked;
  return locked ? text.locked : text.unlocked;
}
