import type { Cause, Confidence } from './causes.ts';
import type { DiagnosisFacts, Source } from './facts.ts';
import type { StatedFact } from './verdict.ts';

/** How a para is found to have stopped for one reason. Several rules may name one cause. */
export interface Rule {
  /** Known by its tests and the documentation. */
  readonly name: string;
  readonly cause: Cause;
  /** When it holds, in words; docs/diagnosis.md is written from it. */
  readonly signs: string;
  /** What it looks at beside the para's observation. Where that is not known the rule is passed over, and the verdict says so. */
  readonly needs: readonly Source[];
  /** Whether it explains why blocks fail: then it is no cause where the next block was really built and accepted. */
  readonly ruledOutByABlock: boolean;
  holds(facts: DiagnosisFacts): boolean;
  curableByCode(facts: DiagnosisFacts): boolean;
  confidence(facts: DiagnosisFacts): Confidence;
  /** One plain line that says something about this para. */
  sentence(facts: DiagnosisFacts): string;
  facts(facts: DiagnosisFacts): readonly StatedFact[];
  remedies(facts: DiagnosisFacts): readonly string[];
  warnings(facts: DiagnosisFacts): readonly string[];
}
