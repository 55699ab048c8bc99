/** How many clients' worth one network has where both are counted: a household's neighbours are let in as well. */
export const NETWORK_SHARE = 4;

/**
 * The network of a client as limits name it: of a /64 of IPv6 its /48, which one customer of a provider may have to itself;
 * of anything else the client itself.
 */
export function networkOf(client: string): string {
  const [, groups] = /^((?:[0-9a-f]+:){3})[0-9a-f]+::\/64$/.exec(client) ?? [];
  return groups === undefined ? client : `${groups}:/48`;
}
