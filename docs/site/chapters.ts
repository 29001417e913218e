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
      { text: 'Designing streams and commands', link: '/guide/modelling' },
      { text: 'Boundaries, conflicts, retries', link: '/guide/consistency' },
      { text: 'Command ids, unknown outcomes', link: '/guide/idempotency' },
      { text: 'Errors', link: '/guide/errors' },
      { text: 'Types', link: '/guide/types' },
      { text: 'Schema evolution', link: '/guide/schema-evolution' },
    ],
  },
  {
    text: 'Read and react',
    items: [
      { text: 'Read models', link: '/guide/read-models' },
      { text: 'Projections, reference', link: '/guide/projections' },
      { text: 'Process managers', link: '/guide/process-managers' },
      { text: 'Behind HTTP', link: '/guide/http' },
    ],
  },
  {
    text: 'Prove',
    items: [
      { text: 'Testing', link: '/guide/testing' },
      { text: 'Consistency checker', link: '/guide/checker' },
      { text: 'Guarantees', link: '/guarantees' },
    ],
  },
  {
    text: 'Run',
    items: [
      { text: 'SQLite', link: '/guide/sqlite' },
      { text: 'PostgreSQL', link: '/guide/postgres' },
      { text: 'Operations', link: '/guide/operations' },
      { text: 'Security and personal data', link: '/guide/security' },
      { text: 'Performance', link: '/guide/performance' },
      { text: 'Benchmarks', link: '/guide/benchmarks' },
      { text: 'Build your own store', link: '/guide/build-your-own-store' },
    ],
  },
  {
    text: 'Compare',
    items: [
      { text: 'Recipes', link: '/guide/recipes' },
      { text: 'Coming from Emmett', link: '/guide/from-emmett' },
      { text: 'Coming from the Rust EventCore', link: '/guide/from-rust' },
      { text: 'Other libraries', link: '/guide/comparison' },
    ],
  },
]
