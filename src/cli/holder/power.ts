import { RescueError } from '../../domain/errors.ts';
import type { CollatorRule } from '../../domain/policy/collator-rules.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { amountText } from '../shared/amount-text.ts';
import { hashArgument, paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { readAccount } from '../shared/key-options.ts';
import { accountText } from '../shared/signing.ts';
import { facts, percentage } from '../shared/table.ts';

interface PowerFlags extends ClientFlags {
  readonly para: ParaId;
  readonly relayBlock?: Hex;
}

/** `pararescue power ACCOUNT`: recomputed here from the proof; nothing of what the service says of it is taken. */
export const registerPower: RegisterCommand = (program, io) => {
  withClientOptions(program.command('power'), io)
    .description("an account's voting power in the open round, proven here from the storage at the last head")
    .argument('<account>', 'SS58 address of any network, or hex')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option(
      '--relay-block <hash>',
      'hash of the relay block that it is proven under, as a node that you trust has finalized it',
      hashArgument,
    )
    .action(async (address: string, flags: PowerFlags) => {
      const account = await readAccount('the account', address);
      const client = await clientOf(flags, io);
      const [policy, proof, para] = [
        await client.policy(flags.para),
        await client.accountProof(flags.para, account),
        await client.para(flags.para),
      ];
      if (policy === null) {
        throw new RescueError(
          'RESCUE_NOT_OPTED_IN',
          `para ${flags.para} has no policy that says what counts`,
        );
      }
      if (proof.account !== account) throw wrong(`the service proved another account, ${proof.account}`);
      const { relay, head } = proof.anchor;
      if (flags.relayBlock !== undefined && flags.relayBlock !== relay.hash) {
        throw wrong(`it is proven under relay block ${relay.number} with hash ${relay.hash}, not that one`);
      }
      const [{ layoutOf, verifyElectors }, { exclusionOf, provePower }, { fromHex }, { policyHash }] =
        await Promise.all([
          import('../../voting/anchor-proof.ts'),
          import('../../voting/index.ts'),
          import('../../bytes/hex.ts'),
          import('../../domain/policy/policy.ts'),
        ]);
      const layout = layoutOf(proof.evidence);
      const { electorate, collators } = verifyElectors(
        flags.para,
        proof.anchor,
        proof.evidence,
        policy,
        layout,
      );
      const { power } = provePower(policy, account, head.stateRoot, proof.nodes.map(fromHex), layout);
      if (power !== proof.power) throw wrong(`the proof gives ${power}, but the service says ${proof.power}`);
      const excluded = exclusionOf(policy, account);
      const collator = collators && {
        member: collators.members.has(account),
        size: collators.members.size,
        decide: collators.rule.decide,
      };
      const found = {
        account,
        power,
        electorate,
        excluded,
        ...(collator && { collator }),
        policy: policyHash(policy),
        relay,
        head,
      };
      if (flags.json) return io.stdout(jsonText(found));
      io.stdout(
        facts([
          ['account', await accountText(account)],
          ['power', amountText(power, para.token)],
          [
            'share',
            collator?.decide === 'alone'
              ? null
              : `${percentage(power, electorate)} of ${amountText(electorate, para.token)}`,
          ],
          ['collator', collator && collatorText(collator)],
          ['no vote', excluded === null ? null : `the policy excludes it: ${excluded}`],
          [
            '',
            power === 0n && excluded === null && !collator?.member
              ? 'what it received after the last head does not vote'
              : null,
          ],
          ['head', `${head.number} ${head.hash}`],
          ['proven', `here, under relay block ${relay.number} ${relay.hash}`],
          [
            '',
            flags.relayBlock === undefined
              ? 'compare that hash with a node that you trust, or give it as --relay-block'
              : 'which is the one that you named',
          ],
          ['policy', policyHash(policy)],
        ]),
      );
    });
};

function collatorText(collator: {
  readonly member: boolean;
  readonly size: number;
  readonly decide: CollatorRule['decide'];
}): string {
  const { member, size, decide } = collator;
  const voice = member ? `one voice of ${size}` : `none: it is not among the ${size} collators`;
  if (decide !== 'alone') return voice;
  return `${voice}; collators decide alone, so ${member ? 'what it holds does not count' : 'it has no vote'}`;
}

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_PROOF_INVALID', sentence);
}
