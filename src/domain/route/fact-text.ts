import type { Hex } from '../units.ts';
import type { ChainFact, PlainFact } from './facts.ts';

/** Stands in facts for a code that is still to come: a plan can be made before anybody has built it. */
export const NO_CODE: Hex = `0x${'00'.repeat(32)}`;

/** What the fact says, in words. */
export function factText(fact: ChainFact): string {
  if (fact.kind === 'any-of') return fact.facts.map(plainText).join(', or ');
  return plainText(fact);
}

/** Whether the fact is about a code that nobody has yet, so that nothing tells whether it holds. */
export function isOfNoCode(fact: ChainFact): boolean {
  if (fact.kind === 'any-of') return fact.facts.some(isOfNoCode);
  if (fact.kind === 'code-size-allowed') return fact.bytes === 0;
  return 'codeHash' in fact && fact.codeHash === NO_CODE;
}

function named(codeHash: Hex): string {
  return codeHash === NO_CODE ? 'the code' : `the code ${codeHash}`;
}

function plainText(fact: PlainFact): string {
  switch (fact.kind) {
    case 'registrar-manager-is':
      return `the registrar's manager of the para is ${fact.account}`;
    case 'registrar-unlocked':
      return 'the registrar does not hold the para locked';
    case 'registrar-locked':
      return 'the registrar holds the para locked';
    case 'no-upgrade-pending':
      return 'no upgrade of the para is pending';
    case 'upgrade-allowed':
      return 'no upgrade cooldown of the para runs';
    case 'head-is':
      return `the para's head is ${fact.hash}`;
    case 'head-data-is':
      return 'the relay chain stores this head data';
    case 'code-is-other-than':
      return `${named(fact.codeHash)} is other code than the relay chain stores`;
    case 'code-scheduled-or-current':
      return `${named(fact.codeHash)} is scheduled or current on the relay chain`;
    case 'code-is':
      return `the relay chain validates the para with ${named(fact.codeHash)}`;
    case 'heads-after':
      return `the relay chain includes block ${fact.head + fact.count} of the para, or a later one`;
    case 'code-authorised':
      return `root of the relay chain has authorised ${named(fact.codeHash)}, and that lasts`;
    case 'no-other-upgrade-pending':
      return `no upgrade waits that would put other code in the place of ${named(fact.codeHash)}`;
    case 'code-size-allowed':
      return fact.bytes === 0
        ? 'the code is no larger than the relay chain takes'
        : `the relay chain takes code of ${fact.bytes} bytes`;
    case 'head-size-allowed':
      return `the relay chain takes a head of ${fact.bytes} bytes`;
    case 'switches-without-head':
      return 'the relay chain switches code at the expected block, without a head of the para';
    case 'registrar-takes-code':
      return "the relay chain's registrar takes code from managers";
    case 'contract-opted-in':
      return `the rescue contract ${fact.contract} is opted in with policy ${fact.policy}`;
    case 'contract-epoch-is':
      return `the rescue contract ${fact.contract} is in epoch ${fact.epoch}`;
    case 'contract-decided':
      return `the rescue contract ${fact.contract} has decided for ${named(fact.codeHash)}`;
    case 'watcher-supports':
      return `the watcher ${fact.watcher} supports decision ${fact.decision}`;
    case 'decision-overtaken':
      return `another decision has taken the place of ${fact.decision}`;
    case 'decision-sent':
      return `the approval of decision ${fact.decision} is sent`;
    case 'decision-cancelled':
      return `the approval of decision ${fact.decision} is taken back`;
    case 'support-withdrawn':
      return `the watcher ${fact.watcher} does not support decision ${fact.decision}`;
    case 'cancel-attested':
      return `the watcher ${fact.watcher} attests that the approval is to be taken back`;
    case 'multisig-acts-for-manager':
      return `the multisig ${fact.multisig} acts for the para's manager`;
    case 'funds-at-least':
      return `the account ${fact.account} can spend ${fact.amount} planck on the relay chain`;
    case 'delivery-paid':
      return `the contract ${fact.contract} holds ${fact.amount} planck on its chain for the delivery`;
    case 'no-approval-pending':
      return `no approval of the call ${fact.callHash} is pending in the multisig ${fact.multisig}`;
    case 'approval-pending':
      return `an approval of the call ${fact.callHash} is pending in the multisig ${fact.multisig}`;
    case 'multisig-approved':
      return `${fact.by} has approved the call ${fact.callHash} of the multisig ${fact.multisig}`;
  }
}
