import type { SpecNetwork } from '../../../devnet/spec-network.ts';
import type { CommandIo } from '../shared/io.ts';
import { readSpecFile } from '../shared/spec-file.ts';

/** `pararescue devnet --spec`: chains of other people's specs, until interrupted. */
export async function serveSpecs(
  files: readonly string[],
  options: {
    readonly relayPort: number;
    readonly paraPort: number;
    readonly blockMs: number;
    readonly finalityLag: number;
  },
  io: CommandIo,
  stopped: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { startSpecNetwork } = await import('../../../devnet/spec-network.ts');
  const { blockMs, ...settings } = options;
  // Before anybody is told how to stop it, and before there is something to close.
  const { signal } = io;
  const specs = await Promise.all(files.map(readSpecFile));
  const network = await startSpecNetwork({ specs, ...settings });
  try {
    tellTrouble(network, io);
    network.run(blockMs);
    io.stdout([...linesOf(network), 'Stop with Ctrl-C.', ''].join('\n'));
    await stopped(signal);
  } finally {
    await network.close();
  }
}

function linesOf({ relay, paras, shortcuts }: SpecNetwork): string[] {
  return [
    `${'chain'.padEnd(12)}${relay.url}   ${relay.chain.identity.name}, ${relay.chain.genesisHash}`,
    ...paras.map(
      ({ id, url, chain }) =>
        `${`para ${id}`.padEnd(12)}${url}   ${chain.identity.name}, ${chain.genesisHash}`,
    ),
    ...(shortcuts.registered.length > 0
      ? [
          `Para ${shortcuts.registered.join(', ')}: put into the genesis of the relay chain, with cores, so its hash is not the one of its spec.`,
        ]
      : []),
    ...(shortcuts.givenSignatures
      ? ['Keys of block authors or validators are not here: their signatures are taken as given.']
      : []),
    ...(shortcuts.givenFinality ? ['Keys of GRANDPA are not here: blocks become final without votes.'] : []),
  ];
}

/** Each trouble once, not with every block. */
function tellTrouble(network: SpecNetwork, io: CommandIo): void {
  const told = new Set<string>();
  const tell = (text: string) => {
    if (told.has(text)) return;
    told.add(text);
    io.stderr(`${text}\n`);
  };
  network.on('collation-failed', (panic, id) => tell(`para ${id} cannot build its block: ${panic.panic}`));
  network.on('candidate-refused', (refusal, id) =>
    tell(`validators refuse the block of para ${id}: ${refusal.message}`),
  );
  network.on('production-failed', (error) => tell(`there is no block: ${error.message}`));
}
