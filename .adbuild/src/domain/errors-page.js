import { ERROR_CODES } from './errors.js';
/** docs/errors.md, from the table of codes. */
export function errorsPage() {
    const rows = Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
    return [
        '# Error codes',
        '',
        'Every error has one of these codes and a sentence that says what is wrong and what to do. On the command line it is',
        'printed as `error CODE: sentence` with exit status 1; over HTTP it is `{ "error": { "code", "message", "details" } }`.',
        'Codes never change their meaning. Codes that begin with `RESCUE_NODE_` pass by themselves: the service tries again.',
        '',
        '| code | meaning |',
        '| --- | --- |',
        ...rows,
        '',
    ].join('\n');
}
//# sourceMappingURL=errors-page.js.map