import type { RehearsalPlan } from './plan.ts';
import type { Played, Stage } from './play/play.ts';

/** What was not as on the chains, a sentence each. */
export function shortcutsOf(
  { shortcuts, asManager, paraId, policy }: RehearsalPlan,
  { network, para }: Stage,
  played: Played,
) {
  const signers = [...new Set(played.steps.flatMap(({ calls }) => calls.map(({ signer }) => signer)))];
  const { way } = network;
  return [
    ...shortcuts,
    ...(asManager === null
      ? []
      : [`Registrar.Paras(${paraId}) was written: the manager is ${asManager}, and the para is unlocked`]),
    `no block of the para comes before the switch, whatever its collators do; what of it waited to be included is dropped`,
    'relay blocks hold no extrinsics of others, and include no blocks of other paras that did not wait already',
    ...(played.route?.name === 'contract'
      ? ['nobody voted: the decision that the watchers attest has no evidence behind it']
      : []),
    ...(policy?.release
      ? [
          `nobody was asked: by the policy ${policy.release.threshold} of ${policy.release.people.length} people have to release the decision first`,
        ]
      : []),
    ...signers.map((signer) => `the signature of ${signer} is taken as given`),
    'seals of authors and votes of validators are taken as given; validators vote on the code by the rules that can be checked here',
    ...(para.included.length === 0 || way === 'inherent'
      ? []
      : way === 'call'
        ? ['heads are included by a call of the relay chain that its root makes: its runtime has no backing']
        : ["heads are included by writing them into the relay chain's state: its runtime is told of none"]),
  ];
}
