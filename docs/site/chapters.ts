/** The order in which the guide is read. The test of the links knows a page that is missing here. */
export const chapters = [
  {
    text: 'Begin',
    items: [
      { text: 'Getting started', link: '/guide/getting-started' },
      { text: 'Concepts', link: '/guide/concepts' },
    ],
  },
  {
    text: 'Write',
    items: [
      { text: 'Streams and commands', link: '/guide/commands' },
      { text: 'Errors', link: '/guide/errors' },
      { text: 'Types', link: '/guide/types' },
    ],
  },
  {
    text: 'Read and react',
    items: [{ text: 'Projections, reference', link: '/guide/projections' }],
  },
  {
    text: 'Prove',
    items: [
      { text: 'Consistency checker', link: '/guide/checker' },
      { text: 'Guarantees', link: '/guarantees' },
    ],
  },
  {
    text: 'Run',
    items: [
      { text: 'SQLite', link: '/guide/sqlite' },
      { text: 'PostgreSQL', link: '/guide/postgres' },
      { text: 'Performance', link: '/guide/performance' },
      { text: 'Build your own store', link: '/guide/build-your-own-store' },
    ],
  },
  {
    text: 'Compare',
    items: [],
  },
]
