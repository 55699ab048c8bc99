import { useMemo, useState } from 'preact/hooks';
import { encodeText } from '../../src/bytes/bytes.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import type { Handover } from '../../src/domain/chain/handover.ts';
import { messageOf } from '../../src/domain/errors.ts';
import type { OptionStep, RouteOption } from '../../src/domain/route/option.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { addressOf } from './address.ts';
import { blocks, number, time } from './format.ts';
import { useNow } from './live.ts';
import { useLoaded } from './load.ts';
import { Badge, Crumbs, Facts, Hash, Lines, PageTitle, Section, Show } from './parts.tsx';
import { QrCodes } from './qr.tsx';
import { client, serviceUrl } from './service.ts';
import { OPTION_RESULT, STATE, text } from './strings.ts';

/** Relay blocks between two plans: each one reads several chains. */
const PLAN_BLOCKS = 50;
/** Events of the log that are shown, the newest ones. */
const MOST_EVENTS = 50;
/** Digits of a call that phones still read from a screen. */
const MOST_SCANNED = 1_500;

/** For whoever runs the service: what can be done, what has to be signed elsewhere, and having it go on. */
export function Operator({ paraId }: { readonly paraId: number }) {
  // Here only: nothing of the browser keeps it, and it is gone with the page.
  const [token, setToken] = useState<string | null>(null);
  const now = useNow();
  const para = useLoaded(() => client.para(paraId), `para ${paraId}`, now);
  const name = para.data?.name ?? `${text.para} ${paraId}`;
  return (
    <>
      <Crumbs para={{ paraId, name }} />
      <PageTitle title={text.operatorTitle(name)} />
      {token === null ? (
        <TokenForm onToken={setToken} />
      ) : (
        <Show of={para}>
          {(found) => <Corner para={found} token={token} now={now ?? 0} onLeave={() => setToken(null)} />}
        </Show>
      )}
    </>
  );
}

function TokenForm({ onToken }: { readonly onToken: (token: string) => void }) {
  const [typed, setTyped] = useState('');
  return (
    <Section title={text.operatorToken}>
      <p>{text.operatorHelp}</p>
      <label class="field">
        {text.operatorToken}
        <input
          type="password"
          autocomplete="off"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && typed.trim() !== '') onToken(typed.trim());
          }}
        />
      </label>
      <div class="actions">
        <button
          type="button"
          class="main"
          disabled={typed.trim() === ''}
          onClick={() => onToken(typed.trim())}
        >
          {text.next}
        </button>
      </div>
    </Section>
  );
}

function Corner(props: {
  readonly para: ParaStatus;
  readonly token: string;
  readonly now: number;
  readonly onLeave: () => void;
}) {
  const { para, token, now, onLeave } = props;
  return (
    <div class="columns">
      <div>
        <HandoverPanel paraId={para.paraId} now={now} />
        <PlanPanel paraId={para.paraId} now={now} />
      </div>
      <div>
        <RetryPanel para={para} token={token} onLeave={onLeave} />
        <LogPanel para={para} />
      </div>
    </div>
  );
}

function RetryPanel(props: {
  readonly para: ParaStatus;
  readonly token: string;
  readonly onLeave: () => void;
}) {
  const { para, token, onLeave } = props;
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly words: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const retry = (newRound: boolean) => {
    if (newRound && !confirm(text.newRoundSure)) return;
    setBusy(true);
    createServiceClient(serviceUrl, { operatorToken: token })
      .retry(para.paraId, { newRound })
      .then(
        () => setSaid({ ok: true, words: text.retried }),
        (error: unknown) => setSaid({ ok: false, words: messageOf(error) }),
      )
      .finally(() => setBusy(false));
  };
  const words = STATE[para.state];
  return (
    <Section title={text.goOn} early>
      {words && (
        <p>
          <strong>{words.title}.</strong> {words.next}
        </p>
      )}
      <div class="actions">
        <button type="button" class="main" disabled={busy} onClick={() => retry(false)}>
          {text.retry}
        </button>
        <button type="button" disabled={busy} onClick={() => retry(true)}>
          {text.newRound}
        </button>
      </div>
      {said && (
        <p class={said.ok ? 'good-text' : 'warn-text'} role="alert">
          {said.words}
        </p>
      )}
      <button type="button" onClick={onLeave}>
        {text.forgetToken}
      </button>
    </Section>
  );
}

function HandoverPanel({ paraId, now }: { readonly paraId: number; readonly now: number }) {
  const waiting = useLoaded(() => client.handover(paraId), `handover ${paraId}`, now);
  return (
    <Section title={text.handover} early>
      {waiting.error?.code === 'RESCUE_STATE_REFUSES' ? (
        <p class="quiet">
          {text.noHandover} {waiting.error.message}
        </p>
      ) : (
        <Show of={waiting}>{(call) => <Call of={call} paraId={paraId} />}</Show>
      )}
    </Section>
  );
}

function Call({ of, paraId }: { readonly of: Handover; readonly paraId: number }) {
  const { title, effect, chain, method, callHash, length, data, by, multisig, link, hints, commands } = of;
  const codes = useMemo(
    () => [
      ...(link === null || link.length > MOST_SCANNED
        ? []
        : [{ content: encodeText(link), says: text.qrOfLink }]),
      ...(data.length > MOST_SCANNED ? [] : [{ content: encodeText(data), says: text.qrOfData }]),
      { content: encodeText(callHash), says: text.qrOfHash },
    ],
    [link, data, callHash],
  );
  return (
    <>
      <p>
        <strong>{title}.</strong> {effect}
      </p>
      <Facts
        of={[
          [text.call, <code key="call">{method}</code>],
          [text.madeOn, chain],
          [text.callHash, <Hash key="hash" value={callHash} what={text.callHash} whole />],
          [text.size, `${number(length)} bytes`],
          [text.signedBy, by && <Hash value={addressOf(by)} what={text.signedBy} />],
          [text.approvals, multisig && text.approvalsOf(multisig.approvals.length, multisig.threshold)],
        ]}
      />
      <div class="actions">
        <a
          class="button main"
          href={`${serviceUrl}/v1/paras/${paraId}/handover`}
          download={`handover-${paraId}.json`}
        >
          {text.downloadCall}
        </a>
        {link !== null && (
          <a class="button" href={link} rel="noreferrer noopener" target="_blank">
            {text.openInApps}
          </a>
        )}
      </div>
      <QrCodes of={codes} />
      {hints.length > 0 && <Lines of={hints} />}
      {commands.map(({ command }) => (
        <pre key={command}>{command}</pre>
      ))}
    </>
  );
}

const TONE = { works: 'good', needs: 'warn', unknown: 'warn', refused: 'bad', 'not-here': 'quiet' } as const;

function PlanPanel({ paraId, now }: { readonly paraId: number; readonly now: number }) {
  const plan = useLoaded(() => client.plan(paraId), `plan ${paraId}`, Math.floor(now / PLAN_BLOCKS));
  return (
    <Section title={text.plan}>
      <Show of={plan}>
        {({ options, codeMust, relay }) => (
          <>
            <p class="quiet">{text.atRelay(number(relay.number))}</p>
            {codeMust.length > 0 && (
              <>
                <h3>{text.codeMust}</h3>
                <Lines of={codeMust} />
              </>
            )}
            {options.map((option) => (
              <Way key={option.way} of={option} />
            ))}
          </>
        )}
      </Show>
    </Section>
  );
}

function Way({ of }: { readonly of: RouteOption }) {
  const { way, result, summary, reasons, helps, steps, expectedBlocks, waitsFor, costs, risks } = of;
  return (
    <details class="past">
      <summary>
        <b>{way}</b> <Badge tone={TONE[result]}>{OPTION_RESULT[result]}</Badge>
      </summary>
      <p>{summary}</p>
      {reasons.length > 0 && <Lines of={reasons} />}
      {helps.length > 0 && (
        <>
          <h3>{text.helps}</h3>
          <Lines of={helps} />
        </>
      )}
      {steps.length > 0 && (
        <ol class="lines">
          {steps.map((step) => (
            <Step key={`${step.title}${step.chain}`} of={step} />
          ))}
        </ol>
      )}
      <Facts
        of={[
          [text.takes, expectedBlocks !== null && blocks(expectedBlocks)],
          [text.waitsFor, waitsFor],
          [
            text.costs,
            costs.length > 0 && costs.map(({ what, text: words }) => `${what}: ${words}`).join('; '),
          ],
        ]}
      />
      {risks.length > 0 && (
        <>
          <h3>{text.risks}</h3>
          <Lines of={risks} />
        </>
      )}
    </details>
  );
}

function Step({ of: { title, chain, origin, call } }: { readonly of: OptionStep }) {
  return (
    <li>
      {title}
      <p class="quiet">{[chain, origin, call?.method].filter((part) => part).join(' · ')}</p>
      {call?.hash && (
        <p class="quiet">
          {text.callHash} <Hash value={call.hash} what={text.callHash} />
        </p>
      )}
    </li>
  );
}

/** What was done in the last incident, newest first. */
function LogPanel({ para }: { readonly para: ParaStatus }) {
  const number_ = para.incident?.number ?? null;
  const log = useLoaded(
    async () => (number_ === null ? [] : (await client.incident(number_)).acts.entries),
    `log ${number_}`,
    `${para.state} ${para.observation?.relay.number}`,
  );
  return (
    <Section title={text.log}>
      <Show of={log}>
        {(entries) =>
          entries.length === 0 ? (
            <p class="quiet">{text.noLog}</p>
          ) : (
            <ol class="timeline">
              {entries
                .toReversed()
                .slice(0, MOST_EVENTS)
                .map(({ event, at, type, message, extrinsic, relayBlock }) => (
                  <li key={`${event} ${at} ${type}`}>
                    <time dateTime={new Date(at).toISOString()}>{time(at)}</time>
                    <div>
                      <b>{type}</b> {message}
                      <p class="quiet">
                        {relayBlock !== null && text.atRelay(number(relayBlock))}{' '}
                        {extrinsic !== null && <Hash value={extrinsic} what={text.extrinsic} />}
                      </p>
                    </div>
                  </li>
                ))}
            </ol>
          )
        }
      </Show>
    </Section>
  );
}
