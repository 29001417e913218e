import { send } from './api.js'
import { byId, localTimes, reload, whileBusy } from './dom.js'
import { listen } from './live.js'
import { say, sayProblem } from './say.js'
import { giftCard, keepGiftCard, newId } from './visitor.js'

const place = byId('order', HTMLElement)
const { order = '', customer = '' } = place.dataset
const path = `/orders/${encodeURIComponent(order)}`

/**
 * A key for each thing that can be done with this order: pressed twice it is done once.
 * @param {string} what
 */
const keyOf = (what) => `${order}/${what}`.slice(0, 200)

/**
 * @param {HTMLElement} element
 * @param {() => Promise<void>} work
 */
function attempt(element, work) {
  whileBusy(element, work).catch((error) => {
    sayProblem(error, () => attempt(element, work))
    // Whatever it was, it may stand otherwise than it is shown.
    refresh()
  })
}

const onRetry = () => say('Still trying …')

async function reloadAll() {
  await reload('summary', 'actions', 'history')
  proposeCard()
}

function refresh() {
  reloadAll().catch(() => undefined)
}

function proposeCard() {
  const card = document.getElementById('card')
  if (card instanceof HTMLInputElement && card.value === '') card.value = giftCard() ?? ''
}

/** @type {Readonly<Record<string, (form: HTMLFormElement) => Promise<void>>>} */
const FORMS = {
  pay: async (form) => {
    const paymentMethod = String(new FormData(form).get('card')).trim()
    await send('POST', `${path}/payment`, { body: { paymentMethod }, key: keyOf(`pay/${paymentMethod}`), onRetry })
    await reloadAll()
    say('Thank you: your order is paid.')
  },
  'get-card': async (form) => {
    const paymentMethod = newId()
    const limit = Number(new FormData(form).get('amount'))
    await send('POST', '/payment-methods', { body: { paymentMethod, customer, limit }, key: paymentMethod, onRetry })
    keepGiftCard(paymentMethod)
    const card = byId('card', HTMLInputElement)
    card.value = paymentMethod
    card.focus()
    say('Here is your gift card: its number is filled in.')
  },
  dispatch: async (form) => {
    const carrier = String(new FormData(form).get('carrier'))
    await send('POST', `${path}/dispatch`, { body: { carrier }, key: keyOf('dispatch'), onRetry })
    await reloadAll()
    say('The parcel has left.')
  },
}

place.addEventListener('submit', (event) => {
  event.preventDefault()
  const form = event.target
  if (!(form instanceof HTMLFormElement)) return
  const work = FORMS[form.id]
  const button = form.querySelector('button')
  if (work !== undefined && button !== null) attempt(button, () => work(form))
})

place.addEventListener('click', ({ target }) => {
  if (!(target instanceof HTMLButtonElement) || target.id !== 'cancel') return
  const dialog = byId('sure', HTMLDialogElement)
  dialog.returnValue = ''
  dialog.onclose = () => {
    if (dialog.returnValue !== 'yes') return
    attempt(target, async () => {
      await send('POST', `${path}/cancellation`, { key: keyOf('cancel'), onRetry })
      await reloadAll()
      say('The order is cancelled. Its goods are back on the shelf.')
    })
  }
  dialog.showModal()
})

localTimes(document.body)
proposeCard()

listen({
  url: `/shop/orders/${encodeURIComponent(order)}/live`,
  on: {
    order: (data) => {
      const { position } = /** @type {{ position: string }} */ (data)
      if (document.querySelector(`[data-position="${CSS.escape(position)}"]`) === null) refresh()
    },
  },
  opened: refresh,
})
