/**
 * JSON with sorted keys (by UTF-16 code units), no white space and safe integers only: RFC 8785 restricted to what
 * this project hashes. Properties that are `undefined` are left out.
 * @throws TypeError for numbers that are not safe integers.
 */
export function canonicalJson(value) {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
        throw new TypeError(`only safe integers have a canonical form here, got ${value}`);
    }
    if (value === null || typeof value !== 'object')
        return JSON.stringify(value);
    if (isList(value))
        return `[${value.map(canonicalJson).join(',')}]`;
    const members = [];
    for (const key of Object.keys(value).sort()) {
        const member = value[key];
        if (member !== undefined)
            members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
    }
    return `{${members.join(',')}}`;
}
function isList(value) {
    return Array.isArray(value);
}
//# sourceMappingURL=canonical-json.js.map