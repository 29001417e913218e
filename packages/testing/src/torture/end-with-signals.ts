/** Lets what is cleaned up at exit be cleaned up when the program is interrupted, too: servers, disks. */
export function endWithSignals(): void {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => process.exit(exitCode))
}
