/** To the process that owns the container. */
export interface BrokerRequest {
  readonly type: 'restart';
}

/** From it: after its start, and after each request. */
export type BrokerAnswer =
  { readonly type: 'ready'; readonly address: string } | { readonly type: 'failed'; readonly reason: string };
