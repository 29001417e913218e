import { byId } from './dom.js'

const AGAIN_AFTER_MS = 3_000
/** Browsers allow six connections to a server, and each tab that listens holds one. */
const HIDDEN_MS = 30_000

/**
 * @typedef {object} Live
 * @property {string} url
 * @property {Readonly<Record<string, (data: unknown) => void>>} on By the name of the message.
 * @property {() => void} [opened] There is a connection, the first or another: what happened before it, look for yourself.
 */

/**
 * Listens to server-sent events until the visitor switches them off or looks at something else, whatever becomes of the connection.
 * @param {Live} live
 */
export function listen({ url, on, opened }) {
  const button = byId('live', HTMLButtonElement)
  const state = byId('live-state', HTMLElement)
  /** @type {EventSource | undefined} */
  let source
  let timer = 0

  const tell = (/** @type {string} */ text) => {
    button.parentElement?.classList.toggle('lost', text !== '')
    if (state.textContent !== text) state.textContent = text
  }
  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  const open = () => {
    close()
    const opening = new EventSource(url)
    source = opening
    opening.onopen = () => {
      tell('')
      opened?.()
    }
    opening.onerror = () => {
      tell('Connection lost. Trying again …')
      // Most of the time the browser does that itself.
      if (opening.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_AFTER_MS)
    }
    for (const [name, listener] of Object.entries(on))
      opening.addEventListener(name, ({ data }) => listener(JSON.parse(String(data))))
  }

  button.onclick = () => {
    const wanted = button.ariaPressed !== 'true'
    button.ariaPressed = String(wanted)
    if (wanted) open()
    else close()
    tell('')
  }
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer)
    if (button.ariaPressed !== 'true') return
    if (document.hidden) timer = setTimeout(close, HIDDEN_MS)
    else if (source === undefined || source.readyState === EventSource.CLOSED) open()
  })
  // A document that the browser keeps for its way back must not hold a connection.
  addEventListener('pagehide', close)
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && button.ariaPressed === 'true') open()
  })
  open()
}
