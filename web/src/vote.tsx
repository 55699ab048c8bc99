import { useState } from 'preact/hooks';
import type { Token } from '../../src/domain/amount.ts';
import { messageOf } from '../../src/domain/errors.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import {
  type ActSignature,
  CHOICES,
  type Choice,
  type CountedVote,
  type Proposal,
} from '../../src/domain/round/round.ts';
import { voteText } from '../../src/voting/ballots/texts.ts';
import { addressOf } from './address.ts';
import { ChooseSigner, type Signer } from './choose-signer.tsx';
import { Cold, Together } from './cold.tsx';
import { number } from './format.ts';
import { Amount, Hash, Section } from './parts.tsx';
import { PowerLine } from './power.tsx';
import { client } from './service.ts';
import { CHOICE, text } from './strings.ts';
import type { CastVote } from './use-votes.ts';

export interface VoteProps {
  readonly proposal: Proposal;
  readonly policy: Policy;
  readonly token: Token | null;
  /** Every vote of the round, or null where there are too many to have them all, or they are still on their way. */
  readonly cast: readonly CastVote[] | null;
}

/** From the wallet to the vote that counts. */
export function Vote(props: VoteProps) {
  const [signer, setSigner] = useState<Signer | null>(null);
  const [counted, setCounted] = useState<CountedVote | null>(null);
  return (
    <Section title={text.vote} early>
      {counted !== null ? (
        <Counted vote={counted} token={props.token} onAgain={() => setCounted(null)} />
      ) : signer === null ? (
        <ChooseSigner
          accountBytes={props.proposal.proposer.length === 42 ? 20 : 32}
          mapping={props.policy.signers?.ethereum}
          onChosen={setSigner}
        />
      ) : (
        <Ballot
          {...props}
          key={signer.account}
          signer={signer}
          onCounted={setCounted}
          onOther={() => setSigner(null)}
        />
      )}
    </Section>
  );
}

function Counted(props: {
  readonly vote: CountedVote;
  readonly token: Token | null;
  readonly onAgain: () => void;
}) {
  const { choice, power, collator, admittedAt, account } = props.vote;
  return (
    <div class="note good" role="status">
      <strong>{text.counted}</strong>
      <p>
        {CHOICE[choice]}, <Amount planck={power} token={props.token} /> {collator && text.asCollator} ·{' '}
        {text.atRelay(number(admittedAt))}
      </p>
      <p>
        <Hash value={addressOf(account)} what={text.account} />
      </p>
      <button type="button" onClick={props.onAgain}>
        {text.changeVote}
      </button>
    </div>
  );
}

function Ballot(
  props: VoteProps & {
    readonly signer: Signer;
    readonly onCounted: (vote: CountedVote) => void;
    readonly onOther: () => void;
  },
) {
  const { proposal, policy, token, cast, signer, onCounted, onOther } = props;
  const [choice, setChoice] = useState<Choice | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  // Without the list of votes a number that grows with time is larger than any before.
  const [fallback] = useState(() => Math.floor(Date.now() / 1000));
  const before = cast?.find(({ account }) => account === signer.account) ?? null;
  const sequence = cast === null ? fallback : (before?.sequence ?? 0) + 1;
  const { relayGenesis, paraId, anchor, round, roundId, hash } = proposal;
  const ballot =
    choice === null
      ? null
      : {
          relayGenesis,
          paraId,
          anchor,
          round,
          roundId,
          proposal: hash,
          choice,
          account: signer.account,
          sequence,
        };
  const words = ballot === null ? null : voteText(ballot);
  const send = async (signature: ActSignature) => {
    if (ballot !== null) onCounted(await client.vote({ ...ballot, ...forAccount(signer, signature) }));
  };
  const act = (doing: Promise<void>) => {
    setBusy(true);
    setProblem(null);
    doing.catch((error: unknown) => setProblem(messageOf(error))).finally(() => setBusy(false));
  };
  const { sign, scheme, multisig } = signer;
  const isMapped = policy.signers?.ethereum !== undefined;
  return (
    <>
      <p class="signer">
        {signer.name && <b>{signer.name} </b>}
        <Hash value={addressOf(signer.account)} what={text.account} />{' '}
        <button type="button" onClick={onOther}>
          {text.otherAccount}
        </button>
      </p>
      {signer.as && (
        <p class="quiet">
          {text.signedAs} <Hash value={addressOf(signer.as)} what={text.account} />
        </p>
      )}
      <PowerLine paraId={paraId} account={signer.account} policy={policy} token={token} anchor={anchor} />
      {before && <p class="quiet">{text.votedBefore(CHOICE[before.choice], before.proposal === hash)}</p>}
      <fieldset>
        <legend>{text.choose}</legend>
        {CHOICES.map((one) => (
          <label key={one} class={choice === one ? 'choice chosen' : 'choice'}>
            <input
              type="radio"
              name="choice"
              value={one}
              checked={choice === one}
              onChange={() => setChoice(one)}
            />
            {CHOICE[one]}
          </label>
        ))}
      </fieldset>
      {words !== null && (
        <details open={!sign}>
          <summary>{text.whatYouSign}</summary>
          <pre>{words}</pre>
        </details>
      )}
      {words !== null && sign && scheme && (
        <button
          type="button"
          class="main"
          disabled={busy}
          onClick={() => act(sign(words).then((signature) => send({ signature, scheme })))}
        >
          {busy ? text.signing : text.signAndSend}
        </button>
      )}
      {words !== null && !sign && !multisig && (
        <Cold
          words={words}
          account={signer.as ?? signer.account}
          isMapped={isMapped}
          busy={busy}
          onSigned={(signature) => act(send(signature))}
        />
      )}
      {words !== null && multisig && (
        <Together
          words={words}
          multisig={multisig}
          keys={signer.keys ?? []}
          isMapped={isMapped}
          busy={busy}
          onSigned={(signature) => act(send(signature))}
        />
      )}
      {problem !== null && (
        <p class="warn-text" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** A proxy's own signature says whose it is. */
function forAccount({ as }: Signer, signature: ActSignature): ActSignature {
  return as !== undefined && 'signature' in signature
    ? { multisig: null, signatures: [{ account: as, ...signature }] }
    : signature;
}
