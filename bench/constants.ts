/** The token that the simulator of ThousandEyes takes. */
export const BEARER_TOKEN = 'te-bearer-2f6c51d0-canary';
