import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { patient } from '../../devnet/policies.ts';
import { castVote } from '../../src/client/acts.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import { mappedIfShort } from '../../src/keys/mapped-account.ts';
import { signerFromUri, type TextSigner } from '../../src/voting/ballots/text-signer.ts';
import { CHROMIUM, openBrowser, openPage, takePictures } from '../support/browser.ts';
import { openKeylessAccounts } from '../support/keyless-accounts.ts';
import { openScene } from './scene.ts';

/** The picture of the README, which `npm run docs:picture` makes. */
const OF_README = process.env.PARARESCUE_WRITE_PICTURE === '1' ? 'docs/pictures/proposal.png' : undefined;

/** Who decides beside the holders; not in the README, where it would be one thing more to explain. */
const COLLATORS: Pick<Policy, 'collators'> = {
  collators: { sets: ['Aura.Authorities'], threshold: '3/4', decide: 'beside-holders' },
};

/** How the para gives Ethereum keys accounts, by the policy. */
const MAPPING = 'frontier-hashed';

/** Words of a proposer who would run code in the page; in the README they would only puzzle. */
const HOSTILE =
  OF_README === undefined ? '<img src=x onerror=alert(1)>' : 'Source: tag v1001 of the runtime.';

async function picture(page: Page, name: string): Promise<void> {
  if (name === 'vote' && OF_README !== undefined) {
    await page.evaluate('scrollTo(0, 0)');
    await page.screenshot({ path: OF_README });
  }
  await takePictures(page, name);
}

/** An extension as those of the field are, whose key is in this process. */
async function injectWallet(page: Page, { address, sign }: TextSigner): Promise<void> {
  await page.exposeFunction('signInWallet', (data: string) =>
    sign(`<Bytes>${Buffer.from(data.slice(2), 'hex').toString()}</Bytes>`),
  );
  await page.addInitScript(`window.injectedWeb3 = { 'test-wallet': { version: '1', enable: async () => ({
    accounts: { get: async () => [{ address: '${address}', name: 'Holder', type: 'sr25519' }] },
    signer: { signRaw: async ({ data }) => ({ id: 1, signature: await window.signInWallet(data) }) },
  }) } };`);
}

/** A wallet as Ethereum's announce themselves (EIP-6963), whose key is in this process. */
async function announceWallet(page: Page, { account, sign }: TextSigner): Promise<void> {
  await page.exposeFunction('signPersonally', (data: string) =>
    sign(Buffer.from(data.slice(2), 'hex').toString()),
  );
  await page.addInitScript(`addEventListener('eip6963:requestProvider', () => {
    const provider = { request: async ({ method, params }) =>
      method === 'personal_sign' ? window.signPersonally(params[0]) : ['${account}'] };
    const info = { uuid: '350670db-19fa-4704-a166-e52e178b59d2', name: 'announced-wallet' };
    dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: { info, provider } }));
  });`);
}

