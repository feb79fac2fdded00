import { Failure } from '../../kit/failure';
import type { VendorRequest } from '../../kit/http';
import { MESSAGES } from '../../kit/messages';
import type { Stepped } from '../../kit/stepwise';
import type { Service } from '../../kit/record';
import { say } from '../../kit/sentences';

/**
 * Ends an operation of several requests in a dry run, at the first one that would change something. A failure by form alone: whatever
 * passes failures on passes it on, too.
 */
export class PlanReached extends Failure {
	/**
	 * @param shown what is known of the credential by then
	 * @param to where it would go
	 */
	constructor(
		readonly shown: Stepped,
		readonly request: VendorRequest,
		readonly to: Pick<Service, 'isSafe'>,
	) {
		super({ code: 'cancelled', stage: 'change', message: say(MESSAGES.rotation.planEnds) });
	}
}
