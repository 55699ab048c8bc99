import type { Command } from 'commander';

/**
 * What the help of each command shows below its options, without the program's own name. Placeholders are those of the README: ID a para id,
 * URL a service's or node's address, HASH, FILE, FOLDER, ADDRESS an account. A test holds that every command has one, and that each has what the command takes.
 */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'policy check': ['policy check policy.yaml'],
  'policy show': ['policy show --para ID > policy.json'],
  'policy explain': ['policy explain policy.yaml', 'policy explain --para ID'],
  'policy diff': ['policy diff policy.yaml --para ID', 'policy diff before.yaml after.yaml'],
  doctor: ['doctor ID', 'doctor ID --relay wss://relay.example --para wss://para.example'],
  'doctor upgrade': [
    'doctor upgrade ID --code new.wasm --relay wss://relay.example --para wss://para.example',
  ],
  plan: ['plan ID', 'plan ID --code fix.wasm --out calls'],
  'opt-in': [
    'opt-in --para ID --policy policy.yaml --signer-file key.json',
    'opt-in --para ID --policy policy.yaml --multisig 2:5F…,5G…,5H… --signatures opt-in.json --signer-file key.json',
  ],
  'opt-out': ['opt-out --para ID --signer-file key.json'],
  try: [
    'try ID --relay wss://relay.example --para wss://para.example',
    'try ID --code fix.wasm --blocks 5 --diff --relay wss://relay.example --para wss://para.example',
  ],
  rehearse: [
    'rehearse ID --code fix.wasm --policy policy.yaml --relay wss://relay.example --para wss://para.example',
  ],
  propose: ['propose --para ID --code fix.wasm --text "Goes on with the bad value" --signer-file key.json'],
  status: ['status', 'status --para ID', 'status --all'],
  watch: ['watch --para ID'],
  history: ['history ID', 'history --incident 3'],
  validation: ['validation ID'],
  proposals: ['proposals --para ID'],
  proposal: ['proposal HASH', 'proposal HASH --account ADDRESS'],
  power: ['power ADDRESS --para ID', 'power ADDRESS --para ID --relay-block HASH'],
  vote: [
    'vote --para ID --proposal HASH --choice aye --signer-file key.json',
    'vote --para ID --proposal HASH --choice aye --account ADDRESS',
    'vote --para ID --proposal HASH --choice aye --account ADDRESS --signature 0x…',
    'vote --para ID --proposal HASH --choice aye --multisig 2:5F…,5G…,5H… --signatures vote.json --signer-file key.json',
    'vote --para ID --proposal HASH --choice aye --multisig 2:5F…,5G…,5H… --signature-of 5F…=0x… --signature-of 5G…=0x…',
    'vote --para ID --proposal HASH --choice aye --for ADDRESS --signer-file key.json',
  ],
  votes: ['votes --para ID', 'votes --para ID --account ADDRESS'],
  endorse: [
    'endorse --para ID --proposal HASH --signer-file key.json',
    'endorse --para ID --proposal HASH --multisig 2:5F…,5G…,5H… --signatures endorsement.json --signer-file key.json',
  ],
  tally: ['tally --para ID'],
  evidence: ['evidence --para ID --out evidence.jsonl'],
  verify: [
    'verify evidence.jsonl',
    'verify evidence.jsonl --relay-block HASH --policy HASH',
    'verify evidence.jsonl --proxy-type Governance=3',
  ],
  init: [
    'init',
    'init --relay wss://relay.example --para-node wss://para.example --signer-uri-env MANAGER_KEY --out rescue --yes',
  ],
  serve: ['serve --config config.yaml'],
  'store check': ['store check --config config.yaml', 'store check --database FOLDER'],
  'store backup': ['store backup service.backup --config config.yaml'],
  'store restore': ['store restore service.backup --database FOLDER'],
  'store renew-acts': ['store renew-acts --database FOLDER'],
  'store repair': ['store repair FOLDER --into NEWFOLDER'],
  'store accept-loss': ['store accept-loss ID --database FOLDER'],
  checkpoint: ['checkpoint --relay wss://relay.example'],
  'chainspec substitute': [
    'chainspec substitute chain.json --code approved --para ID --relay wss://relay.example --para-node wss://para.example --out patched.json',
  ],
  'tx sign': [
    'tx sign --runtime fix.wasm --call system.remark --args \'["0x00"]\' --node wss://para.example --signer-file key.json',
  ],
  release: ['release ID', 'release ID --signer-file key.json --yes'],
  retry: ['retry --para ID --config config.yaml'],
  handover: ['handover --para ID --out call.json'],
  'key create': ['key create --out key.json'],
  'key inspect': ['key inspect key.json'],
  'lock add': ['lock add --para ID --relay wss://relay.example --signer-file key.json --dry-run'],
  'lock remove': ['lock remove --para ID --relay wss://relay.example --out call.json'],
  'lock status': ['lock status --para ID --relay wss://relay.example'],
  'code schedule': [
    'code schedule --para ID --code fix.wasm --relay wss://relay.example --para-node wss://para.example --signer-file key.json --dry-run',
  ],
  'code inspect': ['code inspect fix.wasm'],
  'code get': ['code get HASH --out fix.wasm'],
  'code hash': ['code hash fix.wasm'],
  'code diff': ['code diff before.wasm after.wasm'],
  'code relabel': ['code relabel fix.wasm --spec-version 1001 --out relabelled.wasm'],
  'code verify': ['code verify fix.wasm --relay wss://relay.example --para ID'],
  'head set': [
    'head set --para ID --head @head.bin --relay wss://relay.example --signer-file key.json --dry-run',
  ],
  'contract deploy': [
    'contract deploy --para ID --contracts wss://contracts.example --relay wss://relay.example --signer-file key.json --dry-run',
  ],
  'contract opt-in': [
    'contract opt-in --contract 0x… --contracts wss://contracts.example --policy policy.yaml --watcher 5F… --watcher 5G… --threshold 2 --by para --para-node wss://para.example',
  ],
  'contract opt-out': [
    'contract opt-out --contract 0x… --contracts wss://contracts.example --by para --para-node wss://para.example',
  ],
  'contract rotate': [
    'contract rotate --contract 0x… --contracts wss://contracts.example --watcher 5F… --watcher 5G… --threshold 2 --by para --para-node wss://para.example',
  ],
  'contract direct': [
    'contract direct --contract 0x… --contracts wss://contracts.example --target 0x… --value 1000000000000 --by para --para-node wss://para.example',
  ],
  'contract status': [
    'contract status --contract 0x… --contracts wss://contracts.example --relay wss://relay.example --policy policy.yaml',
  ],
  'contract attest': [
    'contract attest --contract 0x… --contracts wss://contracts.example --relay wss://relay.example --evidence evidence.jsonl --code fix.wasm --signer-file key.json --dry-run',
  ],
  'contract veto': [
    'contract veto --contract 0x… --contracts wss://contracts.example --relay wss://relay.example --id HASH --signer-file key.json',
  ],
  'contract withdraw': [
    'contract withdraw --contract 0x… --contracts wss://contracts.example --relay wss://relay.example --signer-file key.json',
  ],
  'contract execute': [
    'contract execute --contract 0x… --contracts wss://contracts.example --relay wss://relay.example --policy policy.yaml --code fix.wasm --signer-file key.json --dry-run',
  ],
  'contract cancel': [
    'contract cancel --contract 0x… --contracts wss://contracts.example --relay wss://relay.example --policy policy.yaml --code fix.wasm --signer-file key.json --dry-run',
  ],
  'contract approve': [
    'contract approve --policy policy.yaml --code fix.wasm --relay wss://relay.example --signer-file key.json --dry-run',
  ],
  'governance prepare': [
    'governance prepare --para ID --relay wss://relay.example --asset-hub wss://asset-hub.example --code fix.wasm --out calls',
  ],
  'governance status': [
    'governance status --para ID --relay wss://relay.example --asset-hub wss://asset-hub.example',
  ],
  'governance apply': ['governance apply --para ID --relay wss://relay.example --code fix.wasm --dry-run'],
  demo: ['demo'],
  devnet: ['devnet', 'devnet --unlock'],
  'devnet fault': ['devnet fault', 'devnet fault broken-runtime', 'devnet fault no-core --undo'],
  'devnet substitute': ['devnet substitute --code fix.wasm'],
  completion: ['completion bash > ~/.local/share/bash-completion/completions/pararescue'],
};

/** Every command that does something, with the words that call it: groups without an action of their own are none. */
export function* commandsOf(program: Command, words: readonly string[] = []): Generator<[string, Command]> {
  for (const command of program.commands) {
    const own = [...words, command.name()];
    yield [own.join(' '), command];
    yield* commandsOf(command, own);
  }
}

/** Puts the examples below the help of their commands, the program's own name before each. */
export function addExamples(program: Command): void {
  for (const [name, command] of commandsOf(program)) {
    const examples = EXAMPLES[name] ?? [];
    if (examples.length === 0) continue;
    const lines = examples.map((example) => `  ${program.name()} ${example}\n`);
    command.addHelpText('after', `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('')}`);
  }
}
