import type { IDataObject } from 'n8n-workflow';

import { type Failure, invalidInput } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import { CONCURRENCY_BOUNDS, DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_MS } from '../../kit/options';
import { collection, type Parameters, readSwitch, requireChoice, requireInteger } from '../../kit/parameters';
import { say } from '../../kit/sentences';

const TIMEOUT_BOUNDS = { min: 1_000, max: 600_000 };

/** The options that the engine itself looks at, whatever the vendor. */
export interface EngineOptions {
	timeoutMs: number;
	/** How much of a credential a result shows. */
	output: OutputSize;
	/** Whether the change is only to be planned. */
	dryRun: boolean;
	/** Whether a credential that is gone counts as deleted. */
	ignoreIfMissing: boolean;
	/** Whether what the vendor shows is held against what was sent. */
	verify: boolean;
	onVerificationFailure: VerificationFailurePolicy;
}

const OUTPUT_SIZES = ['simplified', 'full', 'raw'] as const;

/** Each shows what the one before it shows, and more: the vendor's body is in the last. */
export type OutputSize = (typeof OUTPUT_SIZES)[number];

export const VERIFICATION_FAILURE_POLICIES = ['fail', 'report', 'restore'] as const;

/** What is to become of an item whose change the vendor shows otherwise than it was sent. */
export type VerificationFailurePolicy = (typeof VERIFICATION_FAILURE_POLICIES)[number];

/**
 * Reads the “Options” collection. Throws a `Failure` (`invalidInput`) naming the option that cannot be used, such as one
 * that would hand vendor text or a secret to a model when an agent calls the node as a tool.
 */
export function engineOptions(parameters: Parameters, { isToolCall }: { isToolCall: boolean }): EngineOptions {
	const options = collection(parameters, 'options');
	const { dryRun, timeout, ignoreIfMissing, returnSecret, verify, onVerificationFailure } = options;
	const output = options.output === undefined ? 'simplified' : requireChoice(OUTPUT_SIZES, options.output, 'Output');
	if (isToolCall && output === 'raw') throw notForAgents('Output: Raw');
	if (isToolCall && readSwitch(returnSecret, 'Return Secret')) throw notForAgents('Return Secret');
	// That of the first item counts; that of another has to be usable all the same.
	readConcurrency(options.maxConcurrency);
	return {
		timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : requireInteger(timeout, 'Timeout', TIMEOUT_BOUNDS),
		output,
		dryRun: readSwitch(dryRun, 'Dry Run'),
		ignoreIfMissing: readSwitch(ignoreIfMissing, 'Ignore If Missing'),
		verify: verify === undefined || readSwitch(verify, 'Verify'),
		onVerificationFailure:
			onVerificationFailure === undefined
				? 'fail'
				: requireChoice(VERIFICATION_FAILURE_POLICIES, onVerificationFailure, 'If Verification Fails'),
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
	return invalidInput(say(MESSAGES.agent.notForAgents, { option }));
}
