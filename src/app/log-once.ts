/** The same line within so long is one line: trouble of the relay chain is told under every para. */
const SAME_MS = 60_000;
const MOST_LINES = 2_000;

/** Whether a line is to be printed: not when the same one was printed a short while ago. */
export function createLogOnce(now: () => number = () => performance.now()): (line: string) => boolean {
  const printed = new Map<string, number>();
  return (line) => {
    const at = now();
    const before = printed.get(line);
    if (before !== undefined && at - before < SAME_MS) return false;
    printed.delete(line);
    printed.set(line, at);
    const [oldest] = printed.keys();
    if (printed.size > MOST_LINES && oldest !== undefined) printed.delete(oldest);
    return true;
  };
}
