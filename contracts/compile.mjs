// Compiles the rescue contract for both virtual machines of pallet-revive and writes contracts-abi/ from it, and the
// contract that the attack tests need into test/fixtures/. Same sources and compilers give the same bytes.
// Usage: npm ci --prefix contracts && node contracts/compile.mjs

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rescueMetadata } from './metadata.mjs';
import { renderReadme } from './readme.mjs';

const require = createRequire(import.meta.url);
const here = new URL('.', import.meta.url);
const root = new URL('..', here);
const out = new URL('contracts-abi/', root);

const solc = require('solc');
const solcVersion = require('solc/package.json').version;
/** By path: the package's exports hide all but a wrapper that passes neither metadata settings nor an EVM version. */
const RESOLC = './node_modules/@parity/resolc';
const resolcVersion = require(`${RESOLC}/package.json`).version;

/** Neither IPFS nor Swarm hash goes into the code: it would change with comments. */
const METADATA = { bytecodeHash: 'none', appendCBOR: false };
/** pallet-revive executes what its EVM knows; nothing later than Cancun is used. */
const EVM_VERSION = 'cancun';
const SETTINGS = {
  evm: {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: EVM_VERSION,
    metadata: METADATA,
    outputSelection: {
      '*': { '*': ['abi', 'devdoc', 'userdoc', 'evm.bytecode.object', 'evm.methodIdentifiers'] },
    },
  },
  polkavm: {
    // Not `z`, which makes code a third smaller: of this source resolc 0.3.0 makes code with it that traps at every call.
    optimizer: { enabled: true, mode: 's', runs: 200 },
    evmVersion: EVM_VERSION,
    metadata: METADATA,
    outputSelection: { '*': { '*': ['abi'] } },
  },
};

function read(name) {
  return readFileSync(new URL(name, here), 'utf8');
}

function standardInput(name, settings) {
  return JSON.stringify({ language: 'Solidity', sources: { [name]: { content: read(name) } }, settings });
}

/** The contracts of the output. Warnings fail too, except resolc's advice, which it gives whatever the code does. */
function contractsOf(name, compiler, output) {
  const { errors = [], contracts } = JSON.parse(output);
  const found = errors.filter(({ severity, component }) => severity === 'error' || component === 'general');
  if (found.length > 0 || !contracts) {
    throw new Error(`${compiler}: ${found.map(({ formattedMessage }) => formattedMessage).join('\n')}`);
  }
  return contracts[name];
}

function compileEvm(name) {
  return contractsOf(name, 'solc', solc.compile(standardInput(name, SETTINGS.evm)));
}

/** resolc as its npm package runs it: an Emscripten module that finds the Solidity compiler beside itself. */
function compilePolkavm(name) {
  const module = require(`${RESOLC}/dist/resolc/resolc.js`)();
  module.soljson = require('solc/soljson');
  module.writeToStdin(standardInput(name, SETTINGS.polkavm));
  module.callMain(['--standard-json']);
  const trouble = module.readFromStderr();
  if (trouble) throw new Error(`resolc: ${trouble}`);
  return contractsOf(name, 'resolc', module.readFromStdout());
}

const bytes = (hex) => Buffer.from(hex, 'hex');
const json = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

function digests(data) {
  return {
    bytes: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
    // The hash under which a PolkaVM blob is stored on chain.
    ...(data.subarray(0, 4).equals(Buffer.from('PVM\0')) ? { keccak256: keccak256(data) } : {}),
  };
}

function keccak256(data) {
  return require('js-sha3').keccak_256(data);
}

const source = 'RescueContract.sol';
const evm = compileEvm(source).RescueContract;
const polkavm = compilePolkavm(source).RescueContract;
const blob = bytes(polkavm.evm.bytecode.object);
if (!blob.subarray(0, 4).equals(Buffer.from('PVM\0')))
  throw new Error('resolc made something that is no PolkaVM blob');

const artifacts = {
  'RescueContract.abi.json': json(evm.abi),
  'RescueContract.evm': bytes(evm.evm.bytecode.object),
  'RescueContract.polkavm': blob,
  'rescue-contract.json': json(rescueMetadata(evm, { blob, solcVersion, resolcVersion, keccak256 })),
};
const hostile = compileEvm('HostileDestination.sol').HostileDestination;
const FIXTURE = 'test/fixtures/hostile-destination.json';
const fixture = json({ abi: hostile.abi, evm: `0x${hostile.evm.bytecode.object}` });
const manifest = {
  compilers: { solc: solcVersion, resolc: resolcVersion },
  settings: SETTINGS,
  sources: Object.fromEntries(
    [source, 'HostileDestination.sol', 'compile.mjs', 'metadata.mjs', 'readme.mjs', 'package-lock.json'].map(
      (name) => [`contracts/${name}`, digests(Buffer.from(read(name).replaceAll('\r\n', '\n')))],
    ),
  ),
  artifacts: Object.fromEntries(Object.entries(artifacts).map(([name, data]) => [name, digests(data)])),
  fixtures: { [FIXTURE]: digests(fixture) },
};

mkdirSync(out, { recursive: true });
for (const [name, data] of Object.entries(artifacts)) writeFileSync(new URL(name, out), data);
writeFileSync(new URL('manifest.json', out), json(manifest));
const readme = new URL('README.md', out);
writeFileSync(readme, renderReadme(readFileSync(readme, 'utf8'), manifest));

writeFileSync(new URL(FIXTURE, root), fixture);
process.stdout.write(`wrote ${Object.keys(artifacts).length} artifacts to ${fileURLToPath(out)}\n`);
