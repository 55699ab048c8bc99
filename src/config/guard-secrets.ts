import { looksSecret } from '../domain/shown-value.ts';
import type { DataPath } from './schema-problems.ts';

type Report = (path: DataPath, message: string) => void;
type Section = Record<string, unknown>;

const SECRET_KEYS = ['uri', 'seed', 'secret', 'phrase', 'mnemonic', 'password', 'suri', 'key'];
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Takes the place of a secret, so that nothing which reads on repeats it. */
const REDACTED = 'REDACTED';

/** A secret that somebody wrote into the configuration, wherever it stands, is pointed at but never repeated in the error. */
export function guardSecrets(value: unknown, report: Report): unknown {
  if (!isSection(value)) return value;
  const out = { ...value };
  if (isSection(out.signer)) out.signer = guardSigner(out.signer, ['signer'], report);
  if (isSection(out.contracts) && isSection(out.contracts.watcher)) {
    const watcher = guardSigner(out.contracts.watcher, ['contracts', 'watcher'], report);
    out.contracts = { ...out.contracts, watcher };
  }
  return withoutSecrets(out, [], report);
}

function guardSigner(section: Section, path: readonly string[], report: Report): Section {
  const signer = { ...section };
  const name = path.join('.');
  for (const key of Object.keys(signer)) {
    if (SECRET_KEYS.includes(key)) {
      report(
        [...path, key],
        `must not be here: a secret belongs into an environment variable that ${name}.env names, or a keystore file`,
      );
      delete signer[key];
    }
  }
  for (const key of ['env', 'passwordEnv']) {
    const given = signer[key];
    if (given === undefined) continue;
    if (typeof given === 'string' && VARIABLE.test(given) && !looksSecret(given)) continue;
    report(
      [...path, key],
      'must be the name of an environment variable (letters, digits, _), not the secret itself',
    );
    signer[key] = REDACTED;
  }
  return signer;
}

/** Phrases and seeds in places where nothing looks like one; hashes of blocks do. */
function withoutSecrets(value: unknown, path: DataPath, report: Report): unknown {
  if (typeof value === 'string') {
    const isHash = path[0] === 'relay' && (path[1] === 'genesis' || path[1] === 'checkpoint');
    if (isHash || !looksSecret(value)) return value;
    report(
      path,
      'must not be here: it looks like a secret, which belongs into an environment variable or a keystore file',
    );
    return REDACTED;
  }
  if (Array.isArray(value)) return value.map((member, at) => withoutSecrets(member, [...path, at], report));
  if (!isSection(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withoutSecrets(member, [...path, key], report)]),
  );
}

function isSection(value: unknown): value is Section {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
