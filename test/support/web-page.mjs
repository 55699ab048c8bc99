// `node --conditions=browser --import` this: from then on packages give what they have for web pages, no module of Node.js can be
// imported, and its own globals are there for nobody but itself: its fetch needs them.
import { isBuiltin, register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  register(import.meta.url);
  for (const name of ['Buffer', 'setImmediate', 'clearImmediate', 'global']) {
    const value = globalThis[name];
    const get = () => (/^ +at .*\(?node:/.test(new Error().stack.split('\n')[2]) ? value : undefined);
    Object.defineProperty(globalThis, name, { get, set: () => undefined });
  }
}

export async function resolve(specifier, context, next) {
  if (isBuiltin(specifier)) throw new Error(`${context.parentURL} imports ${specifier}`);
  const conditions = context.conditions.filter((condition) => condition !== 'node');
  return next(specifier, { ...context, conditions });
}
