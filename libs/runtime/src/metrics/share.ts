/** Asks once for however many scrapes come within `ms` milliseconds: several Prometheus, and people who look. */
export function sharedFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (answer === undefined || now - askedAt >= ms) {
      askedAt = now;
      answer = ask();
      answer.catch(() => (answer = undefined));
    }
    return answer;
  };
}
