import { ticketSchema } from '@darkroom/contracts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';

export function createTicketRoute({ tickets }: ApiDependencies): Route {
  return defineRoute({
    methods: ['post'],
    path: '/tickets',
    access: 'user',
    operationId: 'createTicket',
    tag: 'Live',
    summary: 'Get a ticket for one stream',
    description:
      'For `EventSource`, which can send no headers. It opens one stream within a minute, with all that your token (and ' +
      '`X-Owner`) lets you see, until your token expires.',
    success: { status: 201, description: 'The ticket.', schema: ticketSchema },
    handle: async ({ caller }) => ({ status: 201, body: await tickets.issue(caller) }),
  });
}
