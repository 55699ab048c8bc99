import type { Token } from '../../src/domain/amount.ts';
import { failingPlace } from '../../src/domain/diagnosis/trial.ts';
import type { Proposal } from '../../src/domain/round/round.ts';
import type { ProposalTrial, TrialSummary } from '../../src/domain/trial/proposal-trial.ts';
import { number, percent } from './format.ts';
import { useLoaded } from './load.ts';
import { Badge, Facts, Hash, Lines, Section, Show } from './parts.tsx';
import { client } from './service.ts';
import { StateChanges } from './state-changes.tsx';
import { OUTCOME, text } from './strings.ts';

const TONE = { accepted: 'good', failed: 'bad', untried: 'warn' } as const;

/** What came of building blocks with the proposed code on the last head, and what it changes. */
export function TrialPanel({
  proposal,
  token,
}: {
  readonly proposal: Proposal;
  readonly token: Token | null;
}) {
  const { trial } = proposal;
  return (
    <Section
      title={text.trial}
      note={trial && <Badge tone={TONE[trial.outcome]}>{OUTCOME[trial.outcome]}</Badge>}
    >
      <p class="lead">{trial?.sentence ?? text.trialNone}</p>
      {trial && trial.outcome !== 'untried' && <Whole proposal={proposal} summary={trial} token={token} />}
    </Section>
  );
}

function Whole(props: {
  readonly proposal: Proposal;
  readonly summary: TrialSummary;
  readonly token: Token | null;
}) {
  const { paraId, hash } = props.proposal;
  const trial = useLoaded(() => client.trial(paraId, hash), `trial ${hash}`);
  return <Show of={trial}>{(found) => <Details of={found} token={props.token} />}</Show>;
}

function Details({
  of: { report, difference },
  token,
}: {
  readonly of: ProposalTrial;
  readonly token: Token | null;
}) {
  const { head, code, shortcuts, warnings, verdict, blocks, maxPovBytes } = report;
  const label = code.version ? `${code.version.specName} ${code.version.specVersion}` : text.unknown;
  return (
    <>
      {verdict.kind === 'failed' && (
        <div class="note bad">
          <strong>
            {text.trialBlock} {verdict.block}: {failingPlace(verdict)}
          </strong>
          <p>{verdict.words}</p>
          {verdict.known && <p>{verdict.known.helps}</p>}
          {verdict.logs.length > 0 && <Lines of={verdict.logs} />}
        </div>
      )}
      {warnings.length > 0 && (
        <div class="note warn">
          <Lines of={warnings} />
        </div>
      )}
      {difference && <StateChanges of={difference} token={token} />}
      <details>
        <summary>{text.trialBuiltBy}</summary>
        <Facts
          of={[
            [text.trialBuiltBy, label],
            [
              text.trialOn,
              <>
                {number(head.number)} <Hash value={head.hash} what={text.head} />
              </>,
            ],
            [text.trialGiven, shortcuts.length > 0 && shortcuts.join('; ')],
          ]}
        />
        {blocks.length > 0 && (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{text.trialBlock}</th>
                  <th scope="col">{text.trialExtrinsics}</th>
                  <th scope="col">{text.trialProof}</th>
                  <th scope="col">{text.trialMessages}</th>
                </tr>
              </thead>
              <tbody>
                {blocks.map((block) => (
                  <tr key={block.number}>
                    <td>{number(block.number)}</td>
                    <td>{block.extrinsics}</td>
                    <td>{text.ofLimit(percent((block.povBytes * 100) / maxPovBytes))}</td>
                    <td>{block.upwardMessages + block.horizontalMessages}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </details>
    </>
  );
}
