export { LiveHub, type HubOptions } from './live-hub.ts';
export { ticketOffice, type TicketOffice } from './tickets.ts';
export { LiveSockets, type WebSocketDependencies } from './web-socket.ts';
