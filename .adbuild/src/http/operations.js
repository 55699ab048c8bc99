import { HttpError } from './error-replies.js';
import { paraIdOf } from './input.js';
/** What collators and operators need: `/v1/paras/:id/substitute`, and `/v1/paras/:id/retry` from this machine only. */
export const operationsResource = (server, { service }) => {
    server.get('/v1/paras/:id/substitute', async ({ params }) => service.substitute(paraIdOf(params)));
    server.post('/v1/paras/:id/retry', { bodyLimit: 1024 }, async (request) => {
        requireOperator(request);
        await service.retry(paraIdOf(request.params));
        return { ok: true };
    });
};
const LOOPBACK = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
/**
 * An operator is who reaches the service over loopback directly. A proxy on this machine makes everybody look so,
 * and a web page can make the operator's browser do it: both are told by their headers and refused.
 */
function requireOperator(request) {
    const { headers, socket } = request;
    const site = headers['sec-fetch-site'];
    const direct = headers.forwarded === undefined && headers['x-forwarded-for'] === undefined;
    const browser = headers.origin !== undefined || (site !== undefined && site !== 'none');
    if (LOOPBACK.test(socket.remoteAddress ?? '') && direct && !browser)
        return;
    throw new HttpError(403, 'RESCUE_REQUEST_INVALID', 'only the operator may do this: from the machine of the service, not through a proxy or a web page');
}
//# sourceMappingURL=operations.js.map