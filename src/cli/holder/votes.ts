import type { ActSignature, CountedVote } from '../../domain/round/round.ts';
import type { ParaId } from '../../domain/units.ts';
import { amountText } from '../shared/amount-text.ts';
import { countArgument, paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { readAccount } from '../shared/key-options.ts';
import { accountText } from '../shared/signing.ts';
import { facts, table } from '../shared/table.ts';
import { presentOf, whenText } from '../shared/when-text.ts';

interface VotesFlags extends ClientFlags {
  readonly para: ParaId;
  readonly account?: string;
  readonly most: number;
}

/** `pararescue votes`: those that count now, each the last one of its account. */
export const registerVotes: RegisterCommand = (program, io) => {
  withClientOptions(program.command('votes'), io)
    .description('votes that count in the open round, else in the last one; or that of one account')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option('--account <address>', 'the vote of this account: SS58 address of any network, or hex')
    .option('--most <number>', 'without --account: so many of the newest ones', countArgument, 100)
    .action(async (flags: VotesFlags) => {
      const client = await clientOf(flags, io);
      const account = flags.account === undefined ? null : await readAccount('--account', flags.account);
      const all = await client.votes(flags.para, undefined, undefined, (read) =>
        io.progress(`${read} votes read`),
      );
      if (account !== null) {
        const vote = all.find((one) => one.account === account) ?? null;
        if (flags.json) return io.stdout(jsonText({ vote }));
        if (vote === null) return io.stdout(`no vote of ${await accountText(account)} counts\n`);
        const para = await client.para(flags.para);
        io.stdout(
          facts([
            ['vote', `${vote.choice} on ${vote.proposal}`],
            ['account', await accountText(vote.account)],
            ['power', amountText(vote.power, para.token)],
            ['voice', vote.collator ? 'one, as a collator' : null],
            ['sequence', String(vote.sequence)],
            ['counted', `at ${whenText(vote.admittedAt, presentOf(para))}`],
            ...(await signatureRows(vote)),
          ]),
        );
        return;
      }
      const newest = all.slice(Math.max(0, all.length - flags.most));
      if (flags.json) return io.stdout(jsonText({ of: all.length, votes: newest }));
      io.stdout(await listText(newest, all.length, await client.para(flags.para)));
    });
};

async function signatureRows(vote: ActSignature): Promise<[string, string][]> {
  if ('signature' in vote) return [['signature', `${vote.signature} (${vote.scheme})`]];
  return Promise.all(
    vote.signatures.map(
      async ({ account, signature, scheme }): Promise<[string, string]> => [
        'signature',
        `${signature} (${scheme}) of ${await accountText(account)}`,
      ],
    ),
  );
}

async function listText(
  votes: readonly CountedVote[],
  of: number,
  para: Parameters<typeof presentOf>[0] & { readonly token?: Parameters<typeof amountText>[1] },
): Promise<string> {
  if (of === 0) return 'no vote counts so far\n';
  const rows = await Promise.all(
    votes.map(async ({ choice, account, power, collator, admittedAt, proposal }) => [
      choice,
      (await accountText(account)).split(' ')[0] ?? account,
      `${amountText(power, para.token)}${collator ? ' + a voice' : ''}`,
      whenText(admittedAt, presentOf(para)),
      proposal,
    ]),
  );
  const left = of > votes.length ? `the newest ${votes.length} of ${of}; --most shows more\n` : '';
  return `${table(['VOTE', 'ACCOUNT', 'POWER', 'COUNTED AT', 'PROPOSAL'], rows)}${left}`;
}
