/** Entry to the engine for readers of what may hold a copy of a secret: how secrets are taken out of texts and values. */
export { createRedactor, REDACTED, shownNames } from '../engine/secrets/redaction';
