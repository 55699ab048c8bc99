import { z } from 'zod';
import { EVENTS } from '../events.ts';
import { SEVERITIES, type SeverityRule } from './kind.ts';

/** The table of events in docs/http-api.md, from the catalogue. */
export function eventsTable(): string {
  const rows = Object.entries(EVENTS).map(
    ([name, { severity, when, data }]) =>
      `| \`${name}\` | ${severityWords(severity)} | ${when} | ${memberWords(data)} |`,
  );
  return ['| name | severity | when | data |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function severityWords(rule: SeverityRule): string {
  if (typeof rule === 'string') return rule;
  const cases = SEVERITIES.map((severity) => {
    const values = Object.keys(rule.values).filter((value) => rule.values[value] === severity);
    return values.length === 0
      ? ''
      : `${severity} when ${values.map((value) => `\`${value}\``).join(' or ')}, `;
  });
  return `by \`${rule.by}\`: ${cases.toReversed().join('')}else info`;
}

function memberWords(data: z.ZodType): string {
  if (data instanceof z.ZodDiscriminatedUnion) {
    return data.options.map((option) => memberWords(option as z.ZodType)).join('; or ');
  }
  if (!(data instanceof z.ZodObject)) throw new TypeError('the data of an event is an object');
  const members = Object.entries(data.shape).map(([name, type]) =>
    type instanceof z.ZodLiteral
      ? `\`${name}: "${type.value}"\``
      : `\`${name}\`${isNullable(type) ? ' or null' : ''}`,
  );
  return members.length === 0 ? 'none' : members.join(', ');
}

function isNullable(type: unknown): boolean {
  return type instanceof z.ZodNullable;
}
