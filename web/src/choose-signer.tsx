import { useEffect, useState } from 'preact/hooks';
import type { Multisig } from '../../src/domain/chain/acting.ts';
import { messageOf } from '../../src/domain/errors.ts';
import type { EthereumMapping } from '../../src/domain/policy/signer-rules.ts';
import type { AccountHex } from '../../src/domain/units.ts';
import { mappedIfShort } from '../../src/keys/mapped-account.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { accountOf, addressOf } from './address.ts';
import { text } from './strings.ts';
import { injectedWallets, type Wallet, type WalletAccount, watchEthereumWallets } from './wallets.ts';

/** Who signs: an account of a wallet in this browser, one whose key is elsewhere, or a multisig; for itself, or for an account whose proxy it is. */
export type Signer = Pick<WalletAccount, 'account'> &
  Partial<WalletAccount> & {
    readonly multisig?: Multisig;
    /** The one that signs, as a proxy of `account`. */
    readonly as?: AccountHex;
    /** Accounts of the wallet that is connected: some may be signatories of the multisig. */
    readonly keys?: readonly WalletAccount[];
  };

/** What accounts the para has. */
interface Kind {
  readonly accountBytes: 32 | 20;
  /** By which Ethereum keys own accounts of 32 bytes. */
  readonly mapping: EthereumMapping | undefined;
}

export function ChooseSigner(props: Kind & { readonly onChosen: (signer: Signer) => void }) {
  const { accountBytes, mapping } = props;
  const [wallets, setWallets] = useState<readonly Wallet[]>(() => injectedWallets(accountBytes, mapping));
  const [accounts, setAccounts] = useState<readonly WalletAccount[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    // Extensions may put themselves into the page after it has loaded.
    const late = setTimeout(
      () =>
        setWallets((before) => [
          ...injectedWallets(accountBytes, mapping),
          ...before.filter(({ id }) => id.includes('-') && id.length === 36),
        ]),
      1_000,
    );
    const stop =
      accountBytes === 20 || mapping !== undefined
        ? watchEthereumWallets(
            (found) => setWallets((before) => [...before.filter(({ id }) => id !== found.id), found]),
            mapping,
          )
        : () => undefined;
    return () => {
      clearTimeout(late);
      stop();
    };
  }, [accountBytes, mapping]);
  const connect = (wallet: Wallet) => {
    setProblem(null);
    wallet.accounts().then(setAccounts, (error: unknown) => setProblem(messageOf(error)));
  };
  const cold = accountIn(typed, props);
  const [realTyped, setRealTyped] = useState('');
  const real = accountIn(realTyped, props);
  const onChosen = (signer: Signer) =>
    props.onChosen(real === null ? signer : { ...signer, account: real, as: signer.account });
  return (
    <>
      <p>{text.voteHelp}</p>
      <details>
        <summary>{text.asProxy}</summary>
        <label class="field">
          {text.realAccount}
          <input
            type="text"
            spellcheck={false}
            value={realTyped}
            onInput={(event) => setRealTyped(event.currentTarget.value)}
          />
        </label>
        {realTyped !== '' && real === null && <p class="warn-text">{text.notAnAccount}</p>}
        <p class="quiet">{text.asProxyHelp}</p>
      </details>
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
        {typed !== '' && cold === null && <p class="warn-text">{text.notAnAccount}</p>}
        <button
          type="button"
          disabled={cold === null}
          onClick={() => cold !== null && onChosen({ account: cold })}
        >
          {text.next}
        </button>
      </details>
      <AsMultisig {...props} onChosen={(found) => onChosen({ ...found, keys: accounts ?? [] })} />
    </>
  );
}

/** The account is computed from its signatories, as the chain does it. */
function AsMultisig(props: Kind & { readonly onChosen: (signer: Signer) => void }) {
  const [typed, setTyped] = useState('');
  const [threshold, setThreshold] = useState('2');
  const found = multisigIn(typed, Number(threshold), props);
  return (
    <details>
      <summary>{text.asMultisig}</summary>
      <p class="quiet">{text.asMultisigHelp}</p>
      <label class="field">
        {text.signatories}
        <textarea
          rows={4}
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        {text.threshold}
        <input
          type="number"
          min={1}
          max={100}
          value={threshold}
          onInput={(event) => setThreshold(event.currentTarget.value)}
        />
      </label>
      {typed !== '' && 'problem' in found && <p class="warn-text">{found.problem}</p>}
      {'account' in found && (
        <p>
          {text.itsAccount} <code>{addressOf(found.account)}</code>
        </p>
      )}
      <button
        type="button"
        disabled={!('account' in found)}
        onClick={() => 'account' in found && props.onChosen(found)}
      >
        {text.next}
      </button>
    </details>
  );
}

function multisigIn(
  typed: string,
  threshold: number,
  kind: Kind,
): Required<Pick<Signer, 'account' | 'multisig'>> | { readonly problem: string } {
  const words = typed.split(/[\s,;]+/).filter((word) => word !== '');
  const accounts = words.map((word) => accountIn(word, kind));
  const wrong = words.find((_, index) => accounts[index] === null);
  if (wrong !== undefined) return { problem: text.noSignatory(wrong) };
  try {
    const known = accounts.filter((account) => account !== null);
    const { account, ...multisig } = multisigAccount({ signatories: known, threshold }, kind.accountBytes);
    return { account, multisig };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** Null for what is no account of the para. */
function accountIn(typed: string, { accountBytes, mapping }: Kind): AccountHex | null {
  const read = accountOf(typed);
  const account = read && mappedIfShort(read, mapping);
  return account !== null && (account.length - 2) / 2 === accountBytes ? account : null;
}
