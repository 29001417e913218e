import type { PageFiles } from '../files.ts'
import { html, type Markup } from '../views/html.js'
import { layout } from './layout.ts'

/** Instead of a page that cannot be shown now. */
export function failureDocument(files: PageFiles): Markup {
  const main = html`<h1>Just a moment, please</h1>
<p>The shop cannot show this at the moment. Nothing that you have ordered or paid is lost.</p><p><a class="button" href="">Try again</a></p>`
  return layout(files, { title: 'Just a moment', place: undefined, main })
}
