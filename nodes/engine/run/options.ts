import type { IDataObject } from 'n8n-workflow';

import { invalidInput, type Failure } from '../../kit/failure';
import { collection, requireChoice, requireInteger, type Parameters } from '../../kit/parameters';

/** Milliseconds that one request may take when the options do not say: above the 15 s of the vendors' own clients. */
export const DEFAULT_TIMEOUT_MS = 30_000;
const TIMEOUT_BOUNDS = { min: 1_000, max: 600_000 };

/** The options that the engine itself looks at, whatever the vendor. */
export interface EngineOptions {
	timeoutMs: number;
	/** Whether the vendor's body goes into the result. */
	raw: boolean;
	/** Whether the change is only to be planned. */
	dryRun: boolean;
	/** Whether a credential that is gone counts as deleted. */
	ignoreIfMissing: boolean;
	/** Whether what the vendor shows is held against what was sent. */
	verify: boolean;
	onVerificationFailure: VerificationFailurePolicy;
	/** How many items of the run are under way at a time; what the first item says counts. */
	maxConcurrency: number;
}

export const VERIFICATION_FAILURE_POLICIES = ['fail', 'report', 'restore'] as const;

/** What is to become of an item whose change the vendor shows otherwise than it was sent. */
export type VerificationFailurePolicy = (typeof VERIFICATION_FAILURE_POLICIES)[number];

/** Enough to hide the vendors' latency, few enough to leave room for others under their limits. */
export const DEFAULT_CONCURRENCY = 5;
export const CONCURRENCY_BOUNDS = { min: 1, max: 20 };

/**
 * Reads the “Options” collection. Throws a `Failure` (`invalidInput`) naming the option that cannot be used, such as one
 * that would hand vendor text or a secret to a model when an agent calls the node as a tool.
 */
export function engineOptions(parameters: Parameters, { isToolCall }: { isToolCall: boolean }): EngineOptions {
	const options = collection(parameters, 'options');
	const { dryRun, timeout, output, ignoreIfMissing, returnSecret, verify, onVerificationFailure } = options;
	if (isToolCall && readOutput(output)) throw notForAgents('Output: Raw');
	if (isToolCall && readSwitch(returnSecret, 'Return Secret')) throw notForAgents('Return Secret');
	return {
		timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : requireInteger(timeout, 'Timeout', TIMEOUT_BOUNDS),
		raw: readOutput(output),
		dryRun: readSwitch(dryRun, 'Dry Run'),
		ignoreIfMissing: readSwitch(ignoreIfMissing, 'Ignore If Missing'),
		verify: verify === undefined || readSwitch(verify, 'Verify'),
		onVerificationFailure:
			onVerificationFailure === undefined
				? 'fail'
				: requireChoice(VERIFICATION_FAILURE_POLICIES, onVerificationFailure, 'If Verification Fails'),
		maxConcurrency: readConcurrency(options.maxConcurrency),
	};
}

function readConcurrency(value: IDataObject[string]): number {
	return value === undefined ? DEFAULT_CONCURRENCY : requireInteger(value, 'Max Concurrency', CONCURRENCY_BOUNDS);
}

/** How many items of a run are under way at a time. A value that cannot be used is told by each item that has it. */
export function concurrencyOf(parameters: Parameters): number {
	try {
		return readConcurrency(collection(parameters, 'options').maxConcurrency);
	} catch {
		return DEFAULT_CONCURRENCY;
	}
}

function notForAgents(option: string): Failure {
	return invalidInput(`“${option}” cannot be used when an AI agent calls this node as a tool. Remove it from the options.`);
}

function readOutput(output: IDataObject[string]): boolean {
	if (output === undefined || output === 'simplified') return false;
	if (output === 'raw') return true;
	throw invalidInput('“Output” must be simplified or raw. Choose one, or check what its expression yields.');
}

/** A switch that was not touched is off. Throws a `Failure` for anything but yes or no: neither is safe to guess. */
export function readSwitch(value: unknown, label: string): boolean {
	if (value === undefined || value === false || value === 'false') return false;
	if (value === true || value === 'true') return true;
	throw invalidInput(`“${label}” must be true or false. Check what its expression yields.`);
}

const LIMIT_BOUNDS = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** How many credentials a list may yield; `Infinity` with Return All. */
export function readLimit(parameters: Parameters): number {
	if (readSwitch(parameters.get('returnAll'), 'Return All')) return Infinity;
	return requireInteger(parameters.get('limit'), 'Limit', LIMIT_BOUNDS);
}
