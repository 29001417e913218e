import { html, type Markup } from '../views/html.js'

const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })

/** A moment, in UTC: the browser then says it in the time of its visitor. */
export const timeOf = (iso: string): Markup =>
  html`<time datetime="${iso}">${DAY_AND_TIME.format(new Date(iso))} UTC</time>`
