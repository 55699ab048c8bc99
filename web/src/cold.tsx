import { useMemo, useState } from 'preact/hooks';
import { encodeText } from '../../src/bytes/bytes.ts';
import { isHex, toHex } from '../../src/bytes/hex.ts';
import type { Multisig } from '../../src/domain/chain/acting.ts';
import { messageOf } from '../../src/domain/errors.ts';
import {
  type AccountSignature,
  type ActSignature,
  SIGNATURE_SCHEMES,
  type SignatureScheme,
} from '../../src/domain/round/round.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { oneLineForm } from '../../src/voting/ballots/text-forms.ts';
import { vaultMessage } from '../../src/voting/ballots/vault-message.ts';
import { addressOf } from './address.ts';
import { Hash } from './parts.tsx';
import { QrCodes } from './qr.tsx';
import { text } from './strings.ts';
import { signatureOf, type WalletAccount, withUsualEnd } from './wallets.ts';

/** Kinds of keys that sign for an account. */
function schemesOf(account: AccountHex, isMapped: boolean): readonly SignatureScheme[] {
  return SIGNATURE_SCHEMES.filter((one) => {
    if (account.length === 42) return one === 'ethereum';
    return one !== 'ethereum' || isMapped;
  });
}

function TextForms({ words }: { readonly words: string }) {
  return (
    <>
      <p>
        {text.asText} <Hash value={words} what={text.asText} />
      </p>
      <p>
        {text.asLine} <Hash value={oneLineForm(words)} what={text.asLine} />
      </p>
      <p>
        {text.asHex} <Hash value={toHex(encodeText(words))} what={text.asHex} />
      </p>
    </>
  );
}

/** What is in the fields of one signature. */
interface Typed {
  readonly typed: string;
  readonly scheme: SignatureScheme;
}

function SignatureFields(props: {
  readonly words: string;
  readonly account: AccountHex;
  readonly schemes: readonly SignatureScheme[];
  readonly value: Typed;
  readonly onChange: (value: Typed) => void;
}) {
  const { words, account, schemes, value } = props;
  const { typed, scheme } = value;
  const codes = useMemo(() => {
    const vault = vaultMessage(words, { account, scheme });
    return [
      ...(vault === null ? [] : [{ content: vault, says: text.qrOfVault }]),
      { content: encodeText(words), says: text.qrOfText },
    ];
  }, [words, account, scheme]);
  const change = (part: Partial<Typed>) => props.onChange({ ...value, ...part });
  return (
    <>
      <label class="field">
        {text.keyKind}
        <select
          value={scheme}
          onChange={(event) =>
            change({ scheme: schemes.find((one) => one === event.currentTarget.value) ?? scheme })
          }
        >
          {schemes.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <QrCodes of={codes} />
      <label class="field">
        {text.signature}
        <textarea
          rows={3}
          spellcheck={false}
          value={typed}
          onInput={(event) => change({ typed: event.currentTarget.value })}
        />
      </label>
    </>
  );
}

/** Null for what is no signature yet. */
function signatureIn({ typed, scheme }: Typed): Hex | null {
  // Polkadot Vault writes no 0x before its hex.
  const given = typed
    .trim()
    .toLowerCase()
    .replace(/^(?=[0-9a-f]{128,130}$)/, '0x');
  if (!isHex(given) || (given.length !== 130 && given.length !== 132)) return null;
  return scheme === 'ethereum' ? withUsualEnd(given) : signatureOf(given, scheme);
}

/** For keys that never meet a browser: the text in three forms, and a place for the signature. */
export function Cold(props: {
  readonly words: string;
  readonly account: AccountHex;
  readonly isMapped: boolean;
  readonly busy: boolean;
  readonly onSigned: (signature: ActSignature) => void;
}) {
  const { words, account, isMapped, busy, onSigned } = props;
  const schemes = schemesOf(account, isMapped);
  const [value, setValue] = useState<Typed>({ typed: '', scheme: schemes[0] ?? 'sr25519' });
  const signature = signatureIn(value);
  return (
    <>
      <p class="quiet">{text.coldHelp}</p>
      <TextForms words={words} />
      <SignatureFields words={words} account={account} schemes={schemes} value={value} onChange={setValue} />
      <button
        type="button"
        class="main"
        disabled={busy || signature === null}
        onClick={() => signature !== null && onSigned({ signature, scheme: value.scheme })}
      >
        {text.send}
      </button>
    </>
  );
}

/** The same text for every signatory of a multisig, and a place for the signature of each; whoever has a key here signs, and may pass on what stands there then. */
export function Together(props: {
  readonly words: string;
  readonly multisig: Multisig;
  readonly keys: readonly WalletAccount[];
  readonly isMapped: boolean;
  readonly busy: boolean;
  readonly onSigned: (signature: ActSignature) => void;
}) {
  const { words, multisig, keys, isMapped, busy, onSigned } = props;
  const { signatories, threshold } = multisig;
  const [values, setValues] = useState<Readonly<Record<string, Typed>>>({});
  const typedFor = (account: AccountHex): Typed =>
    values[account] ?? { typed: '', scheme: schemesOf(account, isMapped)[0] ?? 'sr25519' };
  const put = (account: AccountHex, value: Typed) => setValues((before) => ({ ...before, [account]: value }));
  const [problem, setProblem] = useState<string | null>(null);
  const signHere = ({ account, scheme, sign }: WalletAccount) => {
    setProblem(null);
    sign(words).then(
      (typed) => put(account, { typed, scheme }),
      (error: unknown) => setProblem(messageOf(error)),
    );
  };
  const signatures = signatories.flatMap((account): AccountSignature[] => {
    const value = typedFor(account);
    const signature = signatureIn(value);
    return signature === null ? [] : [{ account, signature, scheme: value.scheme }];
  });
  return (
    <>
      <p class="quiet">{text.togetherHelp(threshold, signatories.length)}</p>
      <TextForms words={words} />
      {signatories.map((account) => (
        <fieldset class="signatory" key={account}>
          <legend>
            <code>{addressOf(account)}</code>
          </legend>
          <SignatureFields
            words={words}
            account={account}
            schemes={schemesOf(account, isMapped)}
            value={typedFor(account)}
            onChange={(value) => put(account, value)}
          />
          {keys
            .filter((key) => key.account === account)
            .map((key) => (
              <button type="button" key={key.account} onClick={() => signHere(key)}>
                {text.signHere}
              </button>
            ))}
        </fieldset>
      ))}
      {problem !== null && (
        <p class="warn-text" role="alert">
          {problem}
        </p>
      )}
      <p role="status">{text.signedSoFar(Math.min(signatures.length, threshold), threshold)}</p>
      <button
        type="button"
        class="main"
        disabled={busy || signatures.length < threshold}
        onClick={() => onSigned({ multisig, signatures: signatures.slice(0, threshold) })}
      >
        {text.send}
      </button>
    </>
  );
}
