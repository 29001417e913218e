import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [optional]
 * @property {string | string[]} [os]
 * @property {string | string[]} [cpu]
 * @property {string | string[]} [libc]
 *
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/**
 * @param {string} root
 * @returns {LockedPackages} what is to be installed, by folder
 */
export function lockedPackages(root) {
  return onlyInstalledFolders(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages)
}

/**
 * npm writes this record when an installation is complete, and not before: an interrupted one has none, and one that a
 * person made with `npm install` counts like our own.
 *
 * @param {string} root
 * @returns {LockedPackages | undefined} what is installed, by folder
 */
export function installedPackages(root) {
  const record = join(root, 'node_modules', '.package-lock.json')
  return existsSync(record) ? onlyInstalledFolders(JSON.parse(readFileSync(record, 'utf8')).packages) : undefined
}

/**
 * @param {LockedPackages} locked
 * @param {LockedPackages} installed
 * @returns {string[]} the folders that are missing or hold something else than the lockfile says
 */
export function staleFolders(locked, installed) {
  return Object.keys(locked).filter((folder) => {
    const wanted = locked[folder]
    const found = installed[folder]
    // An optional package that is missing was made for another machine.
    if (found === undefined) return wanted?.optional !== true
    return (
      found.version !== wanted?.version || found.integrity !== wanted?.integrity || found.resolved !== wanted?.resolved
    )
  })
}

/**
 * @param {LockedPackages} locked
 * @param {{ os: string, cpu: string }} machine
 * @returns {string[]} the folders that an installation on this machine fills, for the count of a progress line
 */
export function foldersToFill(locked, machine) {
  return Object.keys(locked).filter((folder) => {
    const { link, optional, os, cpu, libc } = locked[folder] ?? {}
    if (link === true) return false
    // Which machines an optional package is for, it may say itself, or only the package that wants it: a guess is enough
    // here, and so is one about the C library.
    if (optional === true && os === undefined && cpu === undefined) return false
    return fits(os, machine.os) && fits(cpu, machine.cpu) && fits(libc, 'glibc')
  })
}

/** @param {LockedPackages} packages */
function onlyInstalledFolders(packages) {
  return Object.fromEntries(Object.entries(packages).filter(([folder]) => folder.includes('node_modules/')))
}

/**
 * @param {string | string[] | undefined} rule as in the `os` and `cpu` fields of a package.json
 * @param {string} value
 */
function fits(rule, value) {
  const rules = [rule ?? []].flat()
  const denied = rules.filter((entry) => entry.startsWith('!'))
  return rules.includes(value) || (rules.length === denied.length && !denied.includes(`!${value}`))
}
