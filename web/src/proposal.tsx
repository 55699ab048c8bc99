import { printableLines } from '../../src/domain/plain-text.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import type { Proposal as ProposalOf } from '../../src/domain/round/round.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import type { ProposalTally, TallyView } from '../../src/domain/views/voting.ts';
import { addressOf } from './address.ts';
import { bytes, number } from './format.ts';
import { useNow } from './live.ts';
import { useLoaded } from './load.ts';
import {
  Badge,
  Crumbs,
  ErrorNote,
  Facts,
  Hash,
  Lines,
  PageTitle,
  Section,
  Show,
  VoterWarnings,
} from './parts.tsx';
import { client, serviceUrl } from './service.ts';
import { text } from './strings.ts';
import { TallyPanel } from './tally-panel.tsx';
import { TrialPanel } from './trial-panel.tsx';
import { useVotes } from './use-votes.ts';
import { Vote } from './vote.tsx';

interface Seen {
  readonly para: ParaStatus;
  readonly proposal: ProposalOf | null;
  readonly tally: TallyView;
  readonly policy: Policy | null;
}

async function see(paraId: number, hash: Hex): Promise<Seen> {
  const [para, proposals, tally, policy] = await Promise.all([
    client.para(paraId),
    client.proposals(paraId),
    client.tally(paraId),
    client.policy(paraId),
  ]);
  return { para, proposal: proposals.find((one) => one.hash === hash) ?? null, tally, policy };
}

export function Proposal({ paraId, hash }: { readonly paraId: number; readonly hash: Hex }) {
  const now = useNow();
  const seen = useLoaded(() => see(paraId, hash), `proposal ${hash}`, now);
  const name = seen.data?.para.name ?? `${text.para} ${paraId}`;
  return (
    <>
      <Crumbs para={{ paraId, name }} />
      <PageTitle title={text.proposalOf(name)} />
      <Show of={seen}>
        {({ para, proposal, tally, policy }) => {
          const own = tally.tallies.find((one) => one.proposal === hash);
          return proposal === null || own === undefined ? (
            <ErrorNote message={text.notFoundHelp} />
          ) : (
            <Whole para={para} proposal={proposal} own={own} tally={tally} policy={policy} now={now ?? 0} />
          );
        }}
      </Show>
    </>
  );
}

interface WholeProps {
  readonly para: ParaStatus;
  readonly proposal: ProposalOf;
  readonly own: ProposalTally;
  readonly tally: TallyView;
  readonly policy: Policy | null;
  readonly now: number;
}

function Whole({ para, proposal, own, tally, policy, now }: WholeProps) {
  const token = para.token ?? null;
  const total = tally.tallies.reduce((sum, { votes }) => sum + votes, 0);
  const sums = tally.tallies.map(({ ayes, nays, abstains }) => `${ayes} ${nays} ${abstains}`).join();
  const votes = useVotes(para.paraId, tally.roundId, total, sums);
  const isOpen = para.state === 'voting' && tally.ended === undefined && now < (tally.clock?.closesAt ?? 0);
  return (
    <>
      <VoterWarnings of={para} />
      <div class="columns">
        <div>
          <About proposal={proposal} />
          <Code proposal={proposal} />
          <TrialPanel proposal={proposal} token={token} />
        </div>
        <div>
          <TallyPanel own={own} view={tally} policy={policy} token={token} now={now} votes={votes} />
          {isOpen && policy && (
            <Vote proposal={proposal} policy={policy} token={token} cast={votes.whole ? votes.cast : null} />
          )}
          <Reproduce proposal={proposal} />
        </div>
      </div>
    </>
  );
}

function About({ proposal }: { readonly proposal: ProposalOf }) {
  const { hash, text: words, proposer, admittedAt, round } = proposal;
  return (
    <Section title={text.text} early>
      {words.trim() === '' ? (
        <p class="quiet">{text.noText}</p>
      ) : (
        <p class="words">{printableLines(words)}</p>
      )}
      <Facts
        of={[
          [text.proposer, <Hash key="proposer" value={addressOf(proposer)} what={text.proposer} />],
          [text.proposal, <Hash key="hash" value={hash} what={text.proposal} />],
          [text.admitted, text.atRelay(number(admittedAt))],
          [text.round, String(round)],
        ]}
      />
    </Section>
  );
}

function Code({ proposal }: { readonly proposal: ProposalOf }) {
  const { codeHash, codeSize, runtime, changes } = proposal;
  return (
    <Section
      title={text.codeTitle}
      note={
        <a
          class="button"
          href={`${serviceUrl}/v1/code/${codeHash}`}
          download={`${runtime.specName}-${runtime.specVersion}.wasm`}
        >
          {text.download}
        </a>
      }
    >
      <Facts
        of={[
          [text.runtime, `${runtime.specName} ${number(runtime.specVersion)}`],
          [text.size, bytes(codeSize)],
          [text.codeHash, <Hash key="code" value={codeHash} what={text.codeHash} whole />],
        ]}
      />
      <h3>{text.differs}</h3>
      {changes === undefined ? (
        <p class="quiet">{text.noChanges}</p>
      ) : changes.length === 0 ? (
        <p class="quiet">{text.noDiffers}</p>
      ) : (
        <Lines of={changes} />
      )}
    </Section>
  );
}

function Reproduce({ proposal: { codeHash, runtime } }: { readonly proposal: ProposalOf }) {
  return (
    <Section title={text.reproduce} note={<Badge tone="quiet">{runtime.specName}</Badge>}>
      <p>{text.reproduceHelp}</p>
      <pre>{`pararescue code hash FILE\n${codeHash}`}</pre>
      <p class="quiet">{text.reproduceLast}</p>
    </Section>
  );
}
