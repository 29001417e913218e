export async function writeReport(): Promise<readonly string[]> {
  return []
}
