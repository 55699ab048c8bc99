import { writeFile } from 'node:fs/promises';
import { fromHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import { handoverText } from '../shared/acting-text.ts';
import { paraArgument } from '../shared/arguments.ts';
import { callText, viewOf, writeCall } from '../shared/call-view.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';

interface HandoverFlags extends ClientFlags {
  readonly para: ParaId;
  readonly out?: string;
  readonly codeOut?: string;
}

export const registerHandover: RegisterCommand = (program, io) => {
  withClientOptions(program.command('handover'), io)
    .description(
      'the call that waits for an outside signer, for other signatories, or for anybody who sends it: its bytes and hash, what it does, and the command for each',
    )
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option(
      '--out <file>',
      'write the call: its bytes, as hex when the name ends with .hex, or with all that signers need when it ends with .json',
    )
    .option('--code-out <file>', 'write the approved runtime, which the commands take')
    .action(async (flags: HandoverFlags) => {
      const client = await clientOf(flags, io);
      const found = await client.handover(flags.para);
      const { codeOut } = flags;
      if (codeOut !== undefined) {
        const { approved } = await client.para(flags.para);
        if (!approved) throw new RescueError('RESCUE_STATE_REFUSES', 'no code is approved for the para');
        await writeCode(codeOut, (await client.substitute(flags.para)).code);
      }
      const withFile = {
        ...found,
        commands: found.commands.map(({ by, command }) => ({
          by,
          command: codeOut === undefined ? command : command.replace(/--code \S+/, `--code ${codeOut}`),
        })),
      };
      if (flags.out !== undefined) await writeCall(flags.out, withFile, withFile);
      if (flags.json) {
        io.stdout(jsonText(withFile));
        return;
      }
      const { method, args, callHash: hash, data } = withFile;
      const view = viewOf({ data, hash, decoded: { method, args } }, flags.out);
      io.stdout(`${callText(view)}${await handoverText(withFile, undefined)}`);
    });
};

async function writeCode(path: string, code: `0x${string}`): Promise<void> {
  try {
    await writeFile(path, fromHex(code));
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the file ${path} cannot be written: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}
