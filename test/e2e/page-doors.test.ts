import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPage } from '../../src/http/page-files.ts';
import { signaturesReady, verifySignature } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { voteText } from '../../src/voting/ballots/texts.ts';
import { bytes, hash, sampleProposal, sampleVote } from '../store/samples.ts';
import { CHROMIUM, openBrowser, openPage, takePictures } from '../support/browser.ts';
import { openDoor } from '../support/http-door.ts';
import { CODE } from '../support/recording-service.ts';

await signaturesReady();

/** A wallet as EIP-6963 has them: it says that it is there when it loads, and again when it is asked. */
async function announceWallet(page: Page, address: string, sign: (text: string) => string): Promise<void> {
  await page.exposeFunction('signInEthereum', (data: string) =>
    sign(Buffer.from(data.slice(2), 'hex').toString()),
  );
  await page.addInitScript(`
    const provider = { request: async ({ method, params }) => {
      if (method === 'eth_requestAccounts') return ['${address}'];
      if (method === 'personal_sign' && params[1].toLowerCase() === '${address.toLowerCase()}')
        return window.signInEthereum(params[0]);
      throw new Error('this wallet does not know ' + method);
    } };
    const info = Object.freeze({ uuid: '350670db-19fa-4704-a166-e52e178b59d2', name: 'Fox', icon: 'data:,', rdns: 'example.fox' });
    const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
    addEventListener('eip6963:requestProvider', announce);
    announce();`);
}

/** What a camera reads of the codes that are on the screen, in their order. */
async function scanned(browser: Browser, page: Page): Promise<Uint8Array[]> {
  // Another page turns pictures into pixels: the one that is looked at may not.
  const desk = await browser.newPage();
  const read: Uint8Array[] = [];
  try {
    for (const code of await page.locator('svg.qr').all()) {
      const picture = (await code.screenshot()).toString('base64');
      const { width, height, dark } = (await desk.evaluate(`(async () => {
        const image = await createImageBitmap(await (await fetch('data:image/png;base64,${picture}')).blob());
        const { width, height } = image;
        const canvas = new OffscreenCanvas(width, height).getContext('2d');
        canvas.drawImage(image, 0, 0);
        const { data } = canvas.getImageData(0, 0, width, height);
        let dark = '';
        for (let at = 0; at < data.length; at += 4) dark += data[at] < 128 ? 1 : 0;
        return { width, height, dark };
      })()`)) as { width: number; height: number; dark: string };
      const data = Uint8Array.from(
        [...dark].flatMap((bit) => (bit === '1' ? [0, 0, 0, 255] : [255, 255, 255, 255])),
      );
      decodeQR(
        { width, height, data },
        {
          textDecoder: (found) => {
            read.push(Uint8Array.from(found));
            return '';
          },
        },
      );
    }
  } finally {
    await desk.close();
  }
  return read;
}

