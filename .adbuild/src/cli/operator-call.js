import { writeFile } from 'node:fs/promises';
import { messageOf, RescueError } from '../domain/errors.js';
import { fromHex } from '../domain/units.js';
import { jsonText } from './client-options.js';
import { facts } from './table.js';
/** Bytes of a call that are printed; `--out` takes all of them. */
const SHOWN_BYTES = 64;
/**
 * Prepares the call, refuses what cannot work, and, unless it is a dry run, submits it and waits until finalized
 * storage shows the effect.
 * @throws RESCUE_CHAIN_REFUSES, RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID, RESCUE_CALL_FAILED,
 * RESCUE_EXTRINSIC_LOST, RESCUE_NODE_*
 */
export async function carryOut(session, act, flags, io) {
    const prepared = await session.submitter.prepare(act.call);
    const obstacles = [...act.obstacles, ...signerObstacles(session)];
    const dryRun = await tryOut(session, prepared);
    if (dryRun.kind === 'fails' && obstacles.length === 0) {
        obstacles.push(`the relay's runtime says that the call fails: ${dryRun.reason}`);
    }
    if (flags.out !== undefined)
        await writeBytes(flags.out, prepared);
    const view = { ...viewOf(prepared, flags.out), dryRun, obstacles, warnings: act.warnings };
    if (flags.dryRun) {
        io.stdout(flags.json ? jsonText(view) : textOf(view));
        refuseIfAny(prepared, obstacles);
        return;
    }
    refuseIfAny(prepared, obstacles);
    for (const warning of act.warnings)
        io.stderr(`warning: ${warning}\n`);
    if (session.submitter.signer() === null) {
        throw new RescueError('RESCUE_SIGNER_MISSING', 'nothing was submitted, because no key is given: use --signer-uri-env or --signer-file, or --dry-run to prepare the call for another signer');
    }
    if (!flags.yes) {
        if (!flags.json)
            io.stdout(textOf(view));
        throw new RescueError('RESCUE_REQUEST_INVALID', 'nothing was submitted: check the call and repeat the command with --yes');
    }
    const extrinsic = await session.submitter.sign(act.call);
    io.stderr(`submitting ${extrinsic.hash} as ${extrinsic.signer}, nonce ${extrinsic.nonce}; it can be included up to relay block ${extrinsic.death}\n`);
    await session.submitter.broadcast(extrinsic);
    const { relay } = await untilFinal(session, act, extrinsic, io);
    const { bytes: _, ...signed } = extrinsic;
    io.stdout(flags.json
        ? jsonText({ ...view, extrinsic: signed, finalizedAt: relay, effect: act.effect })
        : `done, finalized at relay block ${relay.number} (${relay.hash}): ${act.effect}\n`);
}
/** Follows finality until the extrinsic's end is known and, when it succeeded, storage shows what it did. */
async function untilFinal({ reader, submitter, observation }, act, extrinsic, io) {
    const enough = new AbortController();
    const signal = AbortSignal.any([io.signal, enough.signal]);
    try {
        for await (const { paras } of reader.watch([observation.paraId], signal)) {
            const outcome = await submitter.outcome(extrinsic);
            if (outcome.kind === 'failed') {
                throw new RescueError('RESCUE_CALL_FAILED', `relay block ${outcome.block.number} holds the extrinsic, but its call failed: ${outcome.reason}`);
            }
            if (outcome.kind === 'lost') {
                throw new RescueError('RESCUE_EXTRINSIC_LOST', `the extrinsic can never be included: ${outcome.reason}; run the command again`);
            }
            const [now] = paras;
            if (outcome.kind === 'pending' || !now || now.relay.number < outcome.block.number)
                continue;
            if (act.isDone(now))
                return now;
            throw new RescueError('RESCUE_CALL_FAILED', `the extrinsic succeeded in relay block ${outcome.block.number}, but storage at block ${now.relay.number} does not show that ${act.effect}`);
        }
    }
    finally {
        enough.abort();
    }
    throw new RescueError('RESCUE_EXTRINSIC_LOST', `stopped waiting: ${extrinsic.hash} was sent and may still be included up to relay block ${extrinsic.death}`);
}
async function tryOut({ endpoints, signer, observation }, prepared) {
    const account = signer.account ?? observation.registrar?.manager;
    if (!account)
        return { kind: 'unavailable', reason: 'there is no account that could make the call' };
    const { dryRunCall } = await import('../chain/call-dry-run.js');
    return dryRunCall(endpoints, prepared.data, { signed: account });
}
function signerObstacles({ signer, observation: { registrar } }) {
    if (signer.account === null || !registrar || signer.account === registrar.manager)
        return [];
    return [`the key given is ${signer.account}, but the para's manager is ${registrar.manager}`];
}
function refuseIfAny(prepared, obstacles) {
    if (obstacles.length === 0)
        return;
    throw new RescueError('RESCUE_CHAIN_REFUSES', `${prepared.decoded.method} cannot work: ${obstacles.join('; ')}`, {
        details: { obstacles },
    });
}
async function writeBytes(path, { data }) {
    try {
        await writeFile(path, fromHex(data));
    }
    catch (cause) {
        throw new RescueError('RESCUE_REQUEST_INVALID', `the file ${path} cannot be written: ${messageOf(cause)}`, {
            cause,
        });
    }
}
/** A prepared call without the megabytes of a runtime. */
export function viewOf({ data, hash, decoded }, file) {
    const length = (data.length - 2) / 2;
    return {
        ...decoded,
        callHash: hash,
        length,
        data: data.slice(0, 2 + 2 * SHOWN_BYTES),
        truncated: length > SHOWN_BYTES,
        file: file ?? null,
    };
}
/** The lines that tell a call. */
export function callText(view) {
    const args = Object.entries(view.args).map(([name, value]) => [
        `  ${name}`,
        typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    return facts([
        ['call', view.method],
        ...args,
        ['call hash', view.callHash],
        ['bytes', `${view.data}${view.truncated ? '…' : ''} (${view.length} in all)`],
        ['written to', view.file],
    ]);
}
function textOf(view) {
    const lines = [
        ...view.warnings.map((text) => `warning: ${text}\n`),
        ...view.obstacles.map((text) => `cannot work: ${text}\n`),
    ];
    return `${callText(view)}dry run    ${dryRunText(view.dryRun)}\n${lines.join('')}`;
}
export function dryRunText(dryRun) {
    if (dryRun.kind === 'succeeds')
        return "succeeds in the relay's runtime";
    return dryRun.kind === 'fails' ? `fails: ${dryRun.reason}` : `not available: ${dryRun.reason}`;
}
//# sourceMappingURL=operator-call.js.map