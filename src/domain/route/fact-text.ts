import type { ChainFact, PlainFact } from './facts.ts';

/** What the fact says, in words. */
export function factText(fact: ChainFact): string {
  if (fact.kind === 'any-of') return fact.facts.map(plainText).join(', or ');
  return plainText(fact);
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
    case 'no-other-upgrade-pending':
      return `no upgrade of the para to other code than ${fact.codeHash} is pending`;
    case 'code-authorised':
      return `the relay chain holds the hash ${fact.codeHash} as authorised`;
    case 'head-is':
      return `the para's head is ${fact.hash}`;
    case 'head-data-is':
      return 'the relay chain stores this head data';
    case 'code-is-other-than':
      return `the relay chain stores other code than ${fact.codeHash}`;
    case 'code-scheduled-or-current':
      return `the code ${fact.codeHash} is scheduled or current on the relay chain`;
    case 'code-is':
      return `the relay chain validates the para with the code ${fact.codeHash}`;
    case 'heads-after':
      return `the relay chain includes block ${fact.head + fact.count} of the para, or a later one`;
    case 'code-size-allowed':
      return fact.bytes === 0
        ? 'the code is no larger than the relay chain takes'
        : `the relay chain takes code of ${fact.bytes} bytes`;
    case 'head-size-allowed':
      return `the relay chain takes a head of ${fact.bytes} bytes`;
    case 'switches-without-head':
      return 'the relay chain switches code at the expected block, without a head of the para';
    case 'contract-opted-in':
      return `the rescue contract ${fact.contract} is opted in with policy ${fact.policy}`;
    case 'contract-epoch-is':
      return `the rescue contract ${fact.contract} is in epoch ${fact.epoch}`;
    case 'contract-decided':
      return `the rescue contract ${fact.contract} has decided for the code ${fact.codeHash}`;
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
    case 'multisig-approved':
      return `${fact.by} has approved the call ${fact.callHash} in the multisig ${fact.multisig}`;
    case 'approval-pending':
      return `an approval of the call ${fact.callHash} is pending in the multisig ${fact.multisig}`;
  }
}
