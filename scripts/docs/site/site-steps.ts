import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { installedPackages, lockedPackages, staleFolders } from '../../bootstrap/installation.mjs'
import { root } from '../../bootstrap/root.mjs'
import { runChild } from '../../bootstrap/run-child.mjs'
import { runNpm } from '../../bootstrap/run-npm.mjs'
import type { Step } from '../../steps/step.ts'

const site = join(root, 'docs', 'site')
const pagesModules = join(root, 'docs', 'node_modules')

/** A site generator is a hundred megabytes that no test needs: it is installed where it is used, when it is used. */
export const installSiteTools: Step = {
  title: 'Tools of the site',
  run: async () => {
    const installed = installedPackages(site)
    if (installed !== undefined && staleFolders(lockedPackages(site), installed).length === 0) return { exitCode: 0 }
    console.log('Installing what docs/site/package-lock.json names, once.')
    const { code, output } = await runNpm(['ci', '--include=dev', '--loglevel=error', '--no-audit', '--no-fund'], site)
    if (code !== 0) process.stderr.write(output)
    return { exitCode: code }
  },
}

/** A step that runs VitePress on docs/. */
export const vitepress = (title: string, command: 'build' | 'dev'): Step => ({
  title,
  takesArguments: true,
  run: (args) => {
    linkRuntime()
    const binary = join(site, 'node_modules', 'vitepress', 'bin', 'vitepress.js')
    return runChild(process.execPath, [binary, command, site, ...args], { cwd: site })
  },
})

/** What pages are compiled to imports these, and looks for them beside the pages. */
function linkRuntime(): void {
  mkdirSync(pagesModules, { recursive: true })
  for (const name of ['vue', 'vitepress']) {
    const link = join(pagesModules, name)
    if (existsSync(link)) continue
    rmSync(link, { force: true }) // it may lead to an installation that is gone
    symlinkSync(join(site, 'node_modules', name), link, 'junction')
  }
}
