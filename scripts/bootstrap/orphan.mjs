/**
 * Calls back when the process that started us is gone. npm hands a signal to the shell that it runs us in, and the shell
 * ends without telling us: `timeout 60 npm test` would leave the tests running.
 *
 * @param {() => void} callback
 */
export function whenOrphaned(callback) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    callback()
  }, 500)
  timer.unref()
}
