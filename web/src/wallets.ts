import { encodeText } from '../../src/bytes/bytes.ts';
import { isHex, toHex } from '../../src/bytes/hex.ts';
import type { EthereumMapping } from '../../src/domain/policy/signer-rules.ts';
import type { SignatureScheme } from '../../src/domain/round/round.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { mappedIfShort } from '../../src/keys/mapped-account.ts';
import { accountOf } from './address.ts';

/** An account that a wallet offers, and its way to sign a text. */
export interface WalletAccount {
  readonly account: AccountHex;
  readonly name: string;
  readonly scheme: SignatureScheme;
  sign(words: string): Promise<Hex>;
}

export interface Wallet {
  readonly id: string;
  readonly name: string;
  /** Asks the person, in the wallet, to let the page see accounts. */
  accounts(): Promise<readonly WalletAccount[]>;
}

/** What extensions of the field put into the page: polkadot-js, Talisman, SubWallet and others. */
interface Injected {
  enable(origin: string): Promise<{
    readonly accounts: { get(): Promise<readonly { address: string; name?: string; type?: string }[]> };
    readonly signer: {
      signRaw?(raw: { address: string; data: string; type: 'bytes' }): Promise<{ signature: string }>;
    };
  }>;
}
declare global {
  interface Window {
    injectedWeb3?: Readonly<Record<string, Injected>>;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  'polkadot-js': 'Polkadot{.js}',
  talisman: 'Talisman',
  'subwallet-js': 'SubWallet',
};
const SCHEMES: Readonly<Record<string, SignatureScheme>> = {
  sr25519: 'sr25519',
  ed25519: 'ed25519',
  ecdsa: 'ecdsa',
  ethereum: 'ethereum',
};

/** Extensions that are there now, for accounts of so many bytes. */
export function injectedWallets(accountBytes: 32 | 20, mapping: EthereumMapping | undefined): Wallet[] {
  return Object.entries(window.injectedWeb3 ?? {}).map(([id, injected]) => ({
    id,
    name: NAMES[id] ?? id,
    accounts: async () => {
      const { accounts, signer } = await injected.enable('pararescue');
      const known = await accounts.get();
      return known.flatMap(({ address, name, type }) => {
        const read = accountOf(address);
        const account = read && mappedIfShort(read, mapping);
        const scheme = SCHEMES[type ?? 'sr25519'];
        if (account === null || scheme === undefined || (account.length - 2) / 2 !== accountBytes) return [];
        const sign = async (words: string) => {
          if (!signer.signRaw) throw new Error('this wallet signs no texts');
          const data = toHex(encodeText(words));
          return signatureOf((await signer.signRaw({ address, data, type: 'bytes' })).signature, scheme);
        };
        return [{ account, name: name ?? '', scheme, sign }];
      });
    },
  }));
}

/** Some wallets put the kind of the key before the signature. */
export function signatureOf(given: string, scheme: SignatureScheme): Hex {
  const signature = given.toLowerCase();
  if (!isHex(signature)) throw new Error('the wallet gave no signature');
  const isMarked = (scheme === 'sr25519' || scheme === 'ed25519') && signature.length === 132;
  return isMarked ? `0x${signature.slice(4)}` : signature;
}

/** EIP-1193. */
interface EthereumProvider {
  request(asked: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}
interface Announced {
  readonly info: { readonly uuid: string; readonly name: string };
  readonly provider: EthereumProvider;
}

/** Ethereum wallets announce themselves when they are asked to (EIP-6963). @returns how to stop listening */
export function watchEthereumWallets(
  found: (wallet: Wallet) => void,
  mapping: EthereumMapping | undefined,
): () => void {
  const listen = (event: Event) => {
    if (!(event instanceof CustomEvent)) return;
    const { info, provider }: Announced = event.detail;
    found({ id: info.uuid, name: info.name, accounts: () => ethereumAccounts(provider, mapping) });
  };
  addEventListener('eip6963:announceProvider', listen);
  dispatchEvent(new Event('eip6963:requestProvider'));
  return () => removeEventListener('eip6963:announceProvider', listen);
}

async function ethereumAccounts(
  provider: EthereumProvider,
  mapping: EthereumMapping | undefined,
): Promise<WalletAccount[]> {
  const given = await provider.request({ method: 'eth_requestAccounts' });
  if (!Array.isArray(given)) return [];
  return given.flatMap((address: unknown) => {
    const own = typeof address === 'string' ? address.toLowerCase() : '';
    if (!isHex(own) || own.length !== 42) return [];
    const sign = async (words: string) => {
      const params = [toHex(encodeText(words)), own];
      return withUsualEnd(
        signatureOf(String(await provider.request({ method: 'personal_sign', params })), 'ethereum'),
      );
    };
    const account = mappedIfShort(own, mapping);
    return [{ account, name: account === own ? '' : own, scheme: 'ethereum' as const, sign }];
  });
}

/** Some wallets end with the bare recovery id, 0 or 1. */
export function withUsualEnd(signature: Hex): Hex {
  const last = Number.parseInt(signature.slice(-2), 16);
  return last > 1 ? signature : `0x${signature.slice(2, -2)}${(last + 27).toString(16)}`;
}
