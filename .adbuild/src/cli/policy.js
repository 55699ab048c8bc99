import { jsonText } from './client-options.js';
export const registerPolicy = (program, io) => {
    program
        .command('policy')
        .description('work with policy files')
        .command('check')
        .description('check a policy file and print the hash that an opt-in signs')
        .argument('<file>', 'the policy, YAML or JSON')
        .option('--json', 'print JSON for machines')
        .action(async (file, flags) => {
        const { readPolicyFile } = await import('../policy-file.js');
        const { policyHash } = await import('../domain/policy.js');
        const { policyConcerns } = await import('../domain/policy-obstacles.js');
        const policy = await readPolicyFile(file);
        const concerns = policyConcerns(policy);
        if (flags.json) {
            io.stdout(jsonText({ hash: policyHash(policy), concerns, policy }));
            return;
        }
        io.stdout(`policy ${policyHash(policy)} for para ${policy.para} is well-formed\n`);
        for (const concern of concerns)
            io.stdout(`concern: ${concern}\n`);
    });
};
//# sourceMappingURL=policy.js.map