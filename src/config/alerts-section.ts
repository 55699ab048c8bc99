import { z } from 'zod';
import { file } from './relay-section.ts';

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');
/** Without anything that could be a key: no user, no query, and only short words in its path. */
const plainUrl = z
  .string()
  .regex(
    /^https?:\/\/[^\s/@?#]+(?:\/[\w.%{}+-]{1,16})*\/?$/,
    'must be a URL in which nothing can be a secret; name what holds one with urlEnv or urlFile',
  );

const hook = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be a name of lower-case letters, digits and -')
      .describe('Names it in the log and in metrics; who has another name is told anew of what lasts.'),
    format: z
      .enum(['json', 'slack', 'matrix'])
      .default('json')
      .describe(
        'json: everything, for programs. slack: { text }, which Slack, Mattermost and hookshot of Matrix take. matrix: the content of an m.room.message.',
      ),
    url: plainUrl.optional().describe('Where to POST to, when it holds no secret. With {id} in it: PUT.'),
    urlEnv: variable.optional().describe('Environment variable that holds the URL.'),
    urlFile: file.optional().describe('File that holds the URL, relative to this file.'),
    tokenEnv: variable
      .optional()
      .describe('Environment variable whose value is sent as Authorization: Bearer.'),
    severity: z.enum(['warning', 'critical']).default('warning').describe('The least that it is told.'),
  })
  .superRefine(({ url, urlEnv, urlFile }, context) => {
    const given = [url, urlEnv, urlFile].filter((one) => one !== undefined);
    if (given.length === 1) return;
    context.addIssue({ code: 'custom', message: 'needs one of url, urlEnv and urlFile' });
  });

/** Who is told of what is wrong. */
export const alertsSection = z.strictObject({
  hooks: z
    .array(hook)
    .min(1)
    .max(10)
    .describe('Webhooks that are told when something begins to be wrong, and when it ends.')
    .superRefine((hooks, context) => {
      for (const [index, { name }] of hooks.entries()) {
        const first = hooks.findIndex((one) => one.name === name);
        if (first === index) continue;
        const message = `is the same as hooks[${first}].name`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
    }),
  resolveAfterSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(60)
    .describe('How long something has to be well again before its end is told.'),
  runbooks: z
    .string()
    .regex(/^https?:\/\/[^\s@?#]+[^\s@?#/]$/, 'must be a URL without a slash at its end')
    .default('docs/runbooks')
    .describe(
      'Where the runbooks are, as alerts name them: with /NAME.md after it. Left out, docs/runbooks.',
    ),
});

/** Metrics for Prometheus. */
export const metricsSection = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Address to serve metrics on. Whoever reaches it reads them: names of paras, votes, endpoints by place.',
    ),
  port: z.int().min(0).max(65_535).default(9956).describe('0 takes any free port.'),
});
