/** Enough for any registrar call, and cheap at this network's fees. */
const FEE = 10000000000n;
/**
 * The healthy para unlocks itself, by its own governance (here: its sudo): it sends the relay chain an XCM that
 * transacts `registrar.removeLock` as the para, with fees from its sovereign account. `remove_lock` is open to nobody
 * else but root (chain-facts section 2).
 */
export async function unlockPara(network) {
    const { relay, para, paraId } = network;
    const call = relay.chain.typesOf().call('registrar', 'removeLock', paraId);
    const fee = { id: { parents: 0, interior: 'Here' }, fun: { Fungible: FEE } };
    network.queueSudo(para.chain, 'polkadotXcm', 'send', { V5: { parents: 1, interior: 'Here' } }, {
        V5: [
            { WithdrawAsset: [fee] },
            { BuyExecution: { fees: fee, weightLimit: 'Unlimited' } },
            { Transact: { originKind: 'Native', fallbackMaxWeight: null, call: { encoded: call.toHex() } } },
            'RefundSurplus',
            {
                DepositAsset: {
                    assets: { Wild: 'All' },
                    beneficiary: { parents: 0, interior: { X1: [{ Parachain: paraId }] } },
                },
            },
        ],
    });
    await network.produceUntil(() => locked(network) === false, 30, 'the para being unlocked');
}
function locked(network) {
    const entry = network.readRelay('registrar', 'paras', network.paraId);
    return entry?.locked ?? null;
}
//# sourceMappingURL=unlock.js.map