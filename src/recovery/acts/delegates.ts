import { toHex } from '../../bytes/hex.ts';
import { countedProxies } from '../../domain/policy/signer-rules.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { AccountProofNodes, Ledger } from '../../domain/ports/ledger.ts';
import type { Delegates } from '../../voting/ballots/speaker.ts';
import { createProofSource } from '../../voting/census/source.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import { collectProxies } from '../../voting/proxies/proven-proxies.ts';
import type { ParaTracker } from '../para/tracker.ts';
import type { SignatureDesk } from './signature-desk.ts';

/**
 * Who may speak for others in this round, by the para's state at the anchor: from the ledger or the census, else from the para's nodes. What was proven is put into
 * `proofs`, to be stored with the act: evidence is written from it. `client` takes turns with others as for looks at balances.
 */
export function delegatesAt(
  {
    ledger,
    census,
    desk,
  }: {
    readonly ledger: Ledger;
    readonly census: Pick<CensusStore, 'node'>;
    readonly desk: Pick<SignatureDesk, 'lookups'>;
  },
  tracker: ParaTracker,
  { anchor, policy, proxyTypes }: OpenRound,
  client: string,
  proofs: AccountProofNodes[],
): Delegates {
  const proofOf = createProofSource({ ledger, census, reader: tracker.para.reader }, tracker.para.id, anchor);
  const known = new Set(proxyTypes.map(({ name }) => name));
  return {
    kinds: countedProxies(policy).filter((kind) => known.has(kind)),
    proxiesOf: async (account) => {
      const { proxies, key, nodes } = await desk.lookups.run({ client, account }, () =>
        collectProxies(account, anchor.head.stateRoot, proofOf, proxyTypes, policy.strictProofs),
      );
      proofs.push({ keys: [toHex(key)], nodes });
      return proxies;
    },
  };
}
