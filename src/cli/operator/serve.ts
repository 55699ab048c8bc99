import type { ConfigFlags } from '../../config/config.ts';
import type { RegisterCommand } from '../shared/io.ts';

interface ServeFlags extends ConfigFlags {
  readonly config: string;
}

export const registerServe: RegisterCommand = (program, io) => {
  program
    .command('serve')
    .description('watch paras, keep their rescues going and serve the HTTP API')
    .requiredOption('--config <file>', 'configuration, YAML or JSON')
    .option('--database <folder>', 'overrides the folder of the database')
    .option('--host <address>', 'overrides the address to listen on')
    .option('--port <number>', 'overrides the port to listen on')
    .option('--log-level <level>', 'overrides the log level')
    .option('--relay <url...>', 'overrides the relay chain endpoints')
    .action(async ({ config: file, ...flags }: ServeFlags) => {
      // Whatever the service writes, now or when LevelDB tidies up, is for its own account only.
      process.umask(0o077);
      const { loadConfig } = await import('../../config/config.ts');
      const config = await loadConfig({ file, env: io.env, flags });
      const { openApp } = await import('../../app/app.ts');
      io.signal.addEventListener('abort', () => io.stdout('closing; a second signal ends at once\n'), {
        once: true,
      });
      const opening = openApp(config, { env: io.env });
      const app = await Promise.race([opening, aborted(io.signal)]);
      if (app === undefined) {
        // Told to stop while the nodes had not answered yet: what still opens is closed again.
        await opening.then(
          (late) => late.close(),
          () => undefined,
        );
        return;
      }
      try {
        io.stdout(`pararescue serves ${app.url}\n`);
        await Promise.race([aborted(io.signal), app.failed]);
      } finally {
        await app.close();
      }
    });
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
