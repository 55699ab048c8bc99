import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patient } from '../../devnet/policies.ts';
import { castVote } from '../../src/client/acts.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { CHROMIUM, openBrowser, openPage } from '../support/browser.ts';
import { openScene, type Scene } from './scene.ts';

/** Where pictures of the views are put, for people to look at; nowhere without it. */
const PICTURES = process.env.PARARESCUE_PICTURES;

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  for (const [look, width, colorScheme] of [
    ['light', 1280, 'light'],
    ['dark', 1280, 'dark'],
    ['phone', 390, 'light'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(PICTURES, `${name}-${look}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
}

describe.skipIf(CHROMIUM === null)('the page, in a real browser', () => {
  let scene: Scene;
  let browser: Browser;
  beforeAll(async () => {
    [scene, browser] = await Promise.all([openScene({ unlocked: true }), openBrowser()]);
    await scene.optIn((policy) => Object.assign(policy, patient(policy)));
  });
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  it('leads a holder from the first look to the proposal, without a word from elsewhere', async () => {
    const { network, client, url } = scene;
    await scene.block();
    const { page, faults, broken } = await openPage(browser, url);
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

    const proposal = await scene.propose('Goes on with the bad value.\n<img src=x onerror=alert(1)>');
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
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
    await page.getByText(/validators would take each of them/).waitFor();
    await page.getByRole('img', { name: /Lines mark what the policy asks for/ }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the code' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.wasm$/);
    expect(await broken()).toEqual([]);
    await picture(page, 'proposal');
    expect(await page.locator('main').innerText()).not.toMatch(/planck/i);
    expect(faults).toEqual([]);
  });
});
