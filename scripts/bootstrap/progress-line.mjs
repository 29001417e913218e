/**
 * A line that says how far a long piece of work is: rewritten in place on a terminal, repeated every ten seconds
 * elsewhere. It writes to stderr, because stdout belongs to the program that runs afterwards.
 *
 * @param {() => string} text
 * @param {NodeJS.WriteStream} [output]
 * @returns {() => void} stops and removes the line
 */
export function showProgress(text, output = process.stderr) {
  if (!output.isTTY) {
    const timer = setInterval(() => output.write(`${text()}\n`), 10_000)
    return () => clearInterval(timer)
  }
  const frames = ['|', '/', '-', '\\']
  let frame = 0
  const draw = () => {
    frame = (frame + 1) % frames.length
    output.write(`\r\u001b[K${frames[frame]} ${text()}`)
  }
  draw()
  const timer = setInterval(draw, 250)
  return () => {
    clearInterval(timer)
    output.write('\r\u001b[K')
  }
}
