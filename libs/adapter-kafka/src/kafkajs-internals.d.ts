/** kafkajs ships no types for its inner modules. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  const requestQueueModule: unknown;
  export = requestQueueModule;
}
