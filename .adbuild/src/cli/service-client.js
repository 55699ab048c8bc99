import { ERROR_CODES, messageOf, RescueError } from '../domain/errors.js';
import { toHex } from '../domain/units.js';
import { readEventStream } from './event-stream.js';
import { DEFAULT_SERVICE_URL } from './io.js';
import * as answers from './service-answers.js';
const REQUEST_TIMEOUT_MS = 120_000;
/** @throws RESCUE_REQUEST_INVALID when `url` is not an HTTP URL */
export function createServiceClient(url, options = {}) {
    const base = baseOf(url);
    const signals = options.signal ? [options.signal] : [];
    async function send(path, init) {
        let response;
        try {
            response = await fetch(`${base}${path}`, { redirect: 'error', ...init });
        }
        catch (error) {
            throw unreachable(base, reasonOf(error), error);
        }
        if (!response.ok)
            throw await refusalOf(base, response);
        return response;
    }
    function request(path, body) {
        const signal = AbortSignal.any([...signals, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
        if (body === undefined)
            return send(path, { signal });
        const headers = { 'content-type': 'application/json' };
        return send(path, { method: 'POST', headers, body: JSON.stringify(body), signal });
    }
    async function ask(schema, path, body) {
        const response = await request(path, body);
        let parsed;
        try {
            parsed = schema.safeParse(await response.json());
        }
        catch (error) {
            throw unreachable(base, `its answer to ${path} was cut off or is not JSON`, error);
        }
        if (parsed.success)
            return parsed.data;
        const issue = parsed.error.issues[0];
        const where = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
        throw unreachable(base, `its answer to ${path} is not what a pararescue service gives (${where})`, parsed.error);
    }
    const of = (paraId, rest = '') => `/v1/paras/${paraId}${rest}`;
    return {
        url: base,
        status: () => ask(answers.statusAnswer, '/v1/status'),
        para: (paraId) => ask(answers.paraAnswer, of(paraId)),
        policy: async (paraId) => (await ask(answers.policyAnswer, of(paraId, '/policy'))).policy,
        optIn: (optIn, policy) => ask(answers.optInAnswer, of(optIn.paraId, '/opt-in'), { optIn, policy }),
        propose: ({ paraId, code, ...rest }) => ask(answers.proposalAnswer, of(paraId, '/proposals'), { ...rest, code: toHex(code) }),
        proposals: async (paraId) => (await ask(answers.proposalsAnswer, of(paraId, '/proposals'))).proposals,
        code: async (codeHash) => {
            const response = await request(`/v1/code/${codeHash}`);
            try {
                return new Uint8Array(await response.arrayBuffer());
            }
            catch (error) {
                throw unreachable(base, 'the code was cut off on its way', error);
            }
        },
        vote: (ballot) => ask(answers.voteAnswer, of(ballot.paraId, '/votes'), ballot),
        votes: async (paraId) => (await ask(answers.votesAnswer, of(paraId, '/votes'))).votes,
        tally: (paraId) => ask(answers.tallyAnswer, of(paraId, '/tally')),
        accountProof: (paraId, account) => ask(answers.accountProofAnswer, of(paraId, `/accounts/${encodeURIComponent(account)}/proof`)),
        substitute: (paraId) => ask(answers.substituteAnswer, of(paraId, '/substitute')),
        retry: async (paraId) => void (await ask(answers.retryAnswer, of(paraId, '/retry'), {})),
        events: (wanted) => followEvents(base, send, wanted),
    };
}
async function* followEvents(base, send, { after, paraId, signal }) {
    const path = `/v1/events${paraId === undefined ? '' : `?para=${paraId}`}`;
    try {
        const response = await send(path, { headers: { 'last-event-id': String(after) }, signal });
        if (response.body === null)
            throw unreachable(base, 'its event stream has no body');
        for await (const { event, data } of readEventStream(response.body)) {
            const json = JSON.parse(data);
            if (event === 'failure')
                throw rescueErrorOf(base, json);
            yield answers.eventAnswer.parse(json);
        }
    }
    catch (error) {
        if (signal.aborted)
            return;
        if (error instanceof RescueError)
            throw error;
        throw unreachable(base, `its event stream broke: ${reasonOf(error)}`, error);
    }
}
function baseOf(url) {
    if (!/^https?:\/\/[^\s/]/.test(url) || !URL.canParse(url)) {
        throw new RescueError('RESCUE_REQUEST_INVALID', `${JSON.stringify(url)} is not the URL of a service; it looks like ${DEFAULT_SERVICE_URL}`);
    }
    return url.replace(/\/+$/, '');
}
async function refusalOf(base, response) {
    let json;
    try {
        json = await response.json();
    }
    catch {
        json = null;
    }
    return rescueErrorOf(base, json, response.status);
}
/** An error body as the error it was made from. */
function rescueErrorOf(base, json, status) {
    const parsed = errorOf(json);
    if (parsed !== null)
        return parsed;
    const answer = status === undefined ? 'it reported a failure' : `it answers with status ${status}`;
    return unreachable(base, `${answer}, but not as a pararescue service does`);
}
function errorOf(json) {
    const parsed = answers.errorAnswer.safeParse(json);
    if (!parsed.success || !Object.hasOwn(ERROR_CODES, parsed.data.error.code))
        return null;
    const { code, message, details } = parsed.data.error;
    return new RescueError(code, message, { details });
}
function unreachable(base, reason, cause) {
    return new RescueError('RESCUE_SERVICE_UNREACHABLE', `no pararescue service answers at ${base}: ${reason}; start one with "pararescue serve", or give its address with --url`, { cause, details: { url: base } });
}
/** fetch hides the reason ("connection refused") in the cause. */
function reasonOf(error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (cause instanceof Error && 'code' in cause && cause.message === '')
        return String(cause.code);
    return messageOf(cause);
}
//# sourceMappingURL=service-client.js.map