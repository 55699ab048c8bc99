import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** What of a request tells who sent it. */
export interface Sender {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface ClientAddresses {
  /**
   * The client by which limits count: its IPv4 address, or the first 64 bits of its IPv6 address, which one household has
   * to itself; `networkOf` says to which network it belongs. `X-Forwarded-For` is read only when the socket's other end is a trusted proxy, from the right, up to the first
   * address that is no trusted proxy: what stands left of it the client wrote itself.
   */
  clientOf(sender: Sender): string;
  isTrusted(address: string | undefined): boolean;
}

/** `trusted`: addresses and networks such as `10.0.0.0/8` of the proxies in front of this service. */
export function createClientAddresses(trusted: readonly string[] = []): ClientAddresses {
  const list = new BlockList();
  for (const entry of trusted) {
    const [address = '', bits] = entry.split('/');
    const type = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(bits), type);
  }
  const isTrusted = (text: string | undefined): boolean => {
    const address = plainAddress(text ?? '');
    return address !== null && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
  return {
    isTrusted,
    clientOf: ({ socket, headers }) => {
      let client = plainAddress(socket.remoteAddress ?? '');
      const header = headers['x-forwarded-for'];
      if (client === null || header === undefined || !isTrusted(client)) return clientKey(client);
      const hops = [header].flat().join(',').split(',').slice(-MOST_HOPS);
      for (const hop of hops.toReversed()) {
        const address = plainAddress(hop.trim());
        // A proxy that writes no address there: the client is not known any better than by the proxy.
        if (address === null) break;
        client = address;
        if (!isTrusted(address)) break;
      }
      return clientKey(client);
    },
  };
}

/** Proxies in a row that are looked through. */
const MOST_HOPS = 20;

/** An address without brackets, port and zone; IPv4 in IPv6 as IPv4; null when it is none. */
export function plainAddress(text: string): string | null {
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? [];
  const [, withPort] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  const address = (bracketed ?? withPort ?? text).replace(/%.*$/s, '');
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return null;
  const groups = groupsOf(address);
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return address.toLowerCase();
  return [groups[6] ?? 0, groups[7] ?? 0].flatMap((group) => [group >> 8, group & 0xff]).join('.');
}

function clientKey(address: string | null): string {
  if (address === null) return 'unknown';
  if (isIPv4(address)) return address;
  const network = groupsOf(address).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [, head = address, dotted] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = dotted?.split('.').map(Number) ?? [];
  const text = dotted ? `${head}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}` : head;
  const [left = '', right] = text.split('::');
  const parse = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (right === undefined) return parse(left);
  const [before, after] = [parse(left), parse(right)];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
