/** What went wrong, in the words of the result contract. */
export type FailureCode =
	| 'authentication'
	| 'permission'
	| 'notFound'
	| 'parentNotFound'
	| 'invalidInput'
	| 'verificationFailed'
	| 'conflict'
	| 'locked'
	| 'rateLimited'
	| 'vendorUnavailable'
	| 'timeout'
	| 'network'
	| 'unexpectedResponse'
	| 'cancelled';

/** Whether the vendor has made the change: `unknown` when a request may have arrived and its answer did not come back. */
export type Applied = 'no' | 'yes' | 'unknown';

/**
 * How far an item had come: reading its parameters (`input`), signing in (`token`), reading before the change
 * (`read`), sending the change (`change`), or understanding and checking the vendor's answer (`answer`).
 */
export type Stage = 'input' | 'token' | 'read' | 'change' | 'answer';

export interface FailureDetails {
	code: FailureCode;
	/** One sentence for a person; never holds vendor text or a secret. */
	message: string;
	stage: Stage;
	applied?: Applied;
	hint?: string | null;
	httpStatus?: number | null;
	/** The vendor's own code and text, still unredacted: `failedItem` redacts them. */
	vendorCode?: string | null;
	vendorMessage?: string | null;
	/** Milliseconds that the vendor asks to wait. */
	retryAfterMs?: number | null;
	/** Where the code alone does not tell whether the same request can succeed later. */
	retryable?: boolean;
	requestId?: string | null;
	/** What became of putting back the values from before; absent where that was not asked for. */
	restored?: boolean | 'partial';
	/** The id of what the vendor has changed or created all the same, still unredacted. */
	id?: string | null;
}

/** Codes after which the same request can succeed later without anyone changing anything. */
const RETRYABLE: ReadonlySet<FailureCode> = new Set([
	'rateLimited',
	'vendorUnavailable',
	'timeout',
	'network',
]);

/** One failed item, inside the package. It never leaves as an exception under "Continue": `failedItem` turns it into data. */
export class Failure extends Error {
	readonly details: Readonly<FailureDetails>;

	constructor(details: FailureDetails) {
		super(details.message);
		this.name = 'Failure';
		this.details = details;
	}

	/** Not called `code`: n8n's test of a credential shows an error's `code` in place of its message. */
	get kind(): FailureCode {
		return this.details.code;
	}

	get applied(): Applied {
		return this.details.applied ?? 'no';
	}

	get retryable(): boolean {
		return this.details.retryable ?? RETRYABLE.has(this.kind);
	}

	/** The same failure with some details replaced. */
	with(changes: Partial<FailureDetails>): Failure {
		return new Failure({ ...this.details, ...changes });
	}
}

/** A parameter that cannot be used. `message` names the parameter and says how to mend it; nothing has been sent. */
export function invalidInput(message: string, hint: string | null = null): Failure {
	return new Failure({ code: 'invalidInput', message, stage: 'input', hint });
}
