import { paraIdOf } from './input.js';
/** What the service sees: `/health`, `/v1/status`, `/v1/paras/:id`. */
export const statusResource = (server, { service }) => {
    server.get('/health', async () => ({ ok: true, relay: service.status().relay }));
    server.get('/v1/status', async () => service.status());
    server.get('/v1/paras/:id', async ({ params }) => service.para(paraIdOf(params)));
};
//# sourceMappingURL=status.js.map