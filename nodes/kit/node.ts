/** Entry to the engine for the nodes themselves: what a `*.node.ts` hands over to. */
export { pollVendor } from '../engine/poll/poll';
export { executeVendor } from '../engine/run/execute';
export { searchMethod } from '../engine/run/listSearch';
export { testStoredSecret } from '../engine/secrets/credentialTest';
