import { bad, type CodeFinding, careful, fine } from './findings.ts';
import { labelOf, type RuntimeVersion } from './label.ts';
import type { SpecFile, SpecSubstitute } from './spec-file.ts';
import { listed, shown } from './upgrade/checks.ts';

/** Entries that nodes could not hold beside the new one: those with its label. */
export function replacedBy(spec: SpecFile, code: Uint8Array): SpecSubstitute[] {
  const version = labelOf(code)?.specVersion;
  return spec.substitutes.filter(
    ({ code: other }) => other !== null && version !== undefined && labelOf(other)?.specVersion === version,
  );
}

/** What a node would make of the spec with a substitute of this label for this block in it. */
export function specFindings(
  spec: SpecFile,
  label: RuntimeVersion | null,
  block: number,
  paraId: number | null,
): CodeFinding[] {
  const findings: CodeFinding[] = [];
  if (spec.paraId !== null && paraId !== null && spec.paraId !== paraId) {
    findings.push(bad('spec', `the chain spec is of para ${spec.paraId}, not of para ${paraId}`));
  } else if (spec.relayChain === null) {
    findings.push(careful('spec', 'the chain spec names no relay chain, as that of a para does'));
  } else
    findings.push(
      fine(
        'spec',
        `the chain spec is ${spec.kind}, of ${shown(spec.id ?? 'no id')} on ${shown(spec.relayChain)}`,
      ),
    );
  const keys = spec.substitutes.map(({ key }) => key);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined)
    findings.push(
      bad(
        'substitutes',
        `the block ${shown(twice.slice(0, 40))} stands twice: the last one wins silently`,
        'take one of them out',
      ),
    );
  const seen = new Map<number, string>();
  for (const { key, block: number, code } of spec.substitutes) {
    const name = shown(key.slice(0, 40));
    if (number === null)
      findings.push(
        bad(
          'substitutes',
          `the substitute with the key ${name} keeps nodes from starting: a key is a block number`,
          'take it out',
        ),
      );
    if (code === null) {
      findings.push(
        bad(
          'substitutes',
          `the substitute for block ${name} is no hex, which keeps nodes from starting`,
          'take it out',
        ),
      );
      continue;
    }
    const other = labelOf(code);
    if (other === null) {
      findings.push(
        bad(
          'substitutes',
          `the substitute for block ${name} has no version, which keeps nodes from starting`,
          'take it out',
        ),
      );
      continue;
    }
    if (other.specVersion === label?.specVersion) {
      findings.push(
        fine(
          'substitutes',
          `the substitute for block ${name} has the same label ${other.specVersion}: it is replaced, since of two with one label one wins silently`,
        ),
      );
      continue;
    }
    const twin = seen.get(other.specVersion);
    if (twin !== undefined)
      findings.push(
        bad(
          'substitutes',
          `the substitutes for blocks ${twin} and ${name} have one label, ${other.specVersion}: one of them wins silently`,
          'take the wrong one out',
        ),
      );
    seen.set(other.specVersion, name);
    if (number === block) {
      findings.push(
        bad(
          'substitutes',
          `block ${block} has a substitute labelled ${other.specVersion} already, and a key stands only once`,
          `take a lower block (--block ${Math.max(0, block - 1)})`,
        ),
      );
    }
  }
  const kept = [...seen].map(([version, key]) => `${version} from block ${key}`);
  if (kept.length > 0) findings.push(fine('substitutes', `kept as they are: ${listed(kept)}`));
  return findings;
}
