// What npm runs before it publishes a package's own folder.
process.stderr.write(
  'Publish with "npm run release", from the root: the manifest in this folder is not the published one.\n',
)
process.exit(1)
