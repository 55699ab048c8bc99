// The part of contracts-abi/README.md between its markers: what lies there and its hashes.

const BEGIN = '<!-- artifacts: begin, written by contracts/compile.mjs -->';
const END = '<!-- artifacts: end -->';

export function renderReadme(page, { compilers, artifacts }) {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error('contracts-abi/README.md has lost its two markers');
  const rows = Object.entries(artifacts).map(
    ([name, { bytes, sha256 }]) => `| \`${name}\` | ${bytes} | \`${sha256}\` |`,
  );
  const code = artifacts['RescueContract.polkavm'].keccak256;
  const lines = [
    BEGIN,
    '',
    '| file | bytes | sha-256 |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `Compiled by solc ${compilers.solc} and resolc ${compilers.resolc}. On chain the PolkaVM code has the hash (keccak-256) \`0x${code}\`.`,
    '',
    END,
  ];
  return `${before}${lines.join('\n')}${after}`;
}
