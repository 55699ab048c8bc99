import { Endpoints } from './chain/endpoints.js';
import { createParaReader } from './chain/para-reader.js';
import { createRelayReader } from './chain/relay-reader.js';
import { createRelaySubmitter } from './chain/relay-submitter.js';
import { loadSigner } from './chain/signer.js';
import { createLogger } from './http/logger.js';
import { createHttpServer } from './http/server.js';
import { createRescueService } from './recovery/service.js';
import { startSupervisor } from './recovery/supervisor.js';
import { openStore } from './store/open.js';
import { signaturesReady } from './voting/signature.js';
/**
 * The composition root: opens everything that the configuration names and wires it. What was opened is closed in
 * reverse order, also when a later part fails to open.
 */
export async function openApp(config, options = {}) {
    const env = options.env ?? process.env;
    const log = options.log ?? createLogger(config.log);
    const closers = [];
    const onClose = (close) => void closers.unshift(close);
    const close = async () => {
        for (const closer of closers.splice(0))
            await closer();
    };
    try {
        await signaturesReady();
        const signer = await loadSigner(config.signer, env);
        const opened = await openStore(config.database);
        onClose(() => opened.close());
        const store = options.wrapStore?.(opened) ?? opened;
        const onTrouble = (trouble) => log.warn({ code: trouble.code }, trouble.message);
        const endpoints = new Endpoints({ urls: config.relay.endpoints, onTrouble });
        onClose(() => endpoints.close());
        const relay = createRelayReader({ endpoints, onTrouble });
        const submitter = createRelaySubmitter({ endpoints, signer });
        const paras = config.paras.map(({ id, name, endpoints: urls, stallGapBlocks }) => {
            const reader = createParaReader({ urls, onTrouble });
            onClose(() => reader.close());
            return { id, name, stallGapBlocks, reader };
        });
        const genesis = await relay.genesis();
        let fail = () => undefined;
        const failed = new Promise((_, reject) => {
            fail = reject;
        });
        failed.catch(() => undefined);
        const supervisor = await startSupervisor({
            relay,
            submitter,
            snapshots: store.snapshots,
            journal: store.journal,
            ledger: store.ledger,
            paras,
            now: Date.now,
            onEvent: (event) => {
                log.info({ para: event.paraId, type: event.type, relayBlock: event.relayBlock }, event.message);
                options.onEvent?.(event);
            },
            onFatal: (error) => fail(error),
        });
        onClose(() => supervisor.stop());
        const service = createRescueService({ genesis, relay, submitter, ledger: store.ledger, supervisor });
        const watching = new AbortController();
        const watched = supervisor.run(watching.signal).catch((error) => fail(error));
        onClose(async () => {
            watching.abort();
            await watched;
        });
        const server = createHttpServer({ service, log, limits: config.limits });
        onClose(() => server.close());
        const url = await server.listen(config.http);
        log.info({ url, genesis, paras: paras.map(({ id }) => id) }, `watching ${paras.length} paras, serving ${url}`);
        return { url, failed, close };
    }
    catch (error) {
        await close();
        throw error;
    }
}
//# sourceMappingURL=app.js.map