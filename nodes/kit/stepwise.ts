import type { IssuedPair, VendorAnswer, VendorRequest } from './http';
import type { ListOperation, Target } from './operation';
import type { Parameters } from './parameters';
import type { Reading } from './reading';
import type { RefusalOverrides } from './record';
import type { RotationOutcome, RotationSeen, RotationStep } from './rotationSteps';
import type { VaultPlace } from './storedValues';

/**
 * An operation of several requests, each by what those before have shown. What it comes to stands at the vendor and in the stored
 * secrets alone: a run that was stopped is gone on with by the next one. The engine lends it what it works with.
 */
export interface StepwiseOperation<Input extends Target = Target> extends RefusalOverrides {
	/** Reads one item's parameters. Throws a `Failure` (`invalidInput`); nothing has been sent then. */
	read(parameters: Parameters): Input;
	/** The credentials that an item without an ID is about: each gets a result of its own. Absent: an item names one. */
	targets?(input: Input, tools: Tools): Promise<Input[]>;
	/** Works on one credential. Throws a `Failure` where that could not be done, or not to its end. */
	carryOut(input: Input, tools: Tools): Promise<Stepped>;
}

/** What has become of one credential. */
export interface Stepped {
	reading: Reading;
	/** Sentences on what else there is to know; no values in them. Absent: none. */
	notes?: string[];
	/** The rotation that it is about; absent or `null`: none. */
	rotationId?: string | null;
}

/** What an operation of several requests works with. */
export interface Tools {
	/** Sends a request that changes nothing. Throws a `Failure`, also for one of `understand`. */
	read<T>(request: VendorRequest, understand: (answer: VendorAnswer) => T): Promise<T>;
	/** Sends one that changes something. In a dry run the operation ends here, with the request as its plan, beside what it shows by then. */
	change<T>(request: VendorRequest, shown: Stepped, understand: (answer: VendorAnswer) => T, manner?: { repeatSafe: boolean }): Promise<T>;
	/** All that a list shows; where it changes while it is read, what either of two readings shows. */
	list<Input extends Target>(list: ListOperation<Input>, within: Input): Promise<Reading[]>;
	/**
	 * What is done with a credential, or that it is gone: `before`, or by a try of this very request whose answer was lost
	 * (`now`). Throws a `Failure` where it was not found and may be there all the same.
	 */
	unlessGone<T>(id: string, act: () => Promise<T>): Promise<{ done: T; gone: null } | { done: null; gone: 'before' | 'now' }>;
	/**
	 * Whether the vendor takes this pair, asked until it is as wanted, within the time that its servers need to learn of a
	 * change. Throws a `Failure` where that cannot be told.
	 */
	signsIn(pair: IssuedPair, wanted: { accepted: boolean }): Promise<boolean>;
	/**
	 * The stored secrets that the node has chosen. Throws a `Failure` (`invalidInput`) where one is missing, or another item
	 * of the run has this place in them.
	 */
	vault(place: VaultPlace): Promise<Vault>;
	/** Takes up what must not come back in any output. */
	keepSecret(secrets: Iterable<string>): void;
	/** Takes up what the credential is called: a failed item tells it. */
	noteSeen(reading: Reading): void;
}

/** The stored secrets that the node has chosen: looked into as the node finds them, written to from outside. */
export interface Vault {
	/** Whether this key may be used there at all. Throws a `Failure`. */
	reach(): Promise<void>;
	look(): Promise<RotationSeen>;
	/** Takes steps until none is left, by what stands there. A dry run ends at the first one that writes. */
	follow(next: (seen: RotationSeen) => RotationStep, shown: Stepped): Promise<RotationOutcome>;
}
