import type { PageFiles } from '../files.ts'
import { html, type Markup } from '../views/html.js'

const PLACES = [
  { href: '/', name: 'Shop' },
  { href: '/shop/orders', name: 'Your orders' },
  { href: '/shop/operations', name: 'Operations' },
] as const

export interface Layout {
  readonly title: string
  /** Where the visitor is, as the navigation knows it. */
  readonly place: (typeof PLACES)[number]['href'] | undefined
  /** The module that brings it to life: `browser/shop.js`. */
  readonly script?: string
  /** Only the shop has one beside its products. */
  readonly cartLink?: boolean
  readonly main: Markup
}

/** A whole document around what a page is about. */
export function layout(files: PageFiles, { title, place, script, cartLink = false, main }: Layout): Markup {
  const modules = script === undefined ? [] : [...files.modulesOf(script)]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="A shop on EventCore: orders are commands over many streams, and stock is live.">
<title>${title} – Tin &amp; Linen</title>
<link rel="icon" href="${files.address('static/icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${files.address('static/page.css')}">
${modules.map((path) => html`<link rel="modulepreload" href="${files.address(path)}">\n`)}${
  script !== undefined && html`<script type="module" src="${files.address(script)}"></script>`
}
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="brand" href="/"><svg class="logo" aria-hidden="true"><use href="${files.address('static/things.svg')}#lantern"></use></svg>Tin <span>&amp;</span> Linen</a>
<nav aria-label="Main"><ul>${PLACES.map(
    ({ href, name }) =>
      html`<li><a href="${href}"${href === place && html` aria-current="page"`} data-place="${href}">${name}</a></li>`,
  )}</ul></nav>
${cartLink && html`<a class="button quiet cart-link needs-script" href="#cart">Cart <span id="cart-count" class="badge">0</span></a>`}
</header>
<main id="main" tabindex="-1">
<noscript><p class="notice">Without JavaScript you can look around here: products, orders and figures, as they are when a page is loaded. To fill a cart, order and pay, JavaScript is needed.</p></noscript>
${main}
</main>
<footer class="foot"><p>An example of <b>EventCore</b>: every order is one command over all its streams. There are no cookies, and nothing is loaded from elsewhere. <a href="/openapi.json">The API</a></p></footer>
<div id="says" role="status" class="says"></div>
</body>
</html>`
}

/** The switch of the live updates: whoever wants to read in peace can stop them. */
export const liveSwitch = (): Markup =>
  html`<span class="live needs-script"><button type="button" id="live" class="quiet" aria-pressed="true"><span class="dot" aria-hidden="true"></span>Live updates</button> <span id="live-state" class="muted" role="status"></span></span>`
