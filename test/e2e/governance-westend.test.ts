import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { DEV_NAMES, type DevAccount, devAccount } from '../../devnet/keys.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { type SpecPara, startSpecNetwork } from '../../devnet/spec-network.ts';
import { openApp } from '../../src/app/app.ts';
import type { SignableCall } from '../../src/blocks/chain-types.ts';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeLittle } from '../../src/bytes/scale.ts';
import { castVote, optInWith, proposeCode } from '../../src/client/acts.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { hashCode } from '../../src/code/inspect.ts';
import { configSchema } from '../../src/config/config.ts';
import { toJson } from '../../src/domain/json.ts';
import type { ValidationPage } from '../../src/domain/validation/page.ts';
import { pageText } from '../../src/domain/validation/page-text.ts';
import { createLogger } from '../../src/http/logger.ts';
import { storageKey } from '../../src/proof/index.ts';
import { submitSigned } from '../../src/sandbox/signing.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { HAS_SPECS, specFile } from '../blocks/specs.ts';
import { commandLine } from '../support/command-line.ts';
import { patchedCode, withoutValidation } from '../support/patched-code.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Minutes of blocks: run by hand, with the folder in which the page is kept, such as docs/validation. */
const PAGES = process.env.PARARESCUE_WESTEND_PAGES;
const PENPAL = 2000;
const ASSET_HUB = 1000;
const MANAGER = devAccount('Alice');

/** A raw spec with one more entry in its state. */
function withEntry(spec: Uint8Array, key: Uint8Array, value: Uint8Array): Uint8Array {
  const json = JSON.parse(new TextDecoder().decode(spec)) as {
    genesis: { raw: { top: Record<string, string> } };
  };
  json.genesis.raw.top[toHex(key)] = toHex(value);
  return new TextEncoder().encode(JSON.stringify(json));
}

/** The relay chain's spec with a registrar entry for the para: locked, as paras are that once lived. */
function registered(spec: Uint8Array): Uint8Array {
  const para = { hasher: 'Twox64Concat', key: encodeLittle(PENPAL, 4) } as const;
  const entry = concatBytes(fromHex(MANAGER.account), encodeLittle(0n, 16), Uint8Array.of(1, 1));
  return withEntry(spec, storageKey('Registrar', 'Paras', para), entry);
}

/** The same runtime, packed otherwise: other bytes, so another hash. */
function packedAnew(code: Uint8Array): Uint8Array {
  const plain = execFileSync('zstd', ['-dq', '--stdout'], { input: code.subarray(8), maxBuffer: 2 ** 26 });
  const packed = execFileSync('zstd', ['-12', '-q', '--stdout'], { input: plain, maxBuffer: 2 ** 26 });
  return concatBytes(code.subarray(0, 8), packed);
}

/** What was not as on the real chains. */
function withNote(page: ValidationPage): ValidationPage {
  const notes = [
    "westend-local, asset-hub-westend-local and penpal-local ran in this project's own executor: BABE and Aura slots, backing, inclusion, GRANDPA votes and all messages as the runtimes want them, signed with the public development keys. The para and Asset Hub were put into the relay chain's genesis, the para with a locked registrar entry, Asset Hub with a key of its sudo.",
    'The votes on the referendum were dispatched by the sudo of asset-hub-westend-local as the voters, because that runtime gives convictionVoting.vote a weight (11,981,197 bytes of proof) above what it takes of one extrinsic (7,340,032).',
  ];
  return { ...page, notes: [...page.notes, ...notes] };
}

