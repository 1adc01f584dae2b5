/**
 * Bounds a wait without timing anything: long enough for any machine that makes progress at all,
 * and a message instead of a test run that hangs.
 */
export const WATCHDOG_MS = 30_000;

/**
 * The promise's outcome, or a rejection that says what was waited for.
 * @param describe called only when the time is up
 */
export async function within<T>(
  waitedFor: Promise<T>,
  describe: () => string,
  limitMs: number = WATCHDOG_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`after ${limitMs} ms: ${describe()}`)), limitMs);
  });
  try {
    return await Promise.race([waitedFor, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again and again until the condition holds; rejects as `within` does. */
export async function until(
  condition: () => boolean,
  describe: () => string,
  limitMs: number = WATCHDOG_MS,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`after ${limitMs} ms: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
