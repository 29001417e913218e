import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { root } from '../bootstrap/root.mjs'
import { workspacePackages } from '../packages/workspace-packages.ts'
import type { Step } from '../steps/step.ts'
import { apiFile, apiText } from './api-text.ts'

/** Rewrites `api/`. The diff is for the reviewer. */
export const writeApiFiles: Step = {
  title: 'List what the packages export',
  run: () => {
    for (const workspacePackage of workspacePackages()) {
      const file = apiFile(workspacePackage)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, apiText(workspacePackage))
      console.log(`Wrote ${relative(root, file)}`)
    }
    return { exitCode: 0 }
  },
}
