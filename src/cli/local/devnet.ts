import type { Command } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { CONTROL_PORT } from './devnet-control.ts';
import { registerDevnetFault } from './devnet-fault.ts';
import { registerDevnetSubstitute } from './devnet-substitute.ts';

interface DevnetFlags {
  readonly relayPort: string;
  readonly paraPort: string;
  readonly blockMs: string;
  readonly finalityLag: string;
  readonly controlPort: string;
  readonly unlock?: true;
  readonly contracts?: true;
  readonly contractsPort: string;
  readonly spec?: readonly string[];
}

/** `pararescue devnet`: the embedded network alone, until interrupted. */
export const registerDevnet: RegisterCommand = (program: Command, io: CommandIo) => {
  const command = program
    .command('devnet')
    .description('run the embedded network alone, for any Polkadot client to connect')
    .option('--relay-port <port>', 'JSON-RPC port of the relay chain on loopback; 0 takes a free one', '9944')
    .option('--para-port <port>', 'JSON-RPC port of the para on loopback; 0 takes a free one', '9945')
    .option('--block-ms <n>', 'milliseconds between relay blocks', '1000')
    .option('--finality-lag <n>', 'relay blocks that finality is behind; 0 makes blocks final at once', '2')
    .option(
      '--control-port <port>',
      'port on loopback for "pararescue devnet fault" and "pararescue devnet substitute"; 0 takes a free one',
      String(CONTROL_PORT),
    )
    .option('--contracts', 'start a third chain, for rescue contracts')
    .option(
      '--contracts-port <port>',
      'JSON-RPC port of the contracts chain on loopback; 0 takes a free one',
      '9946',
    )
    .option(
      '--spec <file...>',
      'serve the chains of these chain specs instead: a relay chain or another chain, and paras on it, from --para-port on',
    )
    .option('--unlock', 'let the para unlock itself by XCM first, so that its manager may act')
    .action(async (flags: DevnetFlags) => {
      const { parseBlockMs } = await import('./block-time.ts');
      if (flags.spec) {
        if (flags.contracts || flags.unlock) {
          throw new RescueError(
            'RESCUE_REQUEST_INVALID',
            '--contracts and --unlock are for the embedded network, not for chains of --spec.',
          );
        }
        const { serveSpecs } = await import('./devnet-specs.ts');
        const settings = {
          relayPort: parsePort('--relay-port', flags.relayPort),
          paraPort: parsePort('--para-port', flags.paraPort),
          finalityLag: parseLag(flags.finalityLag),
        };
        await serveSpecs(flags.spec, { ...settings, blockMs: parseBlockMs(flags.blockMs) }, io, stopped);
        return;
      }
      const lag = parseLag(flags.finalityLag);
      // Before anybody is told how to stop it, and before there is something to close.
      const { signal } = io;
      const { startNetwork } = await import('../../../devnet/network.ts');
      const { openControl } = await import('../../../devnet/control.ts');
      const network = await startNetwork({
        relayPort: parsePort('--relay-port', flags.relayPort),
        paraPort: parsePort('--para-port', flags.paraPort),
        contractsPort: parsePort('--contracts-port', flags.contractsPort),
        ...(flags.contracts && { contracts: true }),
      });
      let control: Awaited<ReturnType<typeof openControl>> | null = null;
      try {
        control = await openControl(network, '127.0.0.1', parsePort('--control-port', flags.controlPort));
        if (flags.unlock) await network.unlockPara();
        network.lagFinality(lag);
        network.run(parseBlockMs(flags.blockMs));
        io.stdout(
          [
            `relay chain   ${network.relay.url}   sudo //Alice, validators //Alice and //Bob`,
            `para ${network.paraId}     ${network.para.url}   sudo //Alice, registrar manager ${network.manager.uri}, holders //Holder//1 to //Holder//${network.holders.length}`,
            ...(network.contracts
              ? [
                  `para ${network.contracts.id}     ${network.contracts.url}   contracts chain, sudo //Alice; joined with para ${network.paraId} by channels`,
                  `Ethereum      ${network.contracts.url.replace('ws:', 'http:')}   the contracts chain for Ethereum wallets, chain id 420420999; Alith to Faith own 100 UNIT each`,
                ]
              : []),
            `commands      ${control.url}   "pararescue devnet fault" lists what can go wrong`,
            'The keys are public: use them nowhere else. Stop with Ctrl-C.',
            '',
          ].join('\n'),
        );
        await stopped(signal);
      } finally {
        await control?.stop();
        await network.close();
      }
    });
  registerDevnetFault(command, io);
  registerDevnetSubstitute(command, io);
};

function parseLag(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new RescueError(
    'RESCUE_REQUEST_INVALID',
    `--finality-lag must be a number of blocks from 0 to 999, not "${text}".`,
  );
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function parsePort(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new RescueError('RESCUE_REQUEST_INVALID', `${flag} must be a port from 0 to 65535, not "${text}".`);
}
