import type { RelaySession } from '../../chain/relay/session.ts';
import { labelRegrets, type Regret } from '../../routes/registrar/regrets.ts';

/** Where the para's own state is not read: nodes compare labels with it, and mostly it is what the relay chain stores. */
export async function storedLabelRegrets(
  { observation: { currentCodeHash }, reader }: Pick<RelaySession, 'observation' | 'reader'>,
  specVersion: number,
): Promise<Regret[]> {
  const { labelOf } = await import('../../code/label.ts');
  const stored = currentCodeHash === null ? null : await reader.storedCode(currentCodeHash);
  const label = stored && labelOf(stored);
  return labelRegrets(specVersion, label?.specVersion ?? null, 'the code that the relay chain stores');
}
