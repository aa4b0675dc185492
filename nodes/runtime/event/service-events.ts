/** Owns the events of the service itself and of the way to it; used at both ends. They are on no topic: the connection knows them. */

export const SERVICE_DOMAIN = 'service';

export const SERVICE_EVENTS = ['online', 'offline', 'connected', 'disconnected', 'login failed'] as const;

export type ServiceEvent = (typeof SERVICE_EVENTS)[number];
