import { useRef, useState } from 'preact/hooks';
import { isHex } from '../../src/bytes/hex.ts';
import { messageOf } from '../../src/domain/errors.ts';
import type { CheckedPoint, EvidenceReport } from '../../src/voting/evidence/points.ts';
import { verifyInWorker } from './ask-worker.ts';
import { bytes, number } from './format.ts';
import { useLive } from './live.ts';
import { Badge, Crumbs, ErrorNote, Facts, Hash, PageTitle, Section } from './parts.tsx';
import { serviceUrl } from './service.ts';
import { DECISION, POINT_STATUS, text } from './strings.ts';

type Check =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'working';
      readonly bytes: number;
      readonly total: number | null;
      readonly votes: number;
    }
  | { readonly kind: 'done'; readonly report: EvidenceReport }
  | { readonly kind: 'failed'; readonly message: string };

/** Recomputes a vote from its evidence, here, and says point by point what holds. */
export function Verify({ paraId }: { readonly paraId: number | null }) {
  const [check, setCheck] = useState<Check>({ kind: 'idle' });
  const [relayBlock, setRelayBlock] = useState('');
  const running = useRef<AbortController | null>(null);
  const { status } = useLive();
  const start = (evidence: Blob | string) => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    setCheck({ kind: 'working', bytes: 0, total: null, votes: 0 });
    const known = relayBlock.trim().toLowerCase();
    const trusted = isHex(known) && known.length === 66 ? { relayBlock: known } : {};
    verifyInWorker({ evidence, trusted }, stop.signal, (told) => setCheck({ ...told, kind: 'working' })).then(
      (report) => setCheck({ kind: 'done', report }),
      (error: unknown) => {
        if (!stop.signal.aborted) setCheck({ kind: 'failed', message: messageOf(error) });
      },
    );
  };
  const paras = (status?.paras ?? []).filter((para) => paraId === null || para.paraId === paraId);
  return (
    <>
      <Crumbs />
      <PageTitle title={text.verifyTitle} />
      <div class="columns">
        <div>
          <Section title={text.evidence} early>
            <p>{text.verifyHelp}</p>
            <DropZone onFile={start} />
            <div class="actions">
              {paras.map((para) => (
                <button
                  type="button"
                  key={para.paraId}
                  onClick={() => start(`${serviceUrl}/v1/paras/${para.paraId}/evidence`)}
                >
                  {text.takeEvidence(para.name)}
                </button>
              ))}
            </div>
            <label class="field">
              {text.trustedBlock}
              <input
                type="text"
                value={relayBlock}
                spellcheck={false}
                placeholder="0x…"
                onInput={(event) => setRelayBlock(event.currentTarget.value)}
              />
              <span class="quiet">{text.trustedBlockHelp}</span>
            </label>
          </Section>
        </div>
        <div>
          <div aria-live="polite">
            {check.kind === 'working' && (
              <Section title={text.working}>
                <progress
                  aria-label={text.working}
                  {...(check.total !== null && { value: check.bytes, max: check.total })}
                />
                <p>{text.workingOn(bytes(check.bytes), number(check.votes))}</p>
              </Section>
            )}
            {check.kind === 'failed' && <ErrorNote message={check.message} />}
            {check.kind === 'done' && <Report of={check.report} />}
          </div>
        </div>
      </div>
    </>
  );
}

function DropZone({ onFile }: { readonly onFile: (file: File) => void }) {
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is one way more; the input below is the one for everybody.
    <div
      class={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file) onFile(file);
      }}
    >
      <label>
        {text.dropEvidence}
        <input
          type="file"
          accept=".jsonl,.ndjson,.json"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) onFile(file);
          }}
        />
      </label>
    </div>
  );
}

const TONE = { holds: 'good', fails: 'bad', 'not covered': 'warn' } as const;

function Report({ of: { points, failed, result } }: { readonly of: EvidenceReport }) {
  return (
    <>
      <div class={`hero ${failed === null ? 'good' : 'bad'}`}>
        <h2>{failed === null ? text.allHolds : text.doesNotHold}</h2>
        <p>{failed === null ? text.allHoldsHelp : text.doesNotHoldHelp}</p>
      </div>
      {result && (
        <Section title={text.result}>
          <Facts
            of={[
              [text.decision, DECISION[result.decision.kind]],
              [
                text.proposal,
                result.decision.kind === 'approved' && (
                  <Hash value={result.decision.proposal} what={text.proposal} />
                ),
              ],
              [text.codeHash, result.codeHash && <Hash value={result.codeHash} what={text.codeHash} />],
              [text.para, String(result.paraId)],
              [text.votes, number(result.votes)],
              [
                text.relayBlockHash,
                <Hash key="relay" value={result.relayBlock} what={text.relayBlockHash} />,
              ],
            ]}
          />
        </Section>
      )}
      <Section title={text.pointByPoint}>
        <ul class="checks">
          {points.map((point) => (
            <Point key={point.point} of={point} />
          ))}
        </ul>
      </Section>
    </>
  );
}

function Point({ of: { title, status, detail } }: { readonly of: CheckedPoint }) {
  return (
    <li>
      <div>
        <Badge tone={TONE[status]}>{POINT_STATUS[status]}</Badge> <b>{title}</b>
      </div>
      <p class="quiet">{detail}</p>
    </li>
  );
}
