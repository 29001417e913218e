import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Imports a package that need not be installed for anything else: from here, else from where the run was started. */
export async function loadPackage<Package>(name: string): Promise<Package> {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    let path: string
    try {
      path = createRequire(from).resolve(name)
    } catch {
      continue // not there: on to the next place
    }
    return (await import(pathToFileURL(path).href)) as Package // as the packages' own types say
  }
  throw new Error(`To torture such a store the package ${name} must be installed: npm install -D ${name}`)
}
