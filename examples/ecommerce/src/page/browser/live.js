import { byId } from './dom.js'

const AGAIN_AFTER_MS = 3_000
/** Browsers allow six connections to a server, and each tab that listens holds one. */
const HIDDEN_MS = 30_000

/**
 * @typedef {object} Live
 * @property {string} url
 * @property {Readonly<Record<string, (data: unknown) => void>>} on By the name of the message.
 * @property {() => void} [missed] Messages may be missing: look for yourself.
 */

/**
 * Listens to server-sent events until the visitor switches them off or looks at something else. After a lost connection the browser
 * goes on where it was; when it has given up, it begins anew, and `missed` is called.
 * @param {Live} live
 */
export function listen({ url, on, missed }) {
  const button = byId('live', HTMLButtonElement)
  const state = byId('live-state', HTMLElement)
  /** @type {EventSource | undefined} */
  let source
  let timer = 0
  let before = false

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
    const opened = new EventSource(url)
    source = opened
    opened.onopen = () => {
      tell('')
      if (before) missed?.()
      before = false
    }
    opened.onerror = () => {
      tell('Connection lost. Trying again …')
      if (opened.readyState !== EventSource.CLOSED) return
      before = true
      timer = setTimeout(open, AGAIN_AFTER_MS)
    }
    for (const [name, listener] of Object.entries(on))
      opened.addEventListener(name, ({ data }) => listener(JSON.parse(String(data))))
  }

  button.onclick = () => {
    const wanted = button.ariaPressed !== 'true'
    button.ariaPressed = String(wanted)
    before = true
    if (wanted) open()
    else close()
    tell('')
  }
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer)
    if (button.ariaPressed !== 'true') return
    if (document.hidden) timer = setTimeout(close, HIDDEN_MS)
    else if (source === undefined || source.readyState === EventSource.CLOSED) {
      before = true
      open()
    }
  })
  // A document that the browser keeps for its way back must not hold a connection.
  addEventListener('pagehide', close)
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted || button.ariaPressed !== 'true') return
    before = true
    open()
  })
  open()
}
