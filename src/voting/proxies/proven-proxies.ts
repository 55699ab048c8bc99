import { fromHex, toHex } from '../../bytes/hex.ts';
import type { ProxyOf } from '../../domain/chain/acting.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ProxyType } from '../../domain/round/round.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { ProofError } from '../../proof/error.ts';
import { verifyReadProof } from '../../proof/read-proof.ts';
import { scaleReader } from '../../proof/scale.ts';
import { storageKey, storagePrefix } from '../../proof/storage-key.ts';
import type { ProofFetcher } from '../power/proven-power.ts';

/** What all keys of `Proxy.Proxies` begin with. */
export const PROXIES_PREFIX = storagePrefix('Proxy', 'Proxies');

/** Runtimes allow 32. A bundle brings a state of its own, in which each of many acts could point to a list of megabytes. */
const LONGEST_VALUE = 64 * 1024;

export interface ProvenProxies {
  readonly proxies: readonly ProxyOf[];
  readonly key: Uint8Array;
  readonly nodes: readonly Uint8Array[];
}

/** Key of `Proxy.Proxies(real)`. */
export function proxiesKey(real: AccountHex): Uint8Array {
  return storageKey('Proxy', 'Proxies', { hasher: 'Twox64Concat', key: fromHex(real) });
}

/**
 * The proxies that a value of `Proxy.Proxies(real)` names, in the layout that `proxyTypesOf` asks for; none when it is absent.
 * @throws ProofError PROOF_BAD_ENCODING
 */
export function decodeProxies(
  real: AccountHex,
  value: Uint8Array | null,
  types: readonly ProxyType[],
): ProxyOf[] {
  if (value === null) return [];
  if (value.length > LONGEST_VALUE)
    throw new ProofError('PROOF_BAD_ENCODING', `value of Proxy.Proxies has ${value.length} bytes`);
  const reader = scaleReader(value, 'value of Proxy.Proxies');
  const length = (real.length - 2) / 2;
  const proxies = reader.list((): ProxyOf => {
    const delegate = toHex(reader.bytes(length));
    const index = reader.u8();
    const kind = types.find((type) => type.index === index)?.name ?? `with the number ${index}`;
    return { delegate, kind, delay: reader.u32() };
  });
  reader.u128();
  reader.end();
  return proxies;
}

/** Fetches and proves the proxies of an account under a state root; `strict` refuses nodes that prove nothing. @throws RESCUE_PROOF_INVALID, and what `fetch` throws */
export async function collectProxies(
  real: AccountHex,
  stateRoot: Hex,
  fetch: ProofFetcher,
  types: readonly ProxyType[],
  strict = false,
): Promise<ProvenProxies> {
  const key = proxiesKey(real);
  const nodes = await fetch([key]);
  try {
    const [value = null] = verifyReadProof({
      stateRoot: fromHex(stateRoot),
      proof: nodes,
      keys: [key],
      strict,
    });
    return { proxies: decodeProxies(real, value, types), key, nodes };
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new RescueError(
      'RESCUE_PROOF_INVALID',
      `The storage proof of the proxies of account ${real} does not hold under state root ${stateRoot}: ${cause.message}`,
      { cause, details: { proof: cause.code } },
    );
  }
}
