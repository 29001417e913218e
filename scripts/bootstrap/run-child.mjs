import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Runs a program that has our terminal and gets the signals that we get.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ exitCode: number, signal: NodeJS.Signals | null }>} a signal counts as exit code 128 + its number, as in a shell
 */
export async function runChild(file, args, options) {
  const child = spawn(file, args, { stdio: 'inherit', ...options })
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    // Ctrl-C reaches every process of the terminal: sent on, the program would get it twice, and a second Ctrl-C often
    // means "stop at once".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of forwarded) process.on(signal, forward)
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => {
        resolve({ exitCode: signal === null ? (code ?? 1) : 128 + constants.signals[signal], signal })
      })
    })
  } finally {
    for (const signal of forwarded) process.off(signal, forward)
  }
}

/** @type {NodeJS.Signals[]} */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP']
