import fs from 'node:fs';
import { test, expect } from 'vitest';
import { Runtime } from '../../devnet/executor/runtime.ts';
import { Overlay } from '../../devnet/chain/overlay.ts';
import { State } from '../../devnet/chain/state.ts';
test('x', () => {
  const rt = new Runtime(fs.readFileSync(process.env.W!));
  const o = new Overlay(State.genesis([], 1));
  const r = rt.call('GenesisBuilder_get_preset', Uint8Array.of(0), o).result;
  fs.writeFileSync('/work/net-scratch/preset.json', Buffer.from(r).toString().replace(/^[^{]*/, ''));
  console.log(rt.version);
});
