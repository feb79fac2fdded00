import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { Applied, FailureCode } from './failure';
import type { VendorAnswer, VendorRequest } from './json';
import type { RateLimits } from '../engine/request/limits';
import type { Parameters } from './parameters';
import type { StoredFields } from '../engine/secrets/storedSecret';

/**
 * A vendor as data: where its API is, what its operations send and receive, what its refusals mean. The engine
 * (`execute.ts`, `transport.ts`, `picker.ts`) is written once and knows vendors only through this record.
 */
export interface VendorRecord {
	/** The node's name; the result's `vendor`. */
	name: string;
	/** The vendor as people call it, for sentences. */
	label: string;
	/** The credential type that serves a request, from the mode switches of the node. */
	credentialType(modes: Modes): string;
	/** The base URL that a credential stands for. Throws a `Failure` when the credential cannot be used. */
	baseUrl(credentials: ICredentialDataDecryptedObject, modes: Modes): string;
	/** Lower-case answer headers that carry the vendor's id of the request, the best first. */
	requestIdHeaders: readonly string[];
	limits: RateLimits;
	/** The vendor's refusal in this answer, or `null` when the body is none (a bare status still counts). */
	refusal(answer: VendorAnswer): Refusal | null;
	/** What a refusal's vendor code means, where the status alone does not say or misleads. */
	codes: Readonly<Record<string, FailureCode>>;
	/** What the user can do, by failure code; takes the place of the general advice. */
	hints: Readonly<Partial<Record<FailureCode, string>>>;
	/**
	 * Whether a leaf of a request body may be shown in the plan of a dry run, by the keys that lead to it. All others are
	 * redacted.
	 */
	isSafe(path: readonly string[]): boolean;
	operations: Operations;
	/**
	 * Whether a leaf of the vendor's answers holds a secret, by the keys that lead to it, or by what it looks like: for
	 * `output: raw`, in which everything else is shown.
	 */
	isSecret(path: readonly string[], leaf: unknown): boolean;
	/** What the resource locators list, by the name of their `listSearch` method. */
	pickers: Readonly<Record<string, Picker>>;
}

/** Reads a mode switch of the node: a parameter that takes no expressions and is the same for every item. */
export type Modes = (name: string) => string;

/** What a vendor says when it refuses. Text is unredacted. */
export interface Refusal {
	vendorCode: string | null;
	vendorMessage: string | null;
	requestId?: string | null;
	/** What the refusal means, when neither status nor `codes` can tell. */
	code?: FailureCode;
	/** Whether the change took place all the same, when the vendor documents it. */
	applied?: Applied;
	/** What the user can do about this very refusal; takes the place of the hint for its code. No vendor text. */
	hint?: string;
}

/** What a node can do with a credential. */
export interface Operations {
	create: Operation;
	delete: Operation;
	get: Operation;
	getAll: ListOperation;
	update: Operation;
}

export type OperationName = keyof Operations;

/** What an item asks for, as far as every operation has it. */
export interface Target {
	/** The credential's id, as given; `null` for one that does not exist yet, and for a list. */
	id: string | null;
	/** Names of the fields that the user asked to change, in the vendor's naming. Names that the user makes up hold no secret. */
	changed: string[];
	/** The values among them that must not come back in any output. */
	secrets: string[];
	/** For a new credential: what it has in common with another one that must not be created at the same time. */
	twinOf?: string;
}

/** What an item asks for when the credential exists. */
export interface ExistingTarget extends Target {
	id: string;
}

/** What refusals mean for one operation, where it is something else than for the others. */
export interface Meanings {
	/** By vendor code; takes the place of the vendor's `codes`. */
	codes?: Readonly<Record<string, FailureCode>>;
	/** What the user can do, by failure code; takes the place of the vendor's `hints`. */
	hints?: Readonly<Partial<Record<FailureCode, string>>>;
}

/**
 * An operation on one credential. `read` and `request` and `result` are pure: parameters in, request out; answer in,
 * result out. Method syntax keeps records with different inputs assignable to one type.
 */
export interface Operation<Input extends Target = Target> extends Meanings {
	/** Reads one item's parameters. Throws a `Failure` (`invalidInput`); nothing has been sent then. */
	read(parameters: Parameters): Input;
	/**
	 * Where the values of a stored secret go, by what the parameters choose; `null` when this item sends no secret. Absent:
	 * the operation never does.
	 * @param names of the values that are stored for the item
	 */
	storedSecret?(parameters: Parameters, names: readonly string[]): StoredFields | null;
	/** A read that has to come before the change, or `null` when this input needs none. */
	before?(input: Input): PriorRead<Input> | null;
	/** The request that makes the change, or that reads. */
	request(input: Input): VendorRequest;
	/**
	 * Whether the request sets a state, so that sent twice it does what it does once. One that does not is sent again only
	 * when it is certain that it was not carried out. Reads need not say it.
	 */
	repeatSafe?: boolean;
	/** Reads the vendor's answer to it. Throws a `Failure` (`unexpectedResponse`) when it makes no sense. */
	result(input: Input, answer: VendorAnswer): Reading;
	/** A read after the change that can bear out more than the answer does, or `null` when none is wanted. */
	readBack?(input: Input, reading: Reading): ReadBack | null;
	/** How an update is undone. Absent: the vendor's answers show nothing that could be put back. */
	undoing?: Undoing<Input>;
}

