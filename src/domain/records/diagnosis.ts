import { z } from 'zod';
import { CAUSES, CONFIDENCES } from '../diagnosis/causes.ts';
import type { Diagnosis, ParaDiagnosis, SecondFinding, StatedFact } from '../diagnosis/verdict.ts';
import { block, known } from './fields.ts';
import { type RecordSchema, record } from './record.ts';

/** A diagnosis as services answer it: `helps` and `avoid` are all that those of earlier versions say of what to do. */
export interface DiagnosisView
  extends Pick<Diagnosis, 'cause' | 'curableByCode' | 'sentence'>,
    MaybeMissing<Omit<ParaDiagnosis, 'cause' | 'curableByCode' | 'sentence'>> {
  /** The remedies, for readers of those versions. */
  readonly helps?: string | undefined;
  readonly avoid?: string | undefined;
}

type MaybeMissing<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

const statedFact: RecordSchema<StatedFact> = record(({ object }) =>
  object({
    what: z.string(),
    where: z.string(),
    value: z.string(),
    relayBlock: block.nullable(),
    paraBlock: block.nullable(),
    confidence: z.enum(CONFIDENCES),
  }),
);

const secondFinding: RecordSchema<SecondFinding> = record(({ object, of }) =>
  object({
    cause: z.enum(CAUSES),
    confidence: z.enum(CONFIDENCES),
    sentence: z.string(),
    facts: z.array(of(statedFact)),
  }),
);

const lines = z.array(z.string());

export const diagnosisView: RecordSchema<DiagnosisView> = record(({ object, of }) =>
  object({
    cause: z.enum(CAUSES),
    curableByCode: z.boolean(),
    sentence: z.string(),
    confidence: known(z.enum(CONFIDENCES)),
    facts: known(z.array(of(statedFact))),
    remedies: known(lines),
    warnings: known(lines),
    also: known(z.array(of(secondFinding))),
    unknown: known(lines),
    triedAt: known(block.nullable()),
    helps: known(z.string()),
    avoid: known(z.string()),
  }),
);

/** What helps, whichever version says it. */
export function remediesOf({ remedies, helps }: DiagnosisView): readonly string[] {
  return remedies ?? (helps ? [helps] : []);
}

/** What is useless or does harm, whichever version says it. */
export function warningsOf({ warnings, avoid }: DiagnosisView): readonly string[] {
  return warnings ?? (avoid ? [avoid] : []);
}

export function viewOf(diagnosis: ParaDiagnosis): DiagnosisView {
  const { remedies, warnings } = diagnosis;
  return { ...diagnosis, helps: remedies.join('; or '), avoid: warnings.join('; ') };
}
