/** JSON for the wire: bigints become decimal text, because JSON numbers are not exact above 2^53. */
export function toJson(value) {
    return JSON.stringify(value, (_, member) => typeof member === 'bigint' ? member.toString() : member);
}
//# sourceMappingURL=json.js.map