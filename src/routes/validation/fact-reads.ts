import { fromHex } from '../../bytes/hex.ts';
import type { ChainFact, PlainFact } from '../../domain/route/facts.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { Hex } from '../../domain/units.ts';
import type { PagePlace, PageValue } from '../../domain/validation/page.ts';
import { CONTRACT_FACTS, isOf } from '../facts.ts';
import { type ItemName, keyOf, relayPlace, relayState } from './relay-state.ts';

/** Where a fact is read, and what stands there in this view; null where the view does not show it. */
export interface FactRead {
  readonly place: PagePlace;
  readonly value: PageValue | null;
}

/** Every place that tells whether the fact holds. */
export function readsOf(fact: ChainFact, view: ChainView): FactRead[] {
  if (fact.kind !== 'any-of') return plainReads(fact, view);
  const reads = fact.facts.flatMap((one) => plainReads(one, view));
  const known = new Set<string>();
  return reads.filter(({ place: { chain, item, key } }) => {
    const name = `${chain} ${key ?? item}`;
    return !known.has(name) && known.add(name);
  });
}

/** The items of the relay chain's state that facts are about; what other facts are read from is told by `elsewhere`. */
const ITEMS: Partial<Record<PlainFact['kind'], readonly ItemName[]>> = {
  'registrar-manager-is': ['registrar'],
  'registrar-unlocked': ['registrar'],
  'registrar-locked': ['registrar'],
  'no-upgrade-pending': ['future-code'],
  'no-other-upgrade-pending': ['future-code', 'future-block'],
  'upgrade-allowed': ['restriction', 'cooldown'],
  'code-authorised': ['authorized'],
  'head-is': ['head'],
  'head-data-is': ['head'],
  'heads-after': ['head'],
  'code-is-other-than': ['code'],
  'code-is': ['code'],
  'code-scheduled-or-current': ['future-code', 'code'],
};

/** Whether the fact is about this item of what the relay chain stores of a para. */
export function isAbout(fact: ChainFact, item: ItemName): boolean {
  if (fact.kind === 'any-of') return fact.facts.some((one) => isAbout(one, item));
  return ITEMS[fact.kind]?.includes(item) === true;
}

function plainReads(fact: PlainFact, view: ChainView): FactRead[] {
  const items = ITEMS[fact.kind];
  if (!items) return elsewhere(fact, view);
  const { observation } = view;
  const state = relayState(observation);
  return items.map((name) => ({
    place: relayPlace(name, observation.paraId),
    value: state.find((item) => item.name === name)?.value ?? null,
  }));
}

function elsewhere(fact: PlainFact, view: ChainView): FactRead[] {
  const { limits, contract, approval } = view;
  switch (fact.kind) {
    case 'code-size-allowed':
      return [config(limits && `maxCodeSize ${limits.maxCodeSize}`)];
    case 'head-size-allowed':
      return [config(limits && `maxHeadDataSize ${limits.maxHeadDataSize}`)];
    case 'switches-without-head':
      return [
        {
          place: inMetadata('Paras.FutureCodeUpgradesAt'),
          value: limits && shown(limits.appliesAtExpectedBlock ? 'there' : 'not there'),
        },
      ];
    case 'registrar-takes-code':
      return [{ place: inMetadata('registrar.scheduleCodeUpgrade'), value: null }];
    case 'approval-pending':
    case 'no-approval-pending':
      return [
        {
          place: multisigPlace(fact.multisig, fact.callHash),
          value: approval && approvalValue(approval.state.approval),
        },
      ];
    case 'multisig-approved':
      return [
        {
          place: multisigPlace(fact.multisig, fact.callHash),
          value: view.multisig ? approvalValue(view.multisig.state.approval) : null,
        },
      ];
    case 'funds-at-least': {
      const account = { hasher: 'Blake2_128Concat', key: fromHex(fact.account) } as const;
      return [
        {
          place: {
            chain: 'relay chain',
            item: `System.Account(${fact.account})`,
            key: keyOf('System', 'Account', account),
            how: null,
          },
          value: approval && shown(`${approval.state.derivedFree} planck to spend`),
        },
      ];
    }
    case 'multisig-acts-for-manager': {
      const { manager } = view.observation.registrar ?? {};
      const own: FactRead[] = plainReads({ kind: 'registrar-unlocked' }, view);
      if (manager === undefined) return own;
      const delegator = { hasher: 'Twox64Concat', key: fromHex(manager) } as const;
      const proxies = approval?.state.proxies.map(
        ({ delegate, kind, delay }) => `${kind} ${delegate} delay ${delay}`,
      );
      return [
        ...own,
        {
          place: {
            chain: 'relay chain',
            item: `Proxy.Proxies(${manager})`,
            key: keyOf('Proxy', 'Proxies', delegator),
            how: null,
          },
          value: proxies ? shown(proxies.join(', ') || 'none') : null,
        },
      ];
    }
    default:
      return contractReads(fact, contract);
  }
}

/** What the rescue contract keeps has no single key that anybody could read without its ABI: a command reads it. */
function contractReads(fact: PlainFact, contract: ChainView['contract']): FactRead[] {
  if (!isOf(CONTRACT_FACTS, fact)) return [];
  const address = 'contract' in fact ? fact.contract : (contract?.address ?? null);
  const place: PagePlace = {
    chain: 'contracts chain',
    item: `state of the rescue contract ${address ?? ''}`.trim(),
    key: null,
    how: 'pararescue contract status',
  };
  if (contract === null) return [{ place, value: null }];
  const { state, decisions } = contract;
  const decided = state.decided === null ? undefined : decisions.get(state.decided);
  const supports = state.watchers.flatMap(({ address: watcher, supports }) =>
    supports === null ? [] : [`${watcher} supports ${supports}`],
  );
  return [
    {
      place,
      value: shown(
        [
          `block ${state.block.number}`,
          `epoch ${state.epoch}`,
          `decided ${state.decided ?? 'nothing'}`,
          ...(decided
            ? [decided.sent ? 'sent' : 'not sent', ...(decided.cancelled ? ['taken back'] : [])]
            : []),
          ...supports,
          `balance ${state.balance}`,
        ].join(', '),
      ),
    },
  ];
}

/** What a runtime has shows in its metadata alone. */
function inMetadata(name: string): PagePlace {
  return { chain: 'relay chain', item: `${name} in the metadata`, key: null, how: 'state_getMetadata' };
}

function config(text: string | null): FactRead {
  return {
    place: {
      chain: 'relay chain',
      item: 'Configuration.ActiveConfig',
      key: keyOf('Configuration', 'ActiveConfig'),
      how: null,
    },
    value: text === null ? null : shown(text),
  };
}

function multisigPlace(multisig: Hex, callHash: Hex): PagePlace {
  return {
    chain: 'relay chain',
    item: `Multisig.Multisigs(${multisig}, ${callHash})`,
    key: keyOf(
      'Multisig',
      'Multisigs',
      { hasher: 'Twox64Concat', key: fromHex(multisig) },
      { hasher: 'Blake2_128Concat', key: fromHex(callHash) },
    ),
    how: null,
  };
}

function approvalValue(approval: NonNullable<ChainView['approval']>['state']['approval']): PageValue {
  if (approval === null) return { bytes: 'none', shown: 'none' };
  const { depositor, when } = approval;
  return shown(`approved by ${depositor} in relay block ${when.height}, extrinsic ${when.index}`);
}

function shown(text: string): PageValue {
  return { bytes: null, shown: text };
}
