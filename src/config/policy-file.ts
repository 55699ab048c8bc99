import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, RescueError } from '../domain/errors.ts';
import { type Policy, policySchema } from '../domain/policy/policy.ts';
import { parseAccount } from '../keys/account.ts';
import type { DataPath } from './schema-problems.ts';
import { parseYamlFile } from './yaml-file.ts';

/** 10 000 exclusions with long reasons stay below this. */
const LARGEST_FILE = 8 * 1024 * 1024;

/** @throws RESCUE_POLICY_INVALID when the file cannot be read, and as `parsePolicy`. */
export async function readPolicyFile(path: string): Promise<Policy> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new RescueError(
      'RESCUE_POLICY_INVALID',
      `The policy file ${path} cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
  return parsePolicy(text, path);
}

/**
 * A policy from YAML or JSON. More than the canonical form is accepted for people's sake: SS58 addresses, hex in upper
 * case, balances as numbers or with underscores; the result is canonical.
 * @throws RESCUE_POLICY_INVALID listing every problem with line and column.
 */
export function parsePolicy(text: string, fileName: string): Policy {
  if (text.length > LARGEST_FILE) {
    throw new RescueError(
      'RESCUE_POLICY_INVALID',
      `The policy ${fileName} is longer than ${LARGEST_FILE} bytes.`,
    );
  }
  const options = {
    text,
    fileName,
    schema: policySchema,
    code: 'RESCUE_POLICY_INVALID',
    what: 'policy',
  } as const;
  return parseYamlFile({ ...options, prepare: canonicalise });
}

type Report = (path: DataPath, message: string) => void;

function canonicalise(value: unknown, report: Report): unknown {
  if (!isSection(value)) return value;
  const out = { ...value };
  if (typeof out.relayGenesis === 'string') out.relayGenesis = lowerHex(out.relayGenesis);
  if (isSection(out.proposers)) {
    const proposers = { ...out.proposers };
    if (Array.isArray(proposers.accounts)) {
      proposers.accounts = proposers.accounts.map((entry, index) =>
        canonicalAccount(entry, ['proposers', 'accounts', index], report),
      );
    }
    if ('minimumPower' in proposers) proposers.minimumPower = canonicalPlanck(proposers.minimumPower);
    out.proposers = proposers;
  }
  if (isSection(out.endorsement) && Array.isArray(out.endorsement.accounts)) {
    const accounts = out.endorsement.accounts.map((entry, index) =>
      canonicalAccount(entry, ['endorsement', 'accounts', index], report),
    );
    out.endorsement = { ...out.endorsement, accounts };
  }
  if (isSection(out.release) && Array.isArray(out.release.people)) {
    const people = out.release.people.map((entry, index) =>
      canonicalAccount(entry, ['release', 'people', index], report),
    );
    out.release = { ...out.release, people };
  }
  if (Array.isArray(out.excluded)) {
    out.excluded = out.excluded.map((entry, index) =>
      isSection(entry)
        ? { ...entry, account: canonicalAccount(entry.account, ['excluded', index, 'account'], report) }
        : entry,
    );
  }
  if (isSection(out.contract)) out.contract = canonicalContract(out.contract, report);
  if (isSection(out.voting)) {
    const voting = { ...out.voting };
    for (const key of ['approval', 'quorum']) checkPercent(voting[key], ['voting', key], report);
  }
  return out;
}

function canonicalContract(section: Record<string, unknown>, report: Report): Record<string, unknown> {
  const { genesis, address, operators, fee } = section;
  return {
    ...section,
    ...(typeof genesis === 'string' && { genesis: lowerHex(genesis) }),
    ...(typeof address === 'string' && {
      address: canonicalAccount(address, ['contract', 'address'], report),
    }),
    ...('fee' in section && { fee: canonicalPlanck(fee) }),
    ...(Array.isArray(operators) && {
      operators: operators.map((entry, index) =>
        canonicalAccount(entry, ['contract', 'operators', index], report),
      ),
    }),
  };
}

/** Hex of the account; what is none is reported, and hex of another length left to the schema. */
function canonicalAccount(entry: unknown, path: DataPath, report: Report): unknown {
  if (typeof entry !== 'string') return entry;
  const parsed = parseAccount(entry);
  if ('account' in parsed) return parsed.account;
  const hex = lowerHex(entry);
  if (!hex.startsWith('0x') || ACCOUNT.test(hex)) report(path, parsed.problem);
  return hex;
}

const ACCOUNT = /^0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/;

/** `1_000_000`, `1000000` and `"1000000"` are the same. */
function canonicalPlanck(value: unknown): unknown {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return String(value);
  return typeof value === 'string' ? value.replace(/(?<=\d)_(?=\d)/g, '') : value;
}

/** A bare number is refused rather than guessed at: 0.5 may mean a half or half a percent. */
function checkPercent(value: unknown, path: DataPath, report: Report): void {
  if (typeof value === 'number') {
    report(path, `must be a percentage with its sign, such as ${value}%, found the bare number ${value}`);
  }
}

function lowerHex(text: string): string {
  return /^0x[0-9a-f]*$/i.test(text) ? text.toLowerCase() : text;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** JSON schema of what `parsePolicy` takes, for editors; schemas/policy.schema.json holds it. */
export function policyJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(policySchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.pattern === undefined) return;
      if (/^\^0x.*\{(?:64|40)\}/.test(jsonSchema.pattern)) {
        const account = jsonSchema.pattern.includes('{40}');
        jsonSchema.pattern = account
          ? '^(?:0[xX](?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40})|[1-9A-HJ-NP-Za-km-z]{45,50})$'
          : '^0[xX][0-9a-fA-F]{64}$';
      } else if (jsonSchema.pattern === PLANCK_PATTERN) {
        jsonSchema.type = ['string', 'integer'] as never;
        jsonSchema.pattern = '^\\d+(?:_\\d+)*$';
        jsonSchema.minimum = 0;
      }
    },
  });
  return { ...schema, title: 'pararescue policy' };
}

/** Of `policySchema`'s balances. */
const PLANCK_PATTERN = '^(?:0|[1-9]\\d{0,38})$';
