import type { OperationsSummary } from '../../http/operations-log.ts'
import type { PageFiles } from '../files.ts'
import { html, type Markup } from '../views/html.js'
import { operations, recentCommands } from '../views/operations.js'
import { layout, liveSwitch } from './layout.ts'
import { timeOf } from './time.ts'

export function operationsDocument(files: PageFiles, summary: OperationsSummary): Markup {
  const main = html`
<div class="head"><h1>Operations</h1>${liveSwitch()}</div>
<p class="muted">What this process has done with commands since ${timeOf(new Date(summary.since).toISOString())}.</p>
<div id="operations">${operations(summary)}</div>
<section class="panel needs-script" aria-labelledby="rush-title">
<h2 id="rush-title">A rush</h2>
<form id="rush"><p class="muted">Many customers want one product in the same moment. Nobody gets a piece that is not there.</p>
<div class="row"><span><label for="rush-product">Product</label><input id="rush-product" name="product" value="20000" required maxlength="60" autocomplete="off"></span>
<span><label for="rush-orders">Orders</label><input id="rush-orders" name="orders" type="number" min="1" max="500" value="60" required></span>
<button>Start the rush</button></div></form>
<p id="rush-result" role="status"></p>
</section>
<section class="panel" aria-labelledby="recent-title">
<h2 id="recent-title">The last commands</h2>
<div class="scroll" role="group" aria-labelledby="recent-title" tabindex="0"><table>
<thead><tr><th scope="col">At</th><th scope="col">Command</th><th scope="col">Outcome</th><th scope="col" class="number">Attempts</th><th scope="col" class="number">Streams</th><th scope="col" class="number">Took</th></tr></thead>
<tbody id="recent">${recentCommands(summary.recent)}</tbody></table></div>
</section>`
  return layout(files, { title: 'Operations', place: '/shop/operations', script: 'browser/operations.js', main })
}
