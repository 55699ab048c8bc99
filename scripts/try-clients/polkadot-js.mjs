import { ApiPromise, HttpProvider, Keyring, WsProvider } from '@polkadot/api';
import { contracts, done, expect, para, relay, trying } from './report.mjs';

const UNITS = 1_000_000_000n;
const keyring = new Keyring({ type: 'sr25519' });
const options = { noInitWarn: true, signedExtensions: { EthSetOrigin: { extrinsic: {}, payload: {} } } };

for (const [name, url] of Object.entries({ relay, para, contracts })) {
  const api = await ApiPromise.create({ provider: new WsProvider(url), ...options });
  const eve = keyring.addFromUri('//Eve');
  const ferdie = keyring.addFromUri('//Ferdie');
  const transfer = () => api.tx.balances.transferKeepAlive(ferdie.address, UNITS);

  await trying(`${name}: reads accounts, constants and blocks`, async () => {
    const { data } = await api.query.system.account(eve.address);
    expect(data.free.toBigInt() > 0n, 'Eve owns nothing');
    expect((await api.rpc.chain.getBlock()).block.header.number.toNumber() >= 0, 'there is no block');
    expect((await api.derive.chain.bestNumberFinalized()).toNumber() >= 0, 'nothing is final');
    expect(api.consts.system.blockHashCount.toNumber() > 0, 'there are no constants');
  });
  await trying(`${name}: a transfer is ready, in a block, and then final`, async () => {
    const seen = [];
    await new Promise((resolve, reject) => {
      transfer()
        .signAndSend(eve, ({ status, dispatchError }) => {
          seen.push(status.type);
          if (dispatchError) reject(new Error(dispatchError.toString()));
          if (status.isFinalized) resolve();
        })
        .catch(reject);
    });
    expect(seen.join() === 'Ready,InBlock,Finalized', `it told ${seen.join()}`);
  });
  await trying(`${name}: estimates a fee, and dry-runs`, async () => {
    const info = await transfer().paymentInfo(eve);
    expect(info.partialFee.toBigInt() > 0n, 'it is free');
    const result = await (await transfer().signAsync(eve)).dryRun(eve);
    expect(result.isOk && result.asOk.isOk, `the dry run says ${result}`);
    const refused = await (await transfer().signAsync(eve, { nonce: 0 })).dryRun(eve, { nonce: 0 });
    expect(refused.isErr, 'a dry run takes an old nonce');
  });
  await trying(`${name}: asks over HTTP`, async () => {
    const http = await ApiPromise.create({
      provider: new HttpProvider(url.replace('ws:', 'http:')),
      ...options,
      throwOnConnect: true,
    });
    expect((await http.rpc.system.health()).isSyncing.isFalse, 'it syncs');
    await http.disconnect();
  });
  await api.disconnect();
}
done();
