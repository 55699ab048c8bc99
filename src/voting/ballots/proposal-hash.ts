import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Proposal } from '../../domain/round/round.ts';
import type { Hex } from '../../domain/units.ts';
import { blake2b256 } from '../../proof/hash.ts';

/** What a proposal's hash covers. */
export type ProposalContent = Pick<
  Proposal,
  'anchor' | 'codeHash' | 'paraId' | 'proposer' | 'relayGenesis' | 'round' | 'roundId' | 'text'
>;

/** blake2-256 of the canonical JSON of the eight fields; other properties of the argument are ignored. */
export function proposalHash(content: ProposalContent): Hex {
  const { anchor, codeHash, paraId, proposer, relayGenesis, round, roundId, text } = content;
  const json = canonicalJson({ anchor, codeHash, paraId, proposer, relayGenesis, round, roundId, text });
  return toHex(blake2b256(encodeText(json)));
}
