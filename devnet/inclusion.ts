import type { Candidate } from '../src/blocks/backing/candidate.ts';
import type { ValidationOutputs } from '../src/blocks/validation.ts';
import { toHex } from '../src/bytes/hex.ts';
import type { Chain } from '../src/sandbox/chain/chain.ts';
import type { Inclusion } from '../src/sandbox/producer.ts';
import { type Signer, signedBy } from '../src/sandbox/signing.ts';

/**
 * The validators' part in backing: `DevnetRelay.include_candidate` does what the inclusion pallet does, with its checks. It
 * takes root, through a proxy of sudo's account, so that whoever uses that account has its nonces to himself.
 */
export function includeByProxy(relay: Chain, sudo: Signer, proxy: Signer): Inclusion {
  const include = ({ paraId, codeHash, relay: parent, outputs }: Candidate, ahead: number) => {
    const types = relay.typesOf();
    const call = types.call(
      'devnetRelay',
      'includeCandidate',
      paraId,
      parent.header.number,
      toHex(codeHash),
      commitmentsIn(outputs),
    );
    const asSudo = types.call('sudo', 'sudo', call);
    return signedBy(relay, types.call('proxy', 'proxy', sudo.address, null, asSudo), proxy, ahead);
  };
  return (candidates) => candidates.map(include);
}

/** As metadata names the members of `CandidateCommitments`. */
function commitmentsIn({
  newCode,
  headData,
  upwardMessages,
  horizontalMessages,
  ...queues
}: ValidationOutputs) {
  return {
    ...queues,
    upwardMessages: upwardMessages.map(toHex),
    horizontalMessages: horizontalMessages.map(({ recipient, data }) => ({ recipient, data: toHex(data) })),
    newValidationCode: newCode && toHex(newCode),
    headData: toHex(headData),
  };
}
