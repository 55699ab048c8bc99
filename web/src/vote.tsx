import { useEffect, useState } from 'preact/hooks';
import { encodeText } from '../../src/bytes/bytes.ts';
import { isHex, toHex } from '../../src/bytes/hex.ts';
import type { Token } from '../../src/domain/amount.ts';
import { messageOf } from '../../src/domain/errors.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import {
  CHOICES,
  type Choice,
  type CountedVote,
  type Proposal,
  SIGNATURE_SCHEMES,
  type SignatureScheme,
} from '../../src/domain/round/round.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { oneLineForm } from '../../src/voting/ballots/text-forms.ts';
import { voteText } from '../../src/voting/ballots/texts.ts';
import { accountOf, addressOf } from './address.ts';
import { number } from './format.ts';
import { Amount, Hash, Section } from './parts.tsx';
import { PowerLine } from './power.tsx';
import { client } from './service.ts';
import { CHOICE, text } from './strings.ts';
import {
  injectedWallets,
  signatureOf,
  type Wallet,
  type WalletAccount,
  watchEthereumWallets,
  withUsualEnd,
} from './wallets.ts';

export interface VoteProps {
  readonly proposal: Proposal;
  readonly policy: Policy;
  readonly token: Token | null;
  /** Every vote of the round, or null where there are too many to have them all. */
  readonly cast: readonly CountedVote[] | null;
}

/** Who signs: an account of a wallet in this browser, or one whose key is elsewhere. */
type Signer = Pick<WalletAccount, 'account'> & Partial<WalletAccount>;

/** From the wallet to the vote that counts. */
export function Vote(props: VoteProps) {
  const [signer, setSigner] = useState<Signer | null>(null);
  const [counted, setCounted] = useState<CountedVote | null>(null);
  return (
    <Section title={text.vote} early>
      {counted !== null ? (
        <Counted vote={counted} token={props.token} onAgain={() => setCounted(null)} />
      ) : signer === null ? (
        <ChooseSigner accountBytes={props.proposal.proposer.length === 42 ? 20 : 32} onChosen={setSigner} />
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

function ChooseSigner(props: {
  readonly accountBytes: 32 | 20;
  readonly onChosen: (signer: Signer) => void;
}) {
  const { accountBytes, onChosen } = props;
  const [wallets, setWallets] = useState<readonly Wallet[]>(() => injectedWallets(accountBytes));
  const [accounts, setAccounts] = useState<readonly WalletAccount[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    // Extensions may put themselves into the page after it has loaded.
    const late = setTimeout(
      () =>
        setWallets((before) => [
          ...injectedWallets(accountBytes),
          ...before.filter(({ id }) => id.includes('-') && id.length === 36),
        ]),
      1_000,
    );
    const stop =
      accountBytes === 20
        ? watchEthereumWallets((found) =>
            setWallets((before) => [...before.filter(({ id }) => id !== found.id), found]),
          )
        : () => undefined;
    return () => {
      clearTimeout(late);
      stop();
    };
  }, [accountBytes]);
  const connect = (wallet: Wallet) => {
    setProblem(null);
    wallet.accounts().then(setAccounts, (error: unknown) => setProblem(messageOf(error)));
  };
  const cold = accountOf(typed);
  const fits = cold !== null && (cold.length - 2) / 2 === accountBytes;
  return (
    <>
      <p>{text.voteHelp}</p>
      {accounts === null ? (
        <div class="actions">
          {wallets.map((wallet) => (
            <button type="button" class="main" key={wallet.id} onClick={() => connect(wallet)}>
              {text.connect(wallet.name)}
            </button>
          ))}
          {wallets.length === 0 && <p class="quiet">{text.noWallet}</p>}
        </div>
      ) : accounts.length === 0 ? (
        <p class="warn-text">{text.noAccounts}</p>
      ) : (
        <ul class="plain accounts">
          {accounts.map((account) => (
            <li key={account.account}>
              <button type="button" onClick={() => onChosen(account)}>
                <b>{account.name}</b> <code>{addressOf(account.account)}</code>
              </button>
            </li>
          ))}
        </ul>
      )}
      {problem !== null && (
        <p class="warn-text" role="alert">
          {problem}
        </p>
      )}
      <details>
        <summary>{text.cold}</summary>
        <label class="field">
          {text.coldAccount}
          <input
            type="text"
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        {typed !== '' && !fits && <p class="warn-text">{text.notAnAccount}</p>}
        <button type="button" disabled={!fits} onClick={() => cold !== null && onChosen({ account: cold })}>
          {text.next}
        </button>
      </details>
    </>
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
  const send = async (signature: Hex, scheme: SignatureScheme) => {
    if (ballot !== null) onCounted(await client.vote({ ...ballot, signature, scheme }));
  };
  const act = (doing: Promise<void>) => {
    setBusy(true);
    setProblem(null);
    doing.catch((error: unknown) => setProblem(messageOf(error))).finally(() => setBusy(false));
  };
  const { sign, scheme } = signer;
  return (
    <>
      <p class="signer">
        {signer.name && <b>{signer.name} </b>}
        <Hash value={addressOf(signer.account)} what={text.account} />{' '}
        <button type="button" onClick={onOther}>
          {text.otherAccount}
        </button>
      </p>
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
          onClick={() => act(sign(words).then((signature) => send(signature, scheme)))}
        >
          {busy ? text.signing : text.signAndSend}
        </button>
      )}
      {words !== null && !sign && (
        <Cold
          words={words}
          account={signer.account}
          busy={busy}
          onSigned={(signature, its) => act(send(signature, its))}
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

/** For keys that never meet a browser: the text in three forms, and a place for the signature. */
function Cold(props: {
  readonly words: string;
  readonly account: AccountHex;
  readonly busy: boolean;
  readonly onSigned: (signature: Hex, scheme: SignatureScheme) => void;
}) {
  const { words, account, busy, onSigned } = props;
  const schemes = SIGNATURE_SCHEMES.filter((one) => (one === 'ethereum') === (account.length === 42));
  const [scheme, setScheme] = useState<SignatureScheme>(schemes[0] ?? 'sr25519');
  const [typed, setTyped] = useState('');
  const given = typed.trim().toLowerCase();
  const isSignature = isHex(given) && (given.length === 130 || given.length === 132);
  return (
    <>
      <p class="quiet">{text.coldHelp}</p>
      <p>
        {text.asText} <Hash value={words} what={text.asText} />
      </p>
      <p>
        {text.asLine} <Hash value={oneLineForm(words)} what={text.asLine} />
      </p>
      <p>
        {text.asHex} <Hash value={toHex(encodeText(words))} what={text.asHex} />
      </p>
      <label class="field">
        {text.keyKind}
        <select
          value={scheme}
          onChange={(event) => setScheme(schemes.find((one) => one === event.currentTarget.value) ?? scheme)}
        >
          {schemes.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        {text.signature}
        <textarea
          rows={3}
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <button
        type="button"
        class="main"
        disabled={busy || !isSignature}
        onClick={() =>
          isHex(given) &&
          onSigned(scheme === 'ethereum' ? withUsualEnd(given) : signatureOf(given, scheme), scheme)
        }
      >
        {text.send}
      </button>
    </>
  );
}
