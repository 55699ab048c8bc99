import type { Command } from 'commander';
import { z } from 'zod';
import { RpcConnection, RpcRefusal } from '../../chain/nodes/rpc-connection.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';

/** Where `pararescue devnet` listens for commands. */
export const CONTROL_PORT = 9940;

/** A fault may take sixty relay blocks to come about, of a minute each at most. */
const LONGEST_MS = 3_600_000;
const CONNECT_MS = 5_000;

const faultStates = z.array(
  z.object({ name: z.string(), what: z.string(), undo: z.string().nullable(), on: z.boolean() }),
);
const installed = z.object({ block: z.int(), head: z.int() });
export type FaultStates = z.infer<typeof faultStates>;

/** What a running `pararescue devnet` can be told. */
export interface DevnetControl {
  faults(): Promise<FaultStates>;
  begin(fault: string): Promise<FaultStates>;
  end(fault: string): Promise<FaultStates>;
  /** From the block on, by default the para's last one. */
  installSubstitute(block: number | null, code: Uint8Array): Promise<z.infer<typeof installed>>;
}

/** `--control`, for the commands that tell it something. */
export function withControl(command: Command): Command {
  return command.option(
    '--control <url>',
    'where "pararescue devnet" listens for commands',
    `ws://127.0.0.1:${CONTROL_PORT}`,
  );
}

/**
 * Does `work` with the network that listens at `url`, until `signal` aborts.
 * @throws RESCUE_DEVNET_FAILED with its sentence when the network refuses, or there is none
 */
export async function atDevnet<T>(
  url: string,
  signal: AbortSignal,
  work: (control: DevnetControl) => Promise<T>,
): Promise<T> {
  const connection = await RpcConnection.open(url, {
    connectTimeoutMs: CONNECT_MS,
    requestTimeoutMs: LONGEST_MS,
  }).catch((cause) => {
    throw failed(`no "pararescue devnet" listens at ${url}: ${messageOf(cause)}`, cause);
  });
  const leave = () => void connection.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await work({
      faults: () => connection.ask(faultStates, 'devnet_faults'),
      begin: (fault) => connection.ask(faultStates, 'devnet_beginFault', fault),
      end: (fault) => connection.ask(faultStates, 'devnet_endFault', fault),
      installSubstitute: (block, code) =>
        connection.ask(installed, 'devnet_installSubstitute', block, Buffer.from(code).toString('hex')),
    });
  } catch (error) {
    if (error instanceof RpcRefusal) throw failed(error.message, error);
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
    await connection.close();
  }
}

function failed(sentence: string, cause: unknown): RescueError {
  return new RescueError('RESCUE_DEVNET_FAILED', sentence, { cause });
}
