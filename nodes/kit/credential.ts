/** Entry to the engine for credential types: how they sign requests, to their own host only, and fetch access tokens. */
export { sign } from '../engine/request/signing';
export { bindingOf, fetchSession, serializeSession, usableToken } from '../engine/request/session';
