import type { PageCall } from '../../domain/validation/page.ts';
import type { RouteContext } from '../route-context.ts';
import { preparedPageCall, type StepPageCall } from '../validation/page-call.ts';
import { approveByHash } from './approval-calls.ts';
import type { ContractRescue } from './rescue.ts';

/**
 * The calls of this route, as far as they follow from the decision: what watchers attest to, the message of the contract and the
 * approval inside it, and the call that the approval is for. Their decision's evidence and the approval's place come only later.
 */
export async function contractPageCalls(
  { submitter }: Pick<RouteContext, 'submitter'>,
  rescue: ContractRescue,
): Promise<StepPageCall[]> {
  const { parties, call, callHash, message, messageHash, cancelHash, codeHash, decided } = rescue;
  const { operators, operator, derived } = parties;
  const approval = await submitter.prepare(approveByHash(parties, callHash));
  const inner = await submitter.prepare(call);
  const signer = operators.length === 1 ? operator : 'operator';
  return [
    {
      step: 'attest',
      call: onContract('attest', {
        roundId: decided.roundId,
        head: decided.anchor.head.hash,
        policy: rescue.policyHash,
        codeHash,
        messageHash,
        cancelHash,
      }),
    },
    { step: 'send-approval', call: onContract('execute', { message, messageHash }) },
    {
      step: 'send-approval',
      call: preparedPageCall(approval, {
        chain: 'relay chain',
        origin: "signed by the contract's derived account, in its message",
        signer: derived,
      }),
    },
    {
      step: 'supply-code',
      call: {
        chain: 'relay chain',
        method: operators.length === 1 ? 'multisig.asMulti' : 'multisig.asMultiThreshold1',
        args: { call: { ...inner.decoded, blake2_256: callHash, bytes: inner.data.length / 2 - 1 } },
        data: null,
        bytes: null,
        hash: null,
        origin: 'signed',
        signer,
      },
    },
  ];
}

function onContract(name: string, args: Readonly<Record<string, unknown>>): PageCall {
  return {
    chain: 'contracts chain',
    method: `RescueContract.${name}`,
    args,
    data: null,
    bytes: null,
    hash: null,
    origin: 'signed',
    signer: 'watcher',
  };
}
