import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** Of what is measured, and of what it stands on. */
export function versionsOf(packages: readonly string[], from: string = import.meta.url): Record<string, string> {
  return Object.fromEntries([
    ['node', process.versions.node],
    ['sqlite', process.versions.sqlite ?? 'none'],
    ...packages.map((name) => [name, versionOf(name, from)]),
  ])
}

function versionOf(name: string, from: string): string {
  const path = findPackageJSON(name, from)
  if (path === undefined) throw new Error(`The package ${name} is not installed.`)
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version
}
