import { printable } from '../../domain/plain-text.ts';
import { jsonText } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { releaseRuleText } from '../shared/release-text.ts';

export const registerPolicy: RegisterCommand = (program, io) => {
  program
    .command('policy')
    .description('work with policy files')
    .command('check')
    .description('check a policy file and print the hash that an opt-in signs')
    .argument('<file>', 'the policy, YAML or JSON')
    .option('--json', 'print JSON for machines')
    .action(async (file: string, flags: { readonly json?: boolean }) => {
      const { readPolicyFile } = await import('../../config/policy-file.ts');
      const { policyHash } = await import('../../domain/policy/policy.ts');
      const { policyConcerns } = await import('../../domain/policy/policy-obstacles.ts');
      const policy = await readPolicyFile(file);
      const concerns = policyConcerns(policy);
      if (flags.json) {
        io.stdout(jsonText({ hash: policyHash(policy), concerns, policy }));
        return;
      }
      io.stdout(`policy ${policyHash(policy)} for para ${policy.para} is well-formed\n`);
      const { release } = policy;
      if (release) io.stdout(`${printable(releaseRuleText(release))}\n`);
      for (const concern of concerns) io.stdout(`concern: ${printable(concern)}\n`);
    });
};
