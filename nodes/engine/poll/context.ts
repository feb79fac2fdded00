import type { IExecuteFunctions, IGetNodeParameterOptions, IPollFunctions } from 'n8n-workflow';

/** What n8n 2.8 gives a poll, which does not say it. */
const USUAL_BUDGET_MS = 5 * 60_000;

/** The part of the time that is used: what is left goes to what comes after the last answer. */
const USED = 0.9;

/** While a trigger is registered, a person waits for it, or n8n, which has other workflows to start. The next poll goes on. */
const REGISTRATION_BUDGET_MS = 30_000;

/** Aborts when n8n's time for this poll is nearly over, so that nothing is waited for beyond that. */
export function budgetOf(poll: IPollFunctions, { mayRegister }: { mayRegister: boolean }): AbortSignal {
	// Absent in n8n 2.8.
	const budgetMs = (poll.getPollBudgetMs as IPollFunctions['getPollBudgetMs'] | undefined)?.call(poll) ?? USUAL_BUDGET_MS;
	return AbortSignal.timeout(Math.min(Math.floor(budgetMs * USED), mayRegister ? REGISTRATION_BUDGET_MS : Infinity));
}

/**
 * A poll as the rest of the engine knows a run. A poll has no items, so that a parameter is asked for without one, and no cancelling,
 * in whose place its time comes to an end. A trigger need not have every parameter that Get Many has.
 */
export function asExecution(poll: IPollFunctions, budget: AbortSignal): IExecuteFunctions {
	const { parameters } = poll.getNode();
	const getNodeParameter = (name: string, _itemIndex: number, fallback?: unknown, options?: IGetNodeParameterOptions) =>
		Object.hasOwn(parameters, name) ? poll.getNodeParameter(name, fallback, options) : fallback;
	return Object.create(poll, {
		getNodeParameter: { value: getNodeParameter },
		getExecutionCancelSignal: { value: () => budget },
	}) as IExecuteFunctions;
}
