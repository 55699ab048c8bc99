import { MalformedBytes } from '../bytes/reader.ts';
import { bad, type CodeFinding, careful, fine } from './findings.ts';
import { decodeVersion, embeddedVersion, type RuntimeVersion, VERSION_SECTION } from './label.ts';
import type { WasmOutline } from './sections.ts';
import { shown } from './upgrade/checks.ts';

/** The label, as nodes read it without running the code, and what is to be said of it. */
export function readLabel(outline: WasmOutline): { label: RuntimeVersion | null; findings: CodeFinding[] } {
  const section = outline.custom.get(VERSION_SECTION);
  if (section === undefined) {
    const sentence = `it has no ${VERSION_SECTION} section: nodes know its version by running it, and it cannot be re-labelled`;
    return {
      label: null,
      findings: [
        careful('label', sentence, 'build it with sp_version::runtime_version, and strip no sections'),
      ],
    };
  }
  try {
    const embedded = embeddedVersion(outline);
    const label = embedded ?? decodeVersion(section.content, []);
    const text = `it is labelled ${shown(label.specName)} ${label.specVersion}`;
    return {
      label,
      findings: [
        embedded
          ? fine('label', text)
          : careful(
              'label',
              `${text}; it has no runtime_apis section, so nodes take it for one of before Core version 3`,
            ),
      ],
    };
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error;
    return { label: null, findings: [bad('label', `its label cannot be read: ${error.message}`)] };
  }
}

/** Whether the code says of itself when it runs what its label says. */
export function labelFindings(
  label: RuntimeVersion | null,
  compiled: RuntimeVersion | string,
): CodeFinding[] {
  if (typeof compiled === 'string') {
    return [
      {
        check: 'compiled',
        result: 'unknown',
        sentence: `what it says of itself when it runs is unknown: ${compiled}`,
        fix: null,
      },
    ];
  }
  const told = `${shown(compiled.specName)} ${compiled.specVersion}, transaction version ${compiled.transactionVersion}`;
  if (label === null) return [fine('compiled', `when it runs it calls itself ${told}`)];
  const differing = (['specName', 'specVersion', 'transactionVersion'] as const).filter(
    (field) => label[field] !== compiled[field],
  );
  if (differing.length === 0)
    return [fine('compiled', `when it runs it calls itself what its label says: ${told}`)];
  return [
    careful(
      'compiled',
      `THE LABEL LIES: it says ${shown(label.specName)} ${label.specVersion}, and when it runs the code calls itself ${told}; so extrinsics have to be signed for spec version ${compiled.specVersion} and transaction version ${compiled.transactionVersion}`,
      `sign with "pararescue tx sign --spec-version ${compiled.specVersion} --transaction-version ${compiled.transactionVersion}"`,
    ),
  ];
}