it.runIf(HAS_SPECS && PAGES !== undefined)(
  'holders of a para on Westend decide over its code, and the referenda of Asset Hub Westend put it in place',
  { timeout: 3_600_000 },
  async () => {
    await signaturesReady();
    const folder = await temporaryFolder();
    const network = await startSpecNetwork({
      specs: [
        registered(specFile('westend-local')),
        // It has the pallet, and nobody's key in it.
        withEntry(specFile('asset-hub-westend-local'), storageKey('Sudo', 'Key'), fromHex(MANAGER.account)),
        specFile('penpal-local'),
      ],
    });
    onTestFinished(() => network.close());
    const para = (id: number): SpecPara => {
      const found = network.paras.find((one) => one.id === id);
      if (!found) throw new Error(`para ${id} is not served`);
      return found;
    };
    const [hub, penpal] = [para(ASSET_HUB), para(PENPAL)];
    const app = await openApp(
      configSchema.parse({
        relay: { endpoints: [network.relay.url] },
        paras: [{ id: PENPAL, name: 'Penpal', endpoints: [penpal.url], stallGapBlocks: 8 }],
        governance: { endpoints: [hub.url] },
        database: join(folder, 'database'),
        http: { port: 0 },
        signer: { kind: 'external' },
      }),
      {
        log: createLogger({ level: 'silent', pretty: false }),
        onEvent: ({ relayBlock, message }) => console.log(relayBlock, message),
      },
    );
    onTestFinished(() => app.close());
    const client = createServiceClient(app.url);
    const status = async () => {
      // While a block is built nothing else runs here: a connection that was kept open may be closed by then.
      for (let tries = 3; ; tries -= 1) {
        try {
          return await client.para(PENPAL);
        } catch (error) {
          if (tries === 0) throw error;
        }
      }
    };
    /** Blocks until something holds; the service takes each one in. */
    const until = async (holds: () => boolean | Promise<boolean>, most: number): Promise<void> => {
      for (let count = 0; count < most; count += 1) {
        if (await holds()) return;
        const { number } = network.nextBlock();
        for (let seen = 0; seen < number; await turn())
          seen = (await status()).observation?.relay.number ?? 0;
      }
      throw new Error(`after ${most} blocks: ${toJson(await status())}`);
    };
    const read = (pallet: string, item: string, ...args: unknown[]) => {
      const { chain } = network.relay;
      return (
        chain
          .typesOf()
          .read(chain.stateOf(chain.best), pallet, item, ...args)
          ?.toJSON() ?? null
      );
    };
    const submit = (call: string, by: DevAccount) =>
      submitSigned(
        hub.chain,
        hub.chain.typesOf().registry.createType('Call', fromHex(call)) as SignableCall,
        by,
      );

    await until(() => penpal.chain.best.number >= 2, 20);
    const policy = quickPolicy(network.relay.chain.genesisHash, PENPAL);
    const rules = {
      ...policy,
      routes: ['governance' as const],
      voting: { ...policy.voting, longestBlocks: 3000 },
    };
    await optInWith(client, rules, signerFromUri(MANAGER.uri));

    // An upgrade ships a runtime that no validator can check: the relay chain takes it, and no block of it.
    const good = penpal.chain.codeOf(penpal.chain.best);
    const types = penpal.chain.typesOf();
    const broken = toHex(patchedCode(good, withoutValidation));
    const upgrade = types.call('system', 'setCodeWithoutChecks', broken);
    submitSigned(
      penpal.chain,
      types.call('sudo', 'sudoUncheckedWeight', upgrade, { refTime: 0, proofSize: 0 }),
      MANAGER,
    );
    await until(() => read('paras', 'currentCodeHash', PENPAL) === hashCode(fromHex(broken)), 60);
    await until(async () => {
      // Its next block is tried on another thread, for which blocks that come at once leave no time.
      await pause(2_000);
      return (await status()).anchor !== null;
    }, 40);
    const code = packedAnew(good);
    const voters = DEV_NAMES.map((name) => signerFromUri(devAccount(name).uri));
    const [proposer] = voters;
    if (!proposer) throw new Error('no voters');
    const proposal = await proposeCode(client, PENPAL, proposer, code, 'The bytes that the collators have.');
    for (const voter of voters) await castVote(client, proposal, voter, 'aye');
    await until(async () => (await status()).state === 'upgrading.carryingOut', 100);

    penpal.chain.installSubstitute({ fromBlock: penpal.chain.best.number, code });
    const prepared = await commandLine([
      ...['governance', 'prepare', '--json', '--para', String(PENPAL), '--relay', network.relay.url],
      ...['--asset-hub', hub.url, '--code-hash', hashCode(code)],
    ]);
    expect(prepared).toMatchObject({ status: 0 });
    const { paths, dryRuns } = JSON.parse(prepared.stdout) as {
      paths: { name: string; steps: { name: string; call: { data: string } }[] }[];
      dryRuns: { outcome: { kind: string } }[];
    };
    expect(dryRuns.map(({ outcome }) => outcome.kind)).toEqual(['succeeds', 'succeeds']);
    const bytes = (name: string) =>
      paths.flatMap(({ steps }) => steps).find((step) => step.name === name)?.call.data ?? '0x';
    submit(bytes('root-submit'), MANAGER);
    await until(() => referendum() !== null, 5);
    submit(bytes('root-decision-deposit'), devAccount('Bob'));
    const vote = {
      Standard: { vote: { aye: true, conviction: 'Locked1x' }, balance: 700_000_000_000_000_000n },
    };
    // This runtime gives a vote a weight of 11,981,197 bytes of proof, more than it takes of one extrinsic (7,340,032): nobody can
    // submit one there. Its sudo has them dispatched as the voters', with a weight of its own.
    const hubTypes = hub.chain.typesOf();
    const votes = DEV_NAMES.map((name) =>
      hubTypes.call(
        'utility',
        'dispatchAs',
        { system: { Signed: devAccount(name).address } },
        hubTypes.call('convictionVoting', 'vote', 0, vote),
      ),
    );
    submitSigned(
      hub.chain,
      hubTypes.call('sudo', 'sudoUncheckedWeight', hubTypes.call('utility', 'batchAll', votes), {
        refTime: 0,
        proofSize: 0,
      }),
      MANAGER,
    );
    function referendum(): unknown {
      return (
        hub.chain
          .typesOf()
          .read(hub.chain.stateOf(hub.chain.best), 'referenda', 'referendumInfoFor', 0)
          ?.toJSON() ?? null
      );
    }
    await until(() => read('paras', 'currentCodeHash', PENPAL) === hashCode(code), 600);
    await until(async () => (await status()).state === 'healthy', 60);
    expect(read('paras', 'authorizedCodeHash', PENPAL)).toBe(null);

    const page = withNote(await client.page(PENPAL));
    expect(page).toMatchObject({ route: 'governance', result: { kind: 'done' } });
    await writeFile(join(PAGES ?? '', 'governance-westend-local.json'), `${JSON.stringify(page, null, 2)}\n`);
    await writeFile(join(PAGES ?? '', 'governance-westend-local.md'), pageText(page));
  },
);
