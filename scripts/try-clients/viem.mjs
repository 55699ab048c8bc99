import { createPublicClient, createWalletClient, defineChain, http, parseEther, webSocket } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ALITH, BALTATHAR, COUNTER, COUNTER_ABI } from './counter.mjs';
import { contracts, done, expect, trying } from './report.mjs';

const url = contracts.replace('ws:', 'http:');
const chain = defineChain({
  id: 420_420_999,
  name: 'Pararescue Contracts Devnet',
  nativeCurrency: { name: 'Unit', symbol: 'UNIT', decimals: 18 },
  rpcUrls: { default: { http: [url], webSocket: [contracts] } },
});
const account = privateKeyToAccount(BALTATHAR);
const { address: to } = privateKeyToAccount(ALITH);

for (const [kind, transport] of [
  ['HTTP', http(url)],
  ['WebSocket', webSocket(contracts)],
]) {
  const reader = createPublicClient({ chain, transport, pollingInterval: 200 });
  const wallet = createWalletClient({ chain, transport, account });
  const mined = (hash) => reader.waitForTransactionReceipt({ hash, timeout: 30_000 });

  await trying(`${kind}: reads the chain, fees, blocks and balances`, async () => {
    expect((await reader.getChainId()) === chain.id, 'it is another chain');
    expect((await reader.getGasPrice()) > 0n, 'gas is free');
    expect((await reader.getBalance({ address: account.address })) > parseEther('1'), 'Baltathar is poor');
    await reader.getBlock({ blockTag: 'finalized', includeTransactions: true });
    await reader.getFeeHistory({ blockCount: 4, rewardPercentiles: [50] });
    await reader.estimateFeesPerGas();
  });
  await trying(`${kind}: transfers, and finds the transaction and its receipt`, async () => {
    const hash = await wallet.sendTransaction({ to, value: parseEther('0.25') });
    const receipt = await mined(hash);
    expect(receipt.status === 'success', 'it failed');
    expect((await reader.getTransaction({ hash })).type === 'eip1559', 'it is of another type');
    expect((await reader.getTransactionConfirmations({ hash })) > 0n, 'nothing was built on it');
  });
  await trying(`${kind}: makes a contract, simulates and calls it, and reads it`, async () => {
    const { contractAddress: address } = await mined(
      await wallet.deployContract({ abi: COUNTER_ABI, bytecode: COUNTER }),
    );
    const { request } = await reader.simulateContract({
      address,
      abi: COUNTER_ABI,
      functionName: 'increment',
      account,
    });
    const receipt = await mined(await wallet.writeContract(request));
    expect(receipt.logs.length === 1, 'it does not log');
    const number = await reader.readContract({ address, abi: COUNTER_ABI, functionName: 'number' });
    expect(number === 1n, 'it does not count');
    expect(
      (await reader.getLogs({ address, fromBlock: receipt.blockNumber })).length === 1,
      'logs are missing',
    );
  });
  await trying(`${kind}: hears of new blocks`, async () => {
    await new Promise((resolve, reject) => {
      const stop = reader.watchBlocks({
        onBlock: () => {
          stop();
          resolve();
        },
        onError: reject,
      });
    });
  });
}
done();
