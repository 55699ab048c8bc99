// SPDX-License-Identifier: GPL-3.0-only

// Writes artifacts/manifest.json: what each blob is, and which sources they were built from.
// Usage: node manifest.mjs FOLDER, with the uncompressed blobs in FOLDER.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const names = ['relay', 'relay-next', 'para-good', 'para-broken', 'para-fixed', 'para-next', 'contracts']
const sources = /(\.(rs|toml|sh|mjs)|^Cargo\.lock)$/

const sha256 = (data) => createHash('sha256').update(data).digest('hex')

/** The content of a custom section of a WebAssembly module. */
function customSection(wasm, wanted) {
  let at = 8
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++]
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < wasm.length) {
    const id = wasm[at++]
    const size = number()
    const end = at + size
    if (id === 0) {
      const length = number()
      const name = wasm.toString('utf8', at, at + length)
      at += length
      if (name === wanted) return wasm.subarray(at, end)
    }
    at = end
  }
  throw new Error(`no section ${wanted}`)
}

/** Name and versions, read from the section in which a node looks for them. */
function runtimeVersion(wasm) {
  const section = customSection(wasm, 'runtime_version')
  let at = 0
  const text = () => {
    const length = section[at++] >> 2 // a compact number; the names are shorter than 64 bytes
    return section.toString('utf8', at, (at += length))
  }
  const number = () => section.readUInt32LE((at += 4) - 4)
  const specName = text()
  text() // implementation name
  number() // authoring version
  return { specName, specVersion: number(), implVersion: number() }
}

/** Every source file below a folder, as a path from here. */
function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      return ['artifacts', 'target'].includes(entry.name) ? [] : sourceFiles(path)
    }
    return sources.test(entry.name) ? [relative(root, path).split(sep).join('/')] : []
  })
}

const blobs = names.map((name) => {
  const file = `${name}.compact.compressed.wasm`
  const path = join(root, 'artifacts', file)
  const blob = readFileSync(path)
  return {
    file,
    size: blob.length,
    sha256: sha256(blob),
    blake2_256: execFileSync('b2sum', ['--length', '256', path], { encoding: 'utf8' }).split(' ')[0],
    ...runtimeVersion(readFileSync(join(process.argv[2], `${name}.wasm`)))
  }
})

const lines = sourceFiles(root)
  .sort()
  .map((path) => `${sha256(readFileSync(join(root, path)))}  ${path}\n`)

const manifest = { sourcesDigest: sha256(lines.join('')), blobs }
writeFileSync(join(root, 'artifacts', 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
