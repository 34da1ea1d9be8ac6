/** What `work` comes to. Throws where that takes longer than `ms` milliseconds; the work itself goes on. */
export async function within<T>(
  ms: number,
  work: Promise<T> | T,
  message = `no answer within ${ms} ms`,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(message)), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