describe.skipIf(CHROMIUM === null)('the page, before a service that tells what it is told', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  const open = async () => {
    const files = await readPage(fileURLToPath(new URL('../../dist/web', import.meta.url)));
    return openDoor({ page: { files, public: false } });
  };

  it('lets an Ethereum wallet that announces itself sign a vote of a chain with accounts of 20 bytes', async () => {
    const door = await open();
    door.service.proposed = [sampleProposal(CODE, { proposer: bytes(20, 2) })];
    const wallet = signerFromUri(`0x${'a5'.repeat(32)}`, 'ethereum');
    const { page, broken } = await openPage(
      browser,
      `${door.url}/#/paras/2000/proposals/${hash(8)}`,
      (opened) => announceWallet(opened, wallet.address, (text) => wallet.sign(text)),
    );
    await page.getByRole('button', { name: 'Connect Fox' }).click();
    await page.getByRole('button', { name: wallet.address }).click();
    await page.getByRole('radio', { name: 'Aye' }).check();
    await page.getByText('The text that you sign').click();
    expect(await broken()).toEqual([]);
    await takePictures(page, 'vote-ethereum');
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.getByText('Your vote counts').waitFor();
    expect(door.service.calls).toMatchObject([
      ['vote', { account: wallet.account, choice: 'aye', scheme: 'ethereum', sequence: 1 }],
    ]);
    const [[, ballot] = []] = door.service.calls as [string, ReturnType<typeof sampleVote>][];
    if (!ballot) throw new Error('no vote came');
    expect(() => verifySignature({ ...ballot, text: voteText(ballot) })).not.toThrow();
  });

  it('shows a text to a cold wallet, and a call to whoever signs it, as codes that a camera reads', async () => {
    const door = await open();
    const account = hash(3);
    const { page, broken, faults } = await openPage(browser, `${door.url}/#/paras/2000/proposals/${hash(8)}`);
    await page.getByText('The key is elsewhere').click();
    await page.getByLabel('Your account').fill(account);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('radio', { name: 'Nay' }).check();
    const words = await page.locator('details pre').innerText();
    await page.getByText('As QR codes').click();
    await page.getByRole('img', { name: /Polkadot Vault/ }).waitFor();
    expect(await broken()).toEqual([]);
    await takePictures(page, 'cold-codes');
    const [vault, text] = await scanned(browser, page);
    expect(Buffer.from(text ?? []).toString()).toBe(words);
    expect(Buffer.from(vault ?? []).toString('hex')).toBe(
      `530108${account.slice(2)}${Buffer.from(`<Bytes>${words}</Bytes>`).toString('hex')}`,
    );
    // As Vault shows it: without 0x.
    await page.getByLabel('The signature, in hex').fill('ab'.repeat(64));
    await page.getByRole('button', { name: 'Send the vote' }).click();
    await page.getByText('Your vote counts').waitFor();
    expect(door.service.calls).toMatchObject([['vote', { account, signature: bytes(64, 0xab) }]]);

    const data = `0x3c04${'d0'.repeat(60)}` as const;
    const link = `https://polkadot.js.org/apps/#/extrinsics/decode/${data}`;
    const waiting = await door.service.handover(2000);
    door.service.handover = async () => ({ ...waiting, data, link, length: 62, hints: [] });
    await page.goto(`${door.url}/#/paras/2000/operator`);
    await page.getByLabel("The operator's token").fill('cd'.repeat(32));
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
    await page.getByText('code is scheduled').waitFor();
    await page.getByRole('link', { name: 'Open in polkadot-js apps' }).waitFor();
    await page.getByText('pararescue code schedule --para 2000').waitFor();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the call' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('handover-2000.json');
    await page.getByText('As QR codes').click();
    await page.getByRole('img', { name: /The hash of the call/ }).waitFor();
    expect(await broken()).toEqual([]);
    await takePictures(page, 'handover-codes');
    const codes = await scanned(browser, page);
    expect(codes.map((code) => Buffer.from(code).toString())).toEqual([link, data, hash(31)]);
    expect(faults).toEqual([]);
  });

  it('draws a vote of more than twenty thousand, thinned, and knows what an account voted before', async () => {
    const door = await open();
    const total = 21_000;
    door.service.storedVotes = Array.from({ length: total }, (_, index) =>
      sampleVote({
        account: `0x${(index + 1).toString(16).padStart(64, '0')}`,
        power: 1n,
        choice: index % 3 === 0 ? 'nay' : 'aye',
        admittedAt: 131 + Math.floor(index / 10),
      }),
    );
    const tally = await door.service.tally(2000);
    door.service.tally = async () => ({
      ...tally,
      clock: { openedAt: 120, closesAt: 4_000, quorateSince: null, extended: false },
      tallies: tally.tallies.map((one) => ({ ...one, votes: total })),
    });
    door.service.sight = { ...door.service.sight, block: 2_300 };
    const { page } = await openPage(browser, `${door.url}/#/paras/2000/proposals/${hash(8)}`);
    const line = page.locator('.tally-plot path.line.turnout');
    await line.waitFor({ state: 'attached' });
    const steps = ((await line.getAttribute('d')) ?? '').match(/H/g)?.length ?? 0;
    expect(steps).toBeGreaterThan(300);
    expect(steps).toBeLessThan(610);
    await page.getByText('The key is elsewhere').click();
    await page.getByLabel('Your account').fill(`0x${'1'.padStart(64, '0')}`);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('You voted Nay.').waitFor();
    await takePictures(page, 'many-votes');
  });
});
