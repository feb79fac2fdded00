import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Applied, FailureCode } from './failure';
import type { IssuedPair, TokenRequest, VendorAnswer, VendorRequest } from './http';
import type { RateLimits } from './limits';
import type { Operations } from './operation';

/** A host whose requests n8n signs with one of the node's credentials: where it is, what its limits are, what its refusals mean. */
export interface Service {
	/** What people call it, for sentences. */
	label: string;
	/** The credential type that serves a request, from the mode switches of the node. */
	credentialType(modes: Modes): string;
	/** The base URL that a credential stands for. Throws a `Failure` when the credential cannot be used. */
	baseUrl(credentials: ICredentialDataDecryptedObject, modes: Modes): string;
	/** Lower-case answer headers that carry its id of the request, the best first. */
	requestIdHeaders: readonly string[];
	limits: RateLimits;
	/** The refusal in this answer, or `null` when the body is none (a bare status still counts). */
	refusal(answer: VendorAnswer): Refusal | null;
	/** Statuses of refusals that are documented without a body; where absent, 404 alone. */
	bareRefusals?: readonly number[];
	/**
	 * What a refusal's vendor code means, where the status alone does not say or misleads. One that means `invalidInput` is a
	 * general one, and gives way to a status that says more.
	 */
	codes: Readonly<Record<string, FailureCode>>;
	/** What the user can do, by failure code; takes the place of the general advice. */
	hints: Readonly<Partial<Record<FailureCode, string>>>;
	/**
	 * Whether a leaf of a request body may be shown in the plan of a dry run, by the keys that lead to it. All others are
	 * redacted.
	 */
	isSafe(path: readonly string[]): boolean;
}

/**
 * A vendor as data: where its API is, what its operations send and receive, what its refusals mean. The engine is written
 * once and knows vendors only through this record.
 */
export interface VendorRecord extends Service {
	/** The node's name; the result's `vendor`. */
	name: string;
	operations: Operations;
	/** Where a pair that the vendor has issued is tried out. Absent: no operation needs that. */
	signIn?: SignIn;
	/** Whether an AI agent may change nothing there unless the owner of the node has switched that on by hand. Absent: it may. */
	isClosedToAgents?: boolean;
	/**
	 * Whether a leaf of the vendor's answers holds a secret, by the keys that lead to it, or by what it looks like: for
	 * `output: raw`, in which everything else is shown.
	 */
	isSecret(path: readonly string[], leaf: unknown): boolean;
	/** What the resource locators list, by the name of their `listSearch` method. */
	pickers: Readonly<Record<string, Picker>>;
}

/** The token endpoint of a vendor, for pairs other than the node's own. */
export interface SignIn {
	/** Of the endpoint, which counts by itself. */
	limits: RateLimits;
	/** @param credentials the node's own, which say where the endpoint is. Throws a `Failure` when they cannot be used. */
	request(credentials: ICredentialDataDecryptedObject, pair: IssuedPair): TokenRequest;
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
	/** What has happened, where the code says less; takes the place of the sentence for it. No vendor text. */
	text?: string;
	/** What the user can do about this very refusal; takes the place of the hint for its code. No vendor text. */
	hint?: string;
}

/** What refusals mean for one operation, where it is something else than for the others. */
export interface RefusalOverrides {
	/** By vendor code; takes the place of the vendor's `codes`. */
	codes?: Readonly<Record<string, FailureCode>>;
	/** What the vendor's refusals mean here, by what they mean elsewhere. */
	meanings?: Readonly<Partial<Record<FailureCode, FailureCode>>>;
	/** What has happened, by failure code, where the general sentence says less. */
	texts?: Readonly<Partial<Record<FailureCode, string>>>;
	/** What the user can do, by failure code; takes the place of the vendor's `hints`. */
	hints?: Readonly<Partial<Record<FailureCode, string>>>;
}

/** What a resource locator offers. */
export interface Picker extends RefusalOverrides {
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
	/** `secrets`: such as the answer shows along with an entry, whose name may repeat one; absent: none. */
	entries: Array<{ id: string; name: string; detail: string | null; secrets?: string[] }>;
	/** What fetches the next page; absent on the last one. */
	cursor?: string;
}
