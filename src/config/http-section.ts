import { z } from 'zod';
import { isNetwork } from './networks.ts';
import { file } from './relay-section.ts';

/** Where the service listens, under which names, and to whom its page is given. */
export const httpSection = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. Put a TLS proxy in front before you make it public.'),
  port: z.int().min(0).max(65_535).default(9955).describe('0 takes any free port.'),
  publicUrl: z
    .string()
    .regex(/^https?:\/\/[^\s/@?#]+\/?$/, 'must be the URL of the service such as https://rescue.example.org')
    .optional()
    .describe(
      'Where people reach the service, through a proxy that does TLS. Requests under other names are refused, but for those of this machine.',
    ),
  hosts: z
    .array(z.string().regex(/^[a-z0-9.-]{1,253}$/, 'must be a host name in lower case, without a port'))
    .max(20)
    .default([])
    .describe('More names under which the service is reached, such as one of an inner network.'),
  origins: z
    .array(
      z
        .string()
        .regex(
          /^(?:https?:\/\/[^\s/@?#]+|\*)$/,
          'must be an origin such as https://vote.example.org, without a slash at its end, or "*"',
        ),
    )
    .max(20)
    .default([])
    .describe(
      'Origins of web pages that may use the service besides its own; never with credentials. Those of "*", which are all, may only read.',
    ),
  trustedProxies: z
    .array(z.string().refine(isNetwork, 'must be an address, or a network such as 10.0.0.0/8'))
    .max(100)
    .default([])
    .describe(
      'Proxies in front of the service: what they write into X-Forwarded-For is believed, so that limits count their clients.',
    ),
  page: z
    .union([
      z.literal(false),
      z.strictObject({
        public: z
          .boolean()
          .default(false)
          .describe('Serve it under every name of the service, not only to this machine.'),
      }),
    ])
    .prefault({})
    .describe('The page for people, at /. It is served to this machine; false: the API is all there is.'),
  operatorTokenFile: file
    .optional()
    .describe(
      "The operator's token, relative to this file; operator-token in the folder of the database when left out. It is made when it is missing.",
    ),
});
