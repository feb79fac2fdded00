/** So many requests in any stretch of time of this length; that many may go at once. */
export interface RateWindow {
	requests: number;
	perMs: number;
}

/** A vendor's rate limits, as it documents them. */
export interface RateLimits {
	/** Names of the credential fields that tell whose account it is: each account has a limit of its own. */
	account: readonly string[];
	/** All of them hold at once. None: the vendor publishes no number, and its pace is found out by its refusals. */
	windows: readonly RateWindow[];
	/** Lower-case answer header with the number of requests that the first window allows this account, where it is not the published one. */
	limitHeader?: string;
	/** Lower-case answer header with the number of requests that are left in the first window. */
	remainingHeader?: string;
	/** Lower-case answer header with the epoch second at which the first window ends. */
	resetHeader?: string;
	/** Milliseconds that the vendor wants to be left alone after a refusal, where it does not say so itself. */
	restMs?: number;
}
