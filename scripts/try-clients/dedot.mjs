import { Keyring } from '@polkadot/api';
import { DedotClient, LegacyClient, WsProvider } from 'dedot';
import { contracts, done, expect, para, relay, trying } from './report.mjs';

const keyring = new Keyring({ type: 'sr25519' });
const charlie = keyring.addFromUri('//Charlie');
const to = keyring.addFromUri('//Ferdie').address;

for (const [name, url] of Object.entries({ relay, para, contracts })) {
  for (const [kind, open] of [
    ['newer interface', () => DedotClient.new(new WsProvider(url))],
    ['legacy interface', () => LegacyClient.new(new WsProvider(url))],
  ]) {
    let client;
    await trying(`${name}, ${kind}: connects`, async () => {
      client = await open();
    });
    if (!client) continue;
    await trying(`${name}, ${kind}: reads storage, constants and runtime calls`, async () => {
      const account = await client.query.system.account(charlie.address);
      expect(account.data.free > 0n, 'Charlie owns nothing');
      expect((await client.query.system.account.entries()).length > 5, 'accounts are missing');
      expect(client.consts.system.blockHashCount > 0, 'there are no constants');
      await client.call.accountNonceApi.accountNonce(charlie.address);
    });
    await trying(`${name}, ${kind}: reads at the genesis`, async () => {
      const genesis = await client.at(client.genesisHash);
      const account = await genesis.query.system.account(charlie.address);
      expect(account.data.free > 0n, 'Charlie owned nothing');
    });
    await trying(`${name}, ${kind}: a transfer is in a block, and then final`, async () => {
      const seen = [];
      await new Promise((resolve, reject) => {
        client.tx.balances
          .transferKeepAlive(to, 1_000_000_000n)
          .signAndSend(charlie, ({ status, dispatchError }) => {
            seen.push(status.type);
            if (dispatchError) reject(new Error(JSON.stringify(dispatchError)));
            if (status.type === 'Finalized') resolve();
            if (['Invalid', 'Drop', 'Error'].includes(status.type)) reject(new Error(JSON.stringify(status)));
          })
          .catch(reject);
      });
      expect(seen.includes('BestChainBlockIncluded'), `it told ${seen.join()}`);
    });
    await client.disconnect();
  }
}
done();
