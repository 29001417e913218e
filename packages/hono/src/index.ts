export { type ExpectedVersions, ensureVersion, type VersionMismatch } from './expected-versions.ts'