describe.skipIf(CHROMIUM === null)('the page, in a real browser', () => {
  it('leads a holder from the first look to a vote that counts and that he has checked himself', async () => {
    const scene = await openScene({ unlocked: true });
    onTestFinished(() => scene.close());
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    await scene.optIn((policy) =>
      Object.assign(policy, patient(policy), OF_README === undefined && COLLATORS, {
        signers: { ethereum: MAPPING },
      }),
    );
    const { network, client, url } = scene;
    const ethereum = signerFromUri(`0x${'e7'.repeat(32)}`, 'ethereum');
    const mapped = mappedIfShort(ethereum.account, MAPPING);
    const keyless = await openKeylessAccounts(network, 5n * 10n ** 12n, mapped);
    await scene.block();
    const [walletHolder, coldHolder] = network.holders.slice(-7, -5).map(({ uri }) => signerFromUri(uri));
    if (!walletHolder || !coldHolder) throw new Error('the network has too few holders');
    const { page, faults, broken } = await openPage(browser, url, async (opened) => {
      await injectWallet(opened, walletHolder);
      await announceWallet(opened, ethereum);
    });
    await page.getByRole('heading', { name: 'The chain is well' }).waitFor();
    expect(await broken()).toEqual([]);
    await picture(page, 'overview-healthy');

    // Nobody loads anything anew: what happens comes by itself.
    await scene.breakPara();
    await page.getByRole('heading', { name: 'The chain has stopped' }).waitFor();
    await page.getByText('Cause', { exact: true }).waitFor();
    const broke = await scene.client.para(network.paraId);
    await page.getByText(String(broke.observation?.head?.number), { exact: true }).waitFor();
    expect(await broken()).toEqual([]);
    await picture(page, 'overview-stopped');

    const proposal = await scene.propose(`Goes on with the bad value.\n${HOSTILE}`);
    for (const { uri } of network.holders.slice(-3))
      await castVote(client, proposal, signerFromUri(uri), 'aye');
    await scene.block();
    for (const { uri } of network.holders.slice(-5, -3))
      await castVote(client, proposal, signerFromUri(uri), 'nay');
    await scene.block();

    await page.getByRole('link', { name: 'Para', exact: true }).click();
    await page.getByRole('heading', { name: 'Diagnosis' }).waitFor();
    await page.locator('.timeline').first().getByText('Noticed that the chain stands still').waitFor();
    await page.getByText('It counts as stopped after 8 blocks (48 s)').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('title');
    expect(await broken()).toEqual([]);
    await picture(page, 'para');

    await page.getByRole('link', { name: /^Proposal 0x/ }).click();
    await page.getByText(HOSTILE).waitFor();
    await page.getByText(/validators would take each of them/).waitFor();
    await page.getByRole('img', { name: /Lines mark what the policy asks for/ }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    if (OF_README === undefined) {
      await page.getByText('The 2 collators of the last head').click();
      expect(await page.getByText('not yet').count()).toBe(2);
    }
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the code' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.wasm$/);
    expect(await broken()).toEqual([]);
    await picture(page, 'proposal');

    // With a wallet of the browser, which wraps what it signs.
    await page.getByRole('button', { name: 'Connect test-wallet' }).click();
    await page.getByRole('button', { name: /^Holder 5/ }).click();
    await page.getByText('Proven in this browser').waitFor();
    await page.getByRole('radio', { name: 'Nay' }).check();
    expect(await broken()).toEqual([]);
    await picture(page, 'vote');
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.getByText('Your vote counts').waitFor();
    const votesOf = async (account: string) =>
      (await client.votes(network.paraId)).filter((vote) => vote.account === account);
    expect(await votesOf(walletHolder.account)).toMatchObject([{ choice: 'nay', sequence: 1 }]);
    expect(await broken()).toEqual([]);

    // With a key that never meets a browser, which changes its mind.
    for (const [sequence, choice] of [
      [1, 'Abstain'],
      [2, 'Aye'],
    ] as const) {
      await page.goto(`${url}/#/`);
      await page.goto(`${url}/#/paras/${network.paraId}/proposals/${proposal.hash}`);
      await page.getByText('The key is elsewhere').click();
      await page.getByLabel('Your account').fill(coldHolder.address);
      await page.getByRole('button', { name: 'Go on' }).click();
      if (sequence === 2) await page.getByText('You voted Abstain.').waitFor();
      await page.getByRole('radio', { name: choice }).check();
      const words = await page.locator('details pre').innerText();
      expect(words).toContain(`sequence: ${sequence}`);
      await page.getByLabel('The signature, in hex').fill(coldHolder.sign(words));
      await page.getByRole('button', { name: 'Send the vote' }).click();
      await page.getByText('Your vote counts').waitFor();
    }
    expect(await votesOf(coldHolder.account)).toMatchObject([{ choice: 'aye', sequence: 2 }]);

    const again = async (choose: () => Promise<void>, choice: string) => {
      await page.goto(`${url}/#/`);
      await page.goto(`${url}/#/paras/${network.paraId}/proposals/${proposal.hash}`);
      await choose();
      await page.getByText('Proven in this browser').waitFor();
      await page.getByRole('radio', { name: choice }).check();
    };
    // With an Ethereum wallet, for the account of 32 bytes that its key owns here.
    await again(async () => {
      await page.getByRole('button', { name: 'Connect announced-wallet' }).click();
      await page.getByRole('button', { name: new RegExp(ethereum.account) }).click();
    }, 'Nay');
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.getByText('Your vote counts').waitFor();
    expect(await votesOf(mapped)).toMatchObject([{ choice: 'nay', scheme: 'ethereum' }]);

    // As a multisig, whose signatories sent what their wallets gave.
    await again(async () => {
      await page.getByText('A multisig: its signatories sign').click();
      await page.getByLabel('Signatories, one a line').fill(keyless.multisig.signatories.join('\n'));
      await page.getByText('Its account:').waitFor();
      await page.getByRole('button', { name: 'Go on' }).click();
    }, 'Nay');
    await page.getByText('0 of 2 signatures are here.').waitFor();
    expect(await broken()).toEqual([]);
    const shared = await page.locator('details pre').innerText();
    for (const signer of ['//Alice', '//Dave'].map((uri) => signerFromUri(uri))) {
      const place = keyless.multisig.signatories.indexOf(signer.account);
      await page.getByLabel('The signature, in hex').nth(place).fill(signer.sign(shared));
    }
    await picture(page, 'multisig');
    await page.getByRole('button', { name: 'Send the vote' }).click();
    await page.getByText('Your vote counts').waitFor();
    expect(await votesOf(keyless.multisig.account)).toMatchObject([
      { choice: 'nay', multisig: { threshold: 2 } },
    ]);

    // For a pure proxy, by the key of its proxy.
    const alice = signerFromUri('//Alice');
    await again(async () => {
      await page.getByText('You are a proxy of the account that votes').click();
      await page.getByLabel('The account that votes').fill(keyless.pure);
      await page.getByText('The key is elsewhere').click();
      await page.getByLabel('Your account').fill(alice.address);
      expect(await broken()).toEqual([]);
      await page.getByRole('button', { name: 'Go on' }).click();
    }, 'Nay');
    await page
      .getByLabel('The signature, in hex')
      .fill(alice.sign(await page.locator('details pre').innerText()));
    await page.getByRole('button', { name: 'Send the vote' }).click();
    await page.getByText('Your vote counts').waitFor();
    expect(await votesOf(keyless.pure)).toMatchObject([{ signatures: [{ account: alice.account }] }]);

    // Nobody has to believe the service: the same code as the command's says what holds.
    await page.getByRole('link', { name: 'Recompute this vote yourself' }).click();
    await page.getByRole('button', { name: /Take what this service has/ }).click();
    await page.getByRole('heading', { name: 'Everything that it covers holds' }).waitFor();
    await page.getByText(/^11 signatures$/).waitFor();
    expect(await broken()).toEqual([]);
    await picture(page, 'verify');
    const evidence = await (await fetch(`${url}/v1/paras/${network.paraId}/evidence`)).text();
    const tampered = evidence.replace('"choice":"nay"', '"choice":"aye"');
    expect(tampered).not.toBe(evidence);
    const file = { name: 'evidence.jsonl', mimeType: 'application/json', buffer: Buffer.from(tampered) };
    // Without a network: what is loaded already needs nobody to find the one vote that was changed.
    await page.context().setOffline(true);
    await page.getByLabel(/Drop an evidence file/).setInputFiles(file);
    await page.getByRole('heading', { name: 'It does not hold' }).waitFor();
    await page.locator('li', { hasText: 'Fails' }).getByText('Each vote is signed by its account').waitFor();
    expect(await broken()).toEqual([]);
    await page.context().setOffline(false);

    // The operator's corner takes no wrong token, and says why nothing goes on while holders vote.
    await page.goto(`${url}/#/paras/${network.paraId}`);
    await page.getByRole('link', { name: 'For the operator' }).click();
    const enter = async (token: string) => {
      await page.getByLabel("The operator's token").fill(token);
      await page.getByRole('button', { name: 'Go on', exact: true }).click();
      await page.getByRole('button', { name: 'Go on with the decision' }).click();
    };
    await enter('a-wrong-token');
    await page
      .getByRole('alert')
      .filter({ hasText: /only the operator may do this/ })
      .waitFor();
    await page.getByRole('button', { name: 'Forget the token' }).click();
    await enter(scene.operatorToken);
    await page
      .getByRole('alert')
      .filter({ hasText: /in state voting/ })
      .waitFor();
    await page.getByText('Nothing waits for a signature.').waitFor();
    await page.getByText('registrar', { exact: true }).first().waitFor();
    expect(await broken()).toEqual([]);
    await picture(page, 'operator');
    expect(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length')).toBe(
      0,
    );
    // The browser reports answers that refuse; nothing else went wrong.
    const refusals = /the server responded with a status of (403|409)|ERR_INTERNET_DISCONNECTED/;
    expect(await page.locator('main').innerText()).not.toMatch(/planck/i);
    expect(faults.filter((fault) => !refusals.test(fault))).toEqual([]);
  });
});
