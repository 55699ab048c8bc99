import { createHash } from 'node:crypto';
import type { AlertMessage } from '../../domain/alerts/alert.ts';
import { shownAge } from '../../domain/chain/sight.ts';
import type { Hex } from '../../domain/units.ts';

/**
 * `json`: everything, for programs. `slack`: `{ text }`, which Slack, Mattermost, Rocket.Chat and Matrix's hookshot take. `matrix`: the
 * content of an `m.room.message` event, for the client-server API.
 */
export const ALERT_FORMATS = ['json', 'slack', 'matrix'] as const;
export type AlertFormat = (typeof ALERT_FORMATS)[number];

export interface AlertBatch {
  readonly messages: readonly AlertMessage[];
  /** Of the relay chain that is watched. */
  readonly relayGenesis: Hex;
  /** Where the runbooks are. */
  readonly runbooks: string;
}

/** Names a batch: the same messages sent again have the same. */
export function batchId({ messages }: Pick<AlertBatch, 'messages'>): string {
  const parts = messages.map(({ id, status }) => `${status} ${id}`);
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

export function alertBody(format: AlertFormat, batch: AlertBatch): unknown {
  switch (format) {
    case 'json':
      return jsonBody(batch);
    case 'slack':
      return { text: batch.messages.map((message) => slackLines(message, batch.runbooks)).join('\n') };
    case 'matrix':
      return matrixBody(batch);
  }
}

function jsonBody({ messages, relayGenesis, runbooks }: AlertBatch) {
  return {
    version: 1,
    id: batchId({ messages }),
    relayGenesis,
    alerts: messages.map(({ paraId, since, until, ...message }) => ({
      ...message,
      para: paraId,
      since: new Date(since).toISOString(),
      until: until === null ? null : new Date(until).toISOString(),
      runbook: runbookOf(message, runbooks),
    })),
  };
}

/** Slack's own marks are escaped: text of others mentions nobody and makes no link. */
function slackLines(message: AlertMessage, runbooks: string): string {
  const escaped = (text: string) =>
    text.replace(/[&<>]/g, (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[mark] ?? mark);
  const { title, lines } = wordsOf(message, runbooks);
  // Between the two characters of a mention stands one that has no width, which is not printed: `@channel` is a word then.
  return [`*${escaped(title)}*`, ...lines.map(escaped)]
    .join('\n')
    .replace(/@(?=channel|here|everyone)/g, '@\u200b');
}

function matrixBody({ messages, runbooks }: AlertBatch) {
  const words = messages.map((message) => wordsOf(message, runbooks));
  const html = words.map(
    ({ title, lines }) => `<strong>${html5(title)}</strong><br>${lines.map(html5).join('<br>')}`,
  );
  return {
    msgtype: 'm.text',
    body: words.map(({ title, lines }) => [title, ...lines].join('\n')).join('\n\n'),
    format: 'org.matrix.custom.html',
    formatted_body: html.join('<br><br>'),
    // Text of others mentions nobody.
    'm.mentions': {},
  };
}

function wordsOf(message: AlertMessage, runbooks: string): { title: string; lines: string[] } {
  const { status, severity, name, paraId, paraName, summary, since, until, incident } = message;
  const mark = status === 'resolved' ? 'RESOLVED' : severity.toUpperCase();
  const whose = paraId === null ? '' : ` para ${paraId}${paraName === null ? '' : ` (${paraName})`}`;
  const begun = `since ${new Date(since).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const lasted = until === null ? begun : `${begun}, lasted ${shownAge(until - since)}`;
  const number = incident === null ? '' : `, incident ${incident}`;
  const lines = [summary, `${lasted}${number}`];
  if (status === 'firing') lines.push(`runbook: ${runbookOf(message, runbooks)}`);
  return { title: `[${mark}] ${name}${whose}`, lines };
}

function runbookOf({ name }: Pick<AlertMessage, 'name'>, runbooks: string): string {
  return `${runbooks}/${name}.md`;
}

function html5(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (mark) => names[mark] ?? mark);
}
