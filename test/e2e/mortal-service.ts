import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createServiceClient, type ServiceClient } from '../../src/client/service-client.ts';
import { RescueError } from '../../src/domain/errors.ts';

const SCRIPT = fileURLToPath(new URL('../support/mortal-service.mjs', import.meta.url));

type Life = ChildProcessByStdio<Writable, Readable, Readable>;

/** Kills lives at moments of its own choice too, and not only at the steps. */
export interface Killer {
  /** Most lives that it ends. */
  readonly most: number;
  /** Milliseconds that the next one has, counted from when it serves. */
  readonly nextMs: () => number;
}

/** The service in a process that dies at every persisted step once, and is started again each time. */
export class MortalService {
  /** Lives that ended by SIGKILL, for whatever reason. */
  deaths = 0;
  /** Steps at which a life ended, in order. */
  readonly ends: string[] = [];
  /** Steps at which none ends. */
  readonly spared: readonly string[];
  /** Told when a life begins to serve, and when it ends. */
  onServes: (serves: boolean) => void = () => {};
  readonly #configFile: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #killer: Killer;
  #killed = 0;
  #child: Life | null = null;
  /** The next life: it has loaded its code, and waits for the end of this one. */
  #spare: Life | null = null;
  #url: string | null = null;
  #stopping = false;
  #failure: Error | null = null;
  #woken = new Set<() => void>();
  #stderr = '';

  constructor(
    configFile: string,
    env: Readonly<Record<string, string>>,
    spared: readonly string[],
    killer: Killer = { most: 0, nextMs: () => 0 },
  ) {
    this.#configFile = configFile;
    this.#env = env;
    this.spared = spared;
    this.#killer = killer;
  }

  start(): void {
    const child = this.#spare ?? this.#load();
    child.stdin.end(`${JSON.stringify([...this.spared, ...this.ends])}\n`);
    this.#child = child;
    this.#spare = this.#load();
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4000);
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const [, word, rest = ''] = /^(url|dying) (.*)$/.exec(line) ?? [];
      if (word === 'url') {
        this.#url = rest;
        this.onServes(true);
        this.#threaten(child);
      }
      if (word === 'dying') this.ends.push(rest);
      this.#wake();
    });
    // `close` comes after the last line was read, unlike `exit`.
    child.once('close', (_code, signal) => {
      this.#url = null;
      this.onServes(false);
      if (signal === 'SIGKILL') this.deaths += 1;
      if (this.#stopping) return;
      if (signal === 'SIGKILL') this.start();
      else this.#failure = new Error(`the service ended by itself: ${this.#stderr}`);
      this.#wake();
    });
  }

  /** Does something over HTTP, in as many lives as it takes. `isDone` reads a refusal as "an earlier life did it". */
  async insist<Result>(
    act: (client: ServiceClient) => Promise<Result>,
    isDone: (error: RescueError) => boolean = () => false,
  ): Promise<Result | null> {
    for (;;) {
      const url = await this.#alive();
      try {
        return await act(createServiceClient(url));
      } catch (error) {
        if (!(error instanceof RescueError)) throw error;
        if (isDone(error)) return null;
        if (error.code !== 'RESCUE_SERVICE_UNREACHABLE' && error.code !== 'RESCUE_STATE_REFUSES') throw error;
        if (this.#url === url) await this.#changed();
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#spare?.stdin.end();
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }

  /** Called on every relay block too, so that what was refused in one state is tried in the next. */
  poke(): void {
    this.#wake();
  }

  #threaten(child: Life): void {
    if (this.#killed >= this.#killer.most) return;
    this.#killed += 1;
    const timer = setTimeout(() => child.kill('SIGKILL'), this.#killer.nextMs());
    child.once('close', () => clearTimeout(timer));
  }

  #load(): Life {
    return spawn(process.execPath, [SCRIPT, this.#configFile], {
      env: { ...process.env, ...this.#env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  async #alive(): Promise<string> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (this.#url) return this.#url;
      await this.#changed();
    }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => this.#woken.add(resolve));
  }

  #wake(): void {
    for (const resolve of this.#woken) resolve();
    this.#woken = new Set();
  }
}
