import { fileURLToPath } from 'node:url'

/** Path of one of the files that come with the example. */
export const sampleFile = (name: string): string => fileURLToPath(new URL(`../../sample/${name}`, import.meta.url))
