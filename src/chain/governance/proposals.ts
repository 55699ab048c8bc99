import type { Call } from '@polkadot/types/interfaces';
import { toHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { GovernanceStep, Proposal } from '../../domain/governance/prepared.ts';
import { oneLine } from '../../domain/plain-text.ts';
import type { Planck, RelayBlock } from '../../domain/units.ts';
import { createCall, describeCall } from '../extrinsics/relay-calls.ts';
import { argumentOf, type ChainAt } from './chain-at.ts';

/** `Bounded::Inline` holds no more bytes. */
const MOST_INLINE = 128;

/** By which origin a referendum's call is dispatched, as each chain's metadata names it: the first one that the chain has. */
export type OriginNames = readonly (readonly [string, string])[];
export const ROOT: OriginNames = [['system', 'Root']];
export const WHITELISTED_CALLER: OriginNames = [['Origins', 'WhitelistedCaller']];
export const CANCELLER: OriginNames = [['Origins', 'ReferendumCanceller']];
/** The Fellowship's own chain calls the pallet of its origins by its name; others have them among all origins. */
export const FELLOWS: OriginNames = [
  ['Origins', 'Fellows'],
  ['FellowshipOrigins', 'Fellows'],
];

export function proposalOf(call: Call): Proposal {
  const length = call.encodedLength;
  return { call: describeCall(call), length, form: length <= MOST_INLINE ? 'inline' : 'preimage' };
}

/** The origin as the JSON that calls take. @throws RESCUE_CHAIN_REFUSES when the chain has none of these */
export function originOf(at: ChainAt, names: OriginNames, pallet = 'referenda'): Record<string, string> {
  for (const [group, name] of names) {
    try {
      argumentOf(at, pallet, 'submit', 0, { [group]: name });
      return { [group]: name };
    } catch {
      // Another name, or none.
    }
  }
  const { specName, specVersion } = at.runtime.version;
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The runtime ${specName} ${specVersion} has no origin ${names.map((name) => name.join('.')).join(' or ')}.`,
  );
}

/** The extrinsics that bring a proposal before the voters, the preimage first where one is needed. */
export function submission(options: {
  readonly at: ChainAt;
  readonly chain: GovernanceStep['chain'];
  /** Begins the names of the files. */
  readonly name: string;
  readonly pallet?: string;
  readonly call: Call;
  readonly origin: OriginNames;
  readonly signer?: GovernanceStep['signer'];
  readonly enactAfter: RelayBlock;
  readonly nextIndex: number;
  readonly submissionDeposit: Planck;
  readonly decisionDeposit: Planck;
}): GovernanceStep[] {
  const { at, chain, name, pallet = 'referenda', call, signer = 'anybody', enactAfter, nextIndex } = options;
  const { length, form, call: proposal } = proposalOf(call);
  const bounded =
    form === 'inline' ? { Inline: proposal.data } : { Lookup: { hash_: proposal.hash, len: length } };
  const note: GovernanceStep[] =
    form === 'inline'
      ? []
      : [
          {
            name: `${name}-preimage`,
            title: `note the preimage of the proposal (${length} bytes); its deposit comes back with preimage.unnotePreimage`,
            chain,
            signer: 'anybody',
            call: describeCall(createCall(at.runtime, 'preimage', 'notePreimage', [proposal.data])),
            deposit: null,
          },
        ];
  const submit = createCall(at.runtime, pallet, 'submit', [
    originOf(at, options.origin, pallet),
    bounded,
    { After: enactAfter },
  ]);
  requireInside(at, submit, form === 'inline' ? proposal.data : proposal.hash);
  return [
    ...note,
    {
      name: `${name}-submit`,
      title: 'submit the referendum',
      chain,
      signer,
      call: describeCall(submit),
      deposit: options.submissionDeposit,
    },
    {
      name: `${name}-decision-deposit`,
      title: `place the decision deposit, for the index that the event Submitted tells (here ${nextIndex}, when nobody submits before)`,
      chain,
      signer: 'anybody',
      call: describeCall(createCall(at.runtime, pallet, 'placeDecisionDeposit', [nextIndex])),
      deposit: options.decisionDeposit,
    },
  ];
}

/** polkadot-js fills what it does not understand with zeros: what counts has to be in the bytes. @throws RESCUE_CHAIN_REFUSES */
function requireInside({ runtime }: ChainAt, call: Call, part: string): void {
  if (toHex(call.toU8a()).includes(part.slice(2))) return;
  const { specName, specVersion } = runtime.version;
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The runtime ${specName} ${specVersion} takes no proposal for a referendum as it is meant.`,
  );
}

/** Why something of a chain cannot be made, in a few words. */
export function refusal(error: unknown): string {
  return oneLine(messageOf(error), 300);
}
