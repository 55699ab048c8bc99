/** docs/errors.md, from the table of codes. */
export declare function errorsPage(): string;
