import { localTimes } from './dom.js'
import { customer, lastPosition } from './visitor.js'

// Whose orders is known here, and not to the server.
if (!new URLSearchParams(location.search).has('customer'))
  location.replace(`/shop/orders?${new URLSearchParams({ customer: customer(), after: lastPosition() ?? '' })}`)

localTimes(document.body)
