import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A Chromium of this machine: nothing is downloaded. `CHROME` names another one. */
const CANDIDATES = [
  process.env.CHROME,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
export const CHROMIUM = CANDIDATES.find((path) => path !== undefined && existsSync(path)) ?? null;

if (CHROMIUM === null) {
  console.warn('no Chromium is here, so the page is not tried: install one, or name it by CHROME');
}

export interface OpenPage {
  readonly page: Page;
  /** Everything that went wrong in it: errors, refusals of the content security policy, requests to other hosts. */
  readonly faults: readonly string[];
  /** Rules of accessibility that the page breaks as it is now, each with the elements that break it. */
  broken(): Promise<readonly string[]>;
}

export async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('no Chromium is here');
  // As root, as in a container, it runs without its sandbox: what it loads is ours.
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
}

/** A page of a browser that remembers what went wrong. `prepare` sees it before it loads anything. */
export async function openPage(
  browser: Browser,
  url: string,
  prepare: (page: Page) => Promise<void> = async () => undefined,
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  // On a busy machine all takes as long as it takes: only what never comes is a fault.
  context.setDefaultTimeout(240_000);
  const faults: string[] = [];
  const page = await context.newPage();
  await prepare(page);
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && origin !== new URL(url).origin)
      faults.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    faults,
    broken: async () => {
      // Through the debugger, to which the policy of the page does not apply.
      const found: unknown =
        await page.evaluate(`${axe.source};axe.run().then(({ violations }) => violations.map(({ id, help, nodes }) =>
        id + ': ' + help + ' ' + nodes.map(({ html }) => html).join(' ')))`);
      return Array.isArray(found) ? found.map(String) : [String(found)];
    },
  };
}

/** Where pictures of the views are put, for people to look at; nowhere without it. */
const PICTURES = process.env.PARARESCUE_PICTURES;

/** The page as it is now: in light and dark, and on a phone. */
export async function takePictures(page: Page, name: string): Promise<void> {
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
