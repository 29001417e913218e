/**
 * How long to wait before the next attempt: "full jitter" (Brooker, Exponential Backoff And Jitter, 2015), random between 0
 * and a bound that doubles with each failure up to a cap.
 * @param failures 1 after the first failure that counts.
 */
export function backoffDelay(failures: number, baseMs: number, capMs: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** (failures - 1))
}
