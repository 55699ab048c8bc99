import { Contract, ContractFactory, JsonRpcProvider, parseEther, Wallet, WebSocketProvider } from 'ethers';
import { ALITH, BALTATHAR, COUNTER, COUNTER_ABI } from './counter.mjs';
import { contracts, done, expect, trying } from './report.mjs';

/** By default answers of 250 ms ago are taken for those of now, which blocks of half a second show. */
const options = { cacheTimeout: -1 };

for (const [kind, provider] of [
  ['HTTP', new JsonRpcProvider(contracts.replace('ws:', 'http:'), undefined, options)],
  ['WebSocket', new WebSocketProvider(contracts, undefined, options)],
]) {
  const alith = new Wallet(ALITH, provider);
  const to = new Wallet(BALTATHAR).address;
  let counter;

  await trying(`${kind}: reads the network, fees, blocks and balances`, async () => {
    expect((await provider.getNetwork()).chainId === 420_420_999n, 'it is another chain');
    expect((await provider.getFeeData()).gasPrice > 0n, 'gas is free');
    expect((await provider.getBalance(alith.address)) > parseEther('1'), 'Alith is poor');
    const block = await provider.getBlock('latest', true);
    const same = await provider.getBlock(block.hash);
    expect(same.number === block.number, 'a block is not found by its hash');
    await provider.send('eth_feeHistory', ['0x5', 'latest', [25, 75]]);
  });
  await trying(`${kind}: transfers, waits, and finds the transaction and its receipt`, async () => {
    const before = await provider.getBalance(to);
    const sent = await alith.sendTransaction({ to, value: parseEther('0.5') });
    const receipt = await sent.wait(1, 30_000);
    expect(receipt.status === 1 && receipt.gasUsed > 0n, 'it failed');
    expect((await provider.getBalance(to)) - before === parseEther('0.5'), 'the money is not there');
    const found = await provider.getTransaction(sent.hash);
    expect(found.from === alith.address && found.blockNumber === receipt.blockNumber, 'it is not found');
    const block = await receipt.getBlock();
    expect(block.transactions[receipt.index] === sent.hash, 'its block does not hold it at its place');
    const legacy = await alith.sendTransaction({ to, value: 1n, type: 0 });
    expect((await legacy.wait(1, 30_000)).type === 0, 'it is not of the legacy type');
  });
  await trying(`${kind}: makes a contract, calls it, and reads storage, code and logs`, async () => {
    counter = await new ContractFactory(COUNTER_ABI, COUNTER, alith).deploy();
    await counter.waitForDeployment();
    const address = await counter.getAddress();
    expect((await provider.getCode(address)).length > 2, 'it has no code');
    expect((await counter.number()) === 0n, 'it does not begin at nothing');
    const receipt = await (await counter.increment()).wait(1, 30_000);
    expect(receipt.logs.length === 1 && BigInt(receipt.logs[0].data) === 1n, 'it does not log');
    expect((await counter.number()) === 1n, 'it does not count');
    expect(BigInt(await provider.getStorage(address, 0)) === 1n, 'its storage is not what it says');
    const logs = await provider.getLogs({ address, fromBlock: receipt.blockNumber });
    expect(logs.length === 1, `it has ${logs.length} logs`);
  });
  await trying(`${kind}: is told what geth would say of what cannot be`, async () => {
    const words = async (work) =>
      work.then(
        () => 'nothing',
        (error) => `${error.code} ${error.message}`,
      );
    const poor = Wallet.createRandom().connect(provider);
    expect(
      /INSUFFICIENT_FUNDS/.test(await words(poor.sendTransaction({ to, value: 1n }))),
      'the poor can pay',
    );
    const old = alith.sendTransaction({ to, value: 1n, nonce: 0 });
    expect(/NONCE_EXPIRED/.test(await words(old)), 'an old nonce is taken');
    const broken = new Contract(to, COUNTER_ABI, provider);
    expect(/BAD_DATA/.test(await words(broken.number())), 'an account is a contract');
  });
  await trying(`${kind}: hears of new blocks`, async () => {
    await new Promise((resolve) => provider.once('block', resolve));
  });
  await provider.destroy();
}
done();
