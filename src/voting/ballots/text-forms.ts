/**
 * Wallets and the fields that texts are pasted into change line breaks. These forms of a text count as the text, and no others: two different
 * acts share none of them, as a test holds, and a signature is of at most one. docs/evidence-format.md has the list, for whoever
 * verifies without this program.
 */

/** As the one-line fields of wallets show what is pasted into them: line breaks as spaces. */
export function oneLineForm(text: string): string {
  return text.replaceAll('\n', ' ');
}

/** The text first, then by how often people meet each. */
export function* formsOfText(text: string): Generator<string> {
  for (const form of [
    text,
    `${text}\n`,
    oneLineForm(text),
    text.replaceAll('\n', ''),
    `${oneLineForm(text)}\n`,
    text.replaceAll('\n', '\r\n'),
    `${text.replaceAll('\n', '\r\n')}\r\n`,
  ]) {
    yield form;
    yield wrapped(form);
  }
}

/** What wallets make of anything that is no transaction. */
export function wrapped(text: string): string {
  return `<Bytes>${text}</Bytes>`;
}
