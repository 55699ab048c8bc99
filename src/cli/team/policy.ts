import type { Command } from 'commander';
import type { Token } from '../../domain/amount.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { HashedPolicy, Policy } from '../../domain/policy/policy.ts';
import type { ParaId } from '../../domain/units.ts';
import { amountText } from '../shared/amount-text.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { releaseRuleText } from '../shared/release-text.ts';

export const registerPolicy: RegisterCommand = (program, io) => {
  const policy = program
    .command('policy')
    .description('policies: what a file says, which one is in force, and how they differ');
  registerCheck(policy, io);
  registerShow(policy, io);
  registerExplain(policy, io);
  registerDiff(policy, io);
};

function registerCheck(policy: Command, io: CommandIo): void {
  policy
    .command('check')
    .description('check a policy file and print the hash that an opt-in signs')
    .argument('<file>', 'the policy, YAML or JSON')
    .option('--json', 'print JSON for machines')
    .action(async (file: string, flags: { readonly json?: boolean }) => {
      const { policyConcerns } = await import('../../domain/policy/policy-obstacles.ts');
      const { policy, hash } = await readPolicy(file);
      const concerns = policyConcerns(policy);
      if (flags.json) return io.stdout(jsonText({ hash, concerns, policy }));
      io.stdout(`policy ${hash} for para ${policy.para} is well-formed\n`);
      const { release } = policy;
      if (release) io.stdout(`${printable(releaseRuleText(release))}\n`);
      for (const concern of concerns) io.stdout(`concern: ${printable(concern)}\n`);
    });
}

interface InForceFlags extends ClientFlags {
  readonly para?: ParaId;
}

function registerShow(policy: Command, io: CommandIo): void {
  withClientOptions(policy.command('show'), io)
    .description('the policy in force as a file, with all defaults written out')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .action(async (flags: ClientFlags & { readonly para: ParaId }) => {
      const { policy, hash } = await inForce(flags, flags.para, io);
      if (flags.json) return io.stdout(jsonText({ hash, policy }));
      // The file alone on stdout, so that it can be kept.
      io.stdout(jsonText(policy));
      io.stderr(`policy ${hash}, in force for para ${flags.para}\n`);
    });
}

function registerExplain(policy: Command, io: CommandIo): void {
  withClientOptions(policy.command('explain'), io)
    .description('what a policy says, a plain sentence for each rule')
    .argument('[file]', 'the policy, YAML or JSON; or --para for the one in force')
    .option('--para <id>', 'of this para, whose token is then known too', paraArgument)
    .action(async (file: string | undefined, flags: InForceFlags) => {
      if (file === undefined && flags.para === undefined) throw wrong('give a file, or --para');
      const read = file === undefined ? null : await readPolicy(file);
      const { policy, hash } = read ?? (await inForce(flags, flags.para ?? 0, io));
      const token =
        flags.para === undefined
          ? null
          : ((await (await clientOf(flags, io)).para(flags.para)).token ?? null);
      const sentences = await sentencesOf(policy, token);
      if (flags.json) return io.stdout(jsonText({ hash, sentences }));
      io.stdout(`policy ${hash} for para ${policy.para}\n\n${sentences.join('\n')}\n`);
    });
}

function registerDiff(policy: Command, io: CommandIo): void {
  withClientOptions(policy.command('diff'), io)
    .description('how one policy differs from another, or from the one in force, a plain line for each part')
    .argument('<file>', 'the policy, YAML or JSON')
    .argument('[after]', 'a second one, which the first one is compared with')
    .option(
      '--para <id>',
      'without a second file: what <file> would change of the one in force',
      paraArgument,
    )
    .action(async (file: string, after: string | undefined, flags: InForceFlags) => {
      if ((after === undefined) === (flags.para === undefined)) {
        throw wrong('give a second file, or --para for the policy in force');
      }
      const [old, now] =
        after === undefined
          ? [await inForce(flags, flags.para ?? 0, io), await readPolicy(file)]
          : [await readPolicy(file), await readPolicy(after)];
      const { policyDifference } = await import('../../domain/policy/policy-difference.ts');
      const difference = policyDifference(old.policy, now.policy);
      if (flags.json) return io.stdout(jsonText({ before: old.hash, after: now.hash, difference }));
      if (difference.length === 0) return io.stdout(`the same policy, ${now.hash}\n`);
      const lines = difference.map((line) => `${printable(line)}\n`);
      io.stdout(`from ${old.hash}\nto   ${now.hash}\n\n${lines.join('')}`);
    });
}

/** @throws RESCUE_NOT_OPTED_IN */
async function inForce(flags: ClientFlags, paraId: ParaId, io: CommandIo): Promise<HashedPolicy> {
  const policy = await (await clientOf(flags, io)).policy(paraId);
  if (policy === null) {
    throw new RescueError('RESCUE_NOT_OPTED_IN', `para ${paraId} has not opted in: no policy is in force`);
  }
  const { policyHash } = await import('../../domain/policy/policy.ts');
  return { policy, hash: policyHash(policy) };
}

async function sentencesOf(policy: Policy, token: Token | null): Promise<string[]> {
  const [{ policySentences }, { blocksAndHours }] = await Promise.all([
    import('../../domain/policy/policy-sentences.ts'),
    import('../../domain/readiness/time.ts'),
  ]);
  return policySentences(policy, {
    amount: (amount) => amountText(amount, token),
    blocks: blocksAndHours,
    number: String,
    symbol: token?.symbol ?? 'the native token',
  });
}

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
