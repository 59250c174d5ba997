/**
 * What API Gateway answers itself, before any function runs. On AWS the body is `{"message": …}` alone; the local cloud
 * says the same as problem+json, with the code, and the message beside it.
 */
export const gatewayRefusals = {
  unauthorized: {
    status: 401,
    title: 'Not authorized',
    detail: 'The request carries no bearer token.',
    message: 'Unauthorized',
  },
  insufficient_scope: {
    status: 403,
    title: 'Scope missing',
    detail: 'The token needs the scope economy/write.',
    message: 'Forbidden',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    detail: 'The stage takes no more requests at the moment.',
    message: 'Too Many Requests',
  },
} as const;

/** What it says in place of a function that failed altogether, or did not answer in time. */
export const gatewayMessages = { failed: 'Internal Server Error', unavailable: 'Service Unavailable' };
