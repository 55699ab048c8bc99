import { Option } from 'commander';
import { fromHex } from '../../bytes/hex.ts';
import type { Handover } from '../../domain/chain/handover.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaId } from '../../domain/units.ts';
import { handoverText } from '../shared/acting-text.ts';
import { paraArgument } from '../shared/arguments.ts';
import { callText, viewOf, writeCall } from '../shared/call-view.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { withForceOption, writeOut } from '../shared/out-file.ts';

interface HandoverFlags extends ClientFlags {
  readonly para: ParaId;
  readonly out?: string;
  readonly codeOut?: string;
  readonly qr?: QrOf | true;
  readonly force?: true;
}

/** What a QR code can be of, the best first. */
const QR_OF = ['link', 'data', 'hash'] as const;
type QrOf = (typeof QR_OF)[number];
/** Characters that phones still read from a screen. */
const MOST_SCANNED = 1_500;

export const registerHandover: RegisterCommand = (program, io) => {
  withForceOption(withClientOptions(program.command('handover'), io))
    .description(
      'the call that waits for an outside signer, for other signatories, or for anybody who sends it: its bytes and hash, what it does, and the command for each',
    )
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option(
      '--out <file>',
      'write the call: its bytes, as hex when the name ends with .hex, or with all that signers need when it ends with .json',
    )
    .option('--code-out <file>', 'write the approved runtime, which the commands take')
    .addOption(
      new Option(
        '--qr [what]',
        'show a QR code: of the link for polkadot-js apps, of the call in hex, or of its hash; the first of them that fits when left out',
      ).choices(QR_OF),
    )
    .action(async (flags: HandoverFlags) => {
      const client = await clientOf(flags, io);
      const found = await client.handover(flags.para);
      const { codeOut } = flags;
      if (codeOut !== undefined) {
        const { approved } = await client.para(flags.para);
        if (!approved) throw new RescueError('RESCUE_STATE_REFUSES', 'no code is approved for the para');
        await writeOut(codeOut, fromHex((await client.substitute(flags.para)).code), flags);
      }
      const withFile = {
        ...found,
        commands: found.commands.map(({ by, command }) => ({
          by,
          command: codeOut === undefined ? command : command.replace(/--code \S+/, `--code ${codeOut}`),
        })),
      };
      if (flags.out !== undefined) await writeCall(flags.out, withFile, flags, withFile);
      if (flags.json) {
        io.stdout(jsonText(withFile));
        return;
      }
      const { method, args, callHash: hash, data } = withFile;
      const view = viewOf({ data, hash, decoded: { method, args } }, flags.out);
      io.stdout(`${callText(view)}${await handoverText(withFile, undefined)}`);
      if (flags.qr !== undefined) await showCode(withFile, flags.qr, io);
    });
};

async function showCode(
  { link, data, callHash }: Handover,
  wanted: QrOf | true,
  io: CommandIo,
): Promise<void> {
  const { isColoured, qrText } = await import('../shared/qr-text.ts');
  const texts = { link, data, hash: callHash };
  const of =
    wanted === true
      ? QR_OF.find((one) => (texts[one] ?? '').length <= MOST_SCANNED && texts[one] !== null)
      : wanted;
  const text = of === undefined ? null : texts[of];
  const code = text === null ? null : qrText(text, { coloured: isColoured(io) });
  if (of === undefined || code === null) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'the call is too long for that QR code: take --qr hash, and --out for its bytes',
    );
  }
  io.stdout(`\n${{ link: 'the link', data: 'the call, in hex', hash: 'the hash of the call' }[of]}:\n`);
  io.styled(code);
}
