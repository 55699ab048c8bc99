import { RescueError } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import { jointProposalBody, type ProposedHead } from '../../domain/views/voting.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { roundText } from '../shared/round-text.ts';
import { accountText } from '../shared/signing.ts';
import {
  mappingOf,
  type SpeakingFlags,
  signersText,
  speakingOf,
  withSpeakingOptions,
} from '../shared/speaking.ts';
import { facts } from '../shared/table.ts';
import { trialLine } from '../shared/trial-line.ts';

interface ProposeFlags extends ClientFlags, SpeakingFlags {
  readonly para: ParaId;
  readonly code: string;
  readonly text: string;
}

export const registerPropose: RegisterCommand = (program, io) => {
  withSpeakingOptions(withClientOptions(program.command('propose'), io))
    .description('propose a runtime for a stopped para')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .requiredOption('--code <file>', 'the runtime, wasm or compressed wasm')
    .requiredOption('--text <text>', 'what the runtime changes and why, for the voters')
    .action(async (flags: ProposeFlags) => {
      const client = await clientOf(flags, io);
      const mapping = await mappingOf(client, flags.para, flags);
      const speaking = await speakingOf<ProposedHead>(flags, io, jointProposalBody, 'proposal', mapping);
      const code = await readCodeFile(flags.code);
      const { relayGenesis } = await client.status();
      const { anchor, round, roundId, state } = await client.para(flags.para);
      if (anchor === null || roundId === null) {
        throw new RescueError(
          'RESCUE_STATE_REFUSES',
          `para ${flags.para} is in state ${state}: proposals are taken once its last head is frozen as the anchor of a rescue`,
        );
      }
      const { proposalHash, proposalText } = await import('../../voting/index.ts');
      const { hashCode } = await import('../../code/inspect.ts');
      const statement = {
        relayGenesis,
        paraId: flags.para,
        anchor: anchor.head.hash,
        round,
        roundId,
        codeHash: hashCode(code),
        text: flags.text,
        proposer: speaking.account,
      };
      const { codeHash, text, proposer } = statement;
      const head: ProposedHead = { roundId, codeHash, text, proposer };
      const signed = await speaking.sign(head, proposalText({ ...statement, hash: proposalHash(statement) }));
      if (signed === null) return;
      const proposal = await client.propose({ ...head, ...signed, paraId: flags.para, code });
      io.stdout(
        flags.json
          ? jsonText(proposal)
          : facts([
              ['proposal', proposal.hash],
              ['code', `${proposal.codeHash} (${proposal.codeSize} bytes)`],
              ['runtime', `${proposal.runtime.specName} ${proposal.runtime.specVersion}`],
              ['round', `${roundText(proposal)} of head ${proposal.anchor}`],
              ['proposer', await accountText(proposal.proposer)],
              ['signed by', await signersText(proposal)],
              ['trial', trialLine(proposal.trial)],
              ['admitted', `at relay block ${proposal.admittedAt}`],
            ]),
      );
    });
};
