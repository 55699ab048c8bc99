import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLParseError,
} from 'yaml';
import type { z } from 'zod';
import { messageOf, RescueError, type RescueErrorCode } from '../domain/errors.ts';
import { shownName } from '../domain/shown-value.ts';
import { type DataPath, describeIssues, type Problem } from './schema-problems.ts';

export interface YamlFileOptions<Schema extends z.ZodType> {
  readonly text: string;
  /** As the user named it; stands in front of every problem. */
  readonly fileName: string;
  readonly schema: Schema;
  /** Code of the error when anything is wrong. */
  readonly code: RescueErrorCode;
  /** What the file is, for the first line of the error: `policy`. */
  readonly what: string;
  /**
   * Translates what people may write into what the schema wants (addresses into hex, whole numbers into text). Whole
   * numbers beyond 2^53 come as bigint, others as number. What it reports replaces the schema's word on that path.
   */
  readonly prepare?: (value: unknown, report: (path: DataPath, message: string) => void) => unknown;
}

/** A problem with its place in the file, both counted from 1. */
export interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

/** Most problems that one error lists. */
const MOST_PROBLEMS = 50;
/** After the first slip of the pen the parser mostly trips over its consequences. */
const MOST_SYNTAX_PROBLEMS = 3;

/**
 * Reads YAML 1.2 (so JSON too) and checks it against a schema. Unlike in plain YAML, `0x…` and `0o…` stay text, so that
 * hashes and account ids need no quotes.
 * @throws `RescueError` with `code`, listing every problem with file, line, column, path and what would be right; the
 * list is in `details.problems` as `PlacedProblem[]`.
 */
export function parseYamlFile<Schema extends z.ZodType>(options: YamlFileOptions<Schema>): z.output<Schema> {
  const { text, schema } = options;
  const lines = new LineCounter();
  const document = unlessTooDeep(options, () =>
    parseDocument(text, {
      lineCounter: lines,
      intAsBigInt: true,
      prettyErrors: false,
      stringKeys: true,
      customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !isHexOrOctal(tag)),
    }),
  );
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    throw refusal(
      options,
      document.errors.slice(0, MOST_SYNTAX_PROBLEMS).map((error) => ({
        ...at(error.pos[0]),
        path: '',
        message: `is not valid YAML: ${syntaxProblem(error)}`,
      })),
    );
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    throw refusal(options, [{ line: 1, column: 1, path: '', message: 'is empty' }]);
  }
  const reported: Problem[] = [];
  let value = unlessTooDeep(options, () => smallNumbers(document.toJS({ maxAliasCount: 100 })));
  if (options.prepare) {
    value = options.prepare(value, (path, message) => reported.push({ path, message, atKey: false }));
  }
  const parsed = schema.safeParse(value);
  if (parsed.success && reported.length === 0) return parsed.data;
  const issues = parsed.success ? [] : describeIssues(schema, value, parsed.error.issues);
  const covered = new Set(reported.map(({ path }) => pathText(path)));
  const problems = [...reported, ...issues.filter(({ path }) => !covered.has(pathText(path)))].map(
    (problem) => ({
      ...at(offsetOf(document, problem)),
      path: pathText(problem.path),
      message: problem.message,
    }),
  );
  throw refusal(options, problems);
}

/** The parser recurses, and throws what isn't ours for nesting without end and for aliases that multiply. */
function unlessTooDeep<T>(
  { code, fileName }: Pick<YamlFileOptions<z.ZodType>, 'fileName' | 'code'>,
  read: () => T,
): T {
  try {
    return read();
  } catch (cause) {
    // Without the cause, whose message may quote the file.
    const reason = withoutQuote(messageOf(cause));
    throw new RescueError(code, `${fileName}: the YAML cannot be resolved: ${reason}`);
  }
}

/** What the parser says, without what it quotes of the file. */
function syntaxProblem({ code, message }: YAMLParseError): string {
  if (code === 'TAG_RESOLVE_FAILED' || code === 'BAD_COLLECTION_TYPE') return 'a tag that is not known here';
  if (code === 'BAD_DIRECTIVE') return 'a directive that is not known here';
  return withoutQuote(message);
}

function withoutQuote(message: string): string {
  return message.replace(/(?<! ): .*$/s, '');
}

function refusal(
  { fileName, code, what }: Pick<YamlFileOptions<z.ZodType>, 'fileName' | 'code' | 'what'>,
  problems: readonly PlacedProblem[],
): RescueError {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const shown = sorted
    .slice(0, MOST_PROBLEMS)
    .map(
      ({ line, column, path, message }) =>
        `${fileName}:${line}:${column}: ${path === '' ? 'the file' : path} ${message}`,
    );
  if (sorted.length > shown.length) shown.push(`and ${sorted.length - shown.length} more`);
  const count = sorted.length === 1 ? 'one thing is' : `${sorted.length} things are`;
  return new RescueError(
    code,
    `The ${what} ${fileName} cannot be used, ${count} wrong:\n${shown.join('\n')}`,
    {
      details: { problems: sorted },
    },
  );
}

function isHexOrOctal(tag: { readonly tag: string; readonly format?: string | undefined }): boolean {
  return tag.tag === 'tag:yaml.org,2002:int' && tag.format !== undefined;
}

/** `voting.approval`, `excluded[3].account`; empty for the whole file. */
function pathText(path: DataPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = shownName(key);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** Offset of the value at a path; of its key when the key or a whole section is the problem; else of the parent. */
function offsetOf(document: Document.Parsed, { path, atKey }: Problem): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const last = depth === path.length - 1;
    if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find(
        (item) => String(isScalar(item.key) ? item.key.value : item.key) === String(key),
      );
      if (pair === undefined) return offset;
      const useKey = !last || atKey || !isScalar(pair.value);
      offset = (useKey ? startOf(pair.key) : startOf(pair.value)) ?? offset;
      node = pair.value;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** Whole numbers were read exactly, as bigint; those that a number holds exactly become numbers. */
function smallNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }
  if (Array.isArray(value)) return value.map(smallNumbers);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, smallNumbers(member)]));
  }
  return value;
}