export interface ReadBack {
	request: VendorRequest;
	/** What the answer says of the values that were sent. */
	verify(answer: VendorAnswer): Verification;
}

/** How the values from before an update are put back, as far as the vendor shows them. */
export interface Undoing<Input> {
	/** Whether nothing can be put back without the secrets from before. */
	needsPrevious?: boolean;
	/** The fields that the update changes, as an answer shows them: to a read before or after it, or to the update. */
	shown(input: Input, answer: VendorAnswer): IDataObject;
	/** The same fields as they are sent. */
	sent(input: Input): IDataObject;
	/**
	 * The update that puts back what was shown before, and the names of the fields that it has to leave as they are;
	 * `null` when nothing can be put back.
	 * @param previous the same update with the secrets from before, where the user has stored them; else `null`
	 */
	undo(input: Input, before: IDataObject, previous: Input | null): { input: Input; left: string[] } | null;
}

/** An operation that lists credentials, page by page where the vendor has pages. As pure as `Operation`. */
export interface ListOperation<Input extends Target = Target> extends Meanings {
	/** Reads one item's parameters, but for Return All, Limit and Options. Throws a `Failure` (`invalidInput`). */
	read(parameters: Parameters): Input;
	/** The request for a page: the first one without a cursor. */
	page(input: Input, cursor: string | undefined): VendorRequest;
	/** Reads a page. Throws a `Failure` (`unexpectedResponse`) when it makes no sense. */
	entries(input: Input, answer: VendorAnswer, cursor: string | undefined): ListPage;
	/** A filter that the vendor does not have itself. Absent: every entry is wanted. */
	keeps?(input: Input, reading: Reading): boolean;
}

export interface ListPage {
	/** Each credential, and the part of the answer that it was read from. */
	entries: Array<{ reading: Reading; raw: unknown }>;
	/** What fetches the next page; absent on the last one. */
	cursor?: string;
}

export interface PriorRead<Input> {
	request: VendorRequest;
	/** Codes of failures after which the change can go ahead without what was to be read. */
	dispensableOn: readonly FailureCode[];
	/** The input completed from the answer, `null` after a dispensable failure. May throw a `Failure`. */
	complete(input: Input, answer: VendorAnswer | null): Input;
}

/** How the vendor's answer, or the vendor itself, bears out that the change took. */
export interface Verification {
	status: 'verified' | 'unverifiable' | 'failed' | 'skipped';
	method: 'vendor' | 'response' | 'readBack' | 'none';
	detail: string | null;
}

/** What an answer says of a credential. `null` where it does not say. Times in any form: the result makes them ISO. */
export interface Reading {
	id: string | null;
	name: string | null;
	type: string | null;
	parentId: string | null;
	createdAt: unknown;
	updatedAt: unknown;
	expiresAt: unknown;
	/** The vendor's own non-secret fields, in the vendor's naming. */
	attributes: IDataObject;
	verification: Verification;
	/** The request id, for a vendor that puts it into the body. */
	requestId?: string | null;
	/** What has come of the operation, when it is not what the operation is there for. */
	outcome?: 'planned' | 'unchanged';
	/** In a dry run: the request that would have made the change, its body already redacted. */
	plan?: IDataObject;
	/** A new credential's secret, where the user has asked for it and it can be had at no other moment. */
	secret?: IDataObject;
}

/** What a resource locator offers. */
export interface Picker extends Meanings {
	/**
	 * The request for one page. `search` is what the user typed, `cursor` what the page before returned; both may be
	 * absent. `parameter` reads the node's other parameters as they stand in the editor: an empty string when unset.
	 * Throws a `Failure` with a sentence for the user when another parameter must be chosen first.
	 */
	request(context: PickerContext): VendorRequest;
	read(answer: VendorAnswer, context: PickerContext): PickerPage;
	/** Whether the vendor has already searched; otherwise the page is filtered here. */
	searchesItself: boolean;
}

export interface PickerContext {
	parameter: (name: string) => string;
	search?: string;
	cursor?: string;
}

export interface PickerPage {
	entries: Array<{ id: string; name: string; detail: string | null }>;
	/** What fetches the next page; absent on the last one. */
	cursor?: string;
}

/** A reading of which only the id is known. */
export function nothingKnown(id: string | null): Reading {
	return {
		id,
		name: null,
		type: null,
		parentId: null,
		createdAt: null,
		updatedAt: null,
		expiresAt: null,
		attributes: {},
		verification: NOT_VERIFIED,
	};
}

/** For operations that send no value which could be held against anything. */
export const NOT_VERIFIED: Verification = { status: 'skipped', method: 'none', detail: null };
