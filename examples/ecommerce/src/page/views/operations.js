import { count } from './amounts.js'
import { html } from './html.js'

/** @import { FinishedCommand, OperationsSummary } from '../../http/operations-log.ts' */
/** @import { Markup } from './html.js' */

/** @param {number} milliseconds */
const duration = (milliseconds) => `${milliseconds < 10 ? milliseconds.toFixed(1) : count(Math.round(milliseconds))} ms`

/** @param {Readonly<Record<string, number>>} counts */
const sumOf = (counts) => Object.values(counts).reduce((sum, each) => sum + each, 0)

/**
 * What the process has done with commands since it began.
 * @param {OperationsSummary} summary
 */
export function operations(summary) {
  const { underWay, commands, committed, replayed, rejected, failed, conflicts, retries, latency } = summary
  return html`
<dl class="tiles">
  ${tile('Commands', count(commands), underWay === 0 ? 'none under way' : `${count(underWay)} under way`)}
  ${tile('Committed', count(committed), `${count(replayed)} replayed`, 'good')}
  ${tile('Rejected', count(sumOf(rejected)), 'by a rule of the shop')}
  ${tile('Conflicts', count(conflicts), 'lost a race, decided again', conflicts > 0 ? 'warn' : '')}
  ${tile('Retries', count(retries), commands === 0 ? 'none needed' : `${((100 * retries) / commands).toFixed(1)} per 100 commands`)}
  ${tile('Failed', count(sumOf(failed)), 'nothing was written', sumOf(failed) > 0 ? 'bad' : '')}
  ${tile('Median', duration(latency.p50), 'half are faster')}
  ${tile('95th percentile', duration(latency.p95), `99th: ${duration(latency.p99)}`)}
</dl>
<div class="columns">
  ${counted('Conflicts by stream', summary.conflictsByStream, 'No command has lost a race yet.')}
  ${counted('Rejected by rule', rejected, 'No command was rejected yet.')}
  ${counted('Failed by error', failed, 'No command has failed yet.')}
</div>`
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} note
 * @param {string} [look]
 */
const tile = (name, value, note, look = '') =>
  html`<div class="tile ${look}"><dt>${name}</dt><dd><b>${value}</b> <small>${note}</small></dd></div>`

/**
 * @param {string} title
 * @param {Readonly<Record<string, number>>} counts
 * @param {string} none
 */
function counted(title, counts, none) {
  const entries = Object.entries(counts).toSorted(([, a], [, b]) => b - a)
  const most = entries[0]?.[1] ?? 1
  const rows = entries.map(
    ([name, number]) =>
      html`<li><span>${name}</span> <b>${count(number)}</b><meter min="0" max="${most}" value="${number}" aria-label="${name}"></meter></li>`,
  )
  return html`<section class="panel"><h2>${title}</h2>${rows.length === 0 ? html`<p class="muted">${none}</p>` : html`<ul class="bars">${rows}</ul>`}</section>`
}

/**
 * The rows of the table of the last commands.
 * @param {readonly FinishedCommand[]} commands
 * @returns {readonly Markup[]}
 */
export function recentCommands(commands) {
  if (commands.length === 0) return [html`<tr><td colspan="6" class="muted">No command was sent yet.</td></tr>`]
  return commands.map(({ command, commandId, end, attempts, streams, milliseconds, at }) => {
    const iso = new Date(at).toISOString()
    const look = end === 'committed' ? 'good' : end === 'replayed' ? '' : 'warn'
    return html`<tr>
<td><time datetime="${iso}" data-format="seconds">${iso.slice(11, 19)}</time></td>
<td>${command} <code title="${commandId}">${commandId.slice(-12)}</code></td>
<td><span class="tag ${look}">${end}</span></td>
<td class="number${attempts > 1 && ' again'}">${attempts === 0 ? '–' : attempts}</td>
<td class="number">${streams === 0 ? '–' : count(streams)}</td>
<td class="number">${duration(milliseconds)}</td>
</tr>`
  })
}
