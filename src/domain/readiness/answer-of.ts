import { isStoreTrouble, messageOf, RescueError } from '../errors.ts';

/** What could not be read, and why: it says nothing of what was asked about. */
export interface Unanswered {
  readonly trouble: string;
}

/** What chains, nodes and services answer, or why they do not. Defects and a failing database are thrown. */
export async function answerOf<Answer extends object>(
  ask: () => Promise<Answer>,
): Promise<Answer | Unanswered> {
  try {
    return await ask();
  } catch (error) {
    if (isStoreTrouble(error) || !(error instanceof RescueError)) throw error;
    return { trouble: messageOf(error) };
  }
}
