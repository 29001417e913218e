import { spawn } from 'node:child_process'

/**
 * Runs the npm that started us, or else the one on the PATH, and keeps what it prints: only a failure is worth reading.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runNpm(args, cwd) {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env
  // npm's own Node, not ours: ours may lie in the very folder that npm is about to replace.
  const child = cli?.endsWith('npm-cli.js')
    ? spawn(node ?? process.execPath, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
