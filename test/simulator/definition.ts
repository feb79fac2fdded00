import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';

import type { RateMeter, RateRule } from './rateLimits';
import type { ReceivedRequest, SimulatorServer } from './server';

/** What a simulator file exports as `simulator`: the file is named for the node (`<node name>.ts`). */
export interface SimulatorDefinition {
	/** The update cases by name, with what decides which tests apply to them: known before anything runs. */
	updateTraits: Record<string, UpdateTraits>;
	start(options?: StartOptions): Promise<RunningSimulator>;
}

export interface StartOptions {
	/** The rate limits that hold in place of the vendor's documented ones. */
	limits?: readonly RateRule[];
}

export interface UpdateTraits {
	/** Whether a secret travels in the update. */
	sendsSecret: boolean;
	/** Whether the node signs in for a short-lived token, rather than sending a fixed key. */
	signsIn: boolean;
	/** Whether the same update sent twice does no more than once, at the vendor and wherever it tries the values out. */
	repeatSafe: boolean;
	/** Whether what an update has changed can be put back without the secret from before. */
	putsBack: boolean;
	/** Characters that a name may have at most, which the node keeps to. Absent: the vendor does not say. */
	longestName?: number;
	/** Lower-case answer header that says at which epoch second a used-up limit begins anew. */
	resetHeader?: string;
}

/** Under which keys a vendor's answers show what tests have to find in them, in whatever list or object. */
export interface AnswerKeys {
	/** IDs, of credentials and of whatever else the pickers list. */
	ids: readonly string[];
	/** What people call those. */
	names: readonly string[];
	/** Words of the vendor's own, which say of which sort something is. */
	sorts: readonly string[];
	/** What tells which part of a list a page is, beside what leads to the next one. */
	pages: readonly string[];
}

export interface RunningSimulator {
	server: SimulatorServer;
	keys: AnswerKeys;
	/** The node's parameters, beside its resource locators, that say where a credential is or goes. */
	places: readonly string[];
	/** What the account, or the address, of the credentials below has used of the vendor's rate limits. */
	limits: RateMeter;
	/** Credential data, by n8n credential type, with which a node signs in here. */
	credentials: Record<string, ICredentialDataDecryptedObject>;
	/** Every way of calling Update that the contract suite runs, by name: one for each version of the API. */
	updates: Record<string, UpdateCase>;
	/** The other operations, under the same names as `updates`. */
	resources: Record<string, ResourceCase>;
	/** Every credential that the vendor holds now, with all its fields, secrets included, but without its times. */
	holdings(): Holding[];
	/** For vendors that try a new secret before they store it: makes every trial fail until `reset`. */
	refuseSecrets?(): void;
	/** Puts the stored credentials back and forgets requests, faults, tokens and used-up limits. */
	reset(): void;
	stop(): Promise<void>;
}

/** A credential at the vendor. Ids are as the node writes them; `name` is what people call it. */
export interface Holding extends Record<string, unknown> {
	id: string;
	name: unknown;
}

/** One way of calling a node's Update, told so that the contract suite needs to know nothing of the vendor. */
export interface UpdateCase {
	credentialType: string;
	/** Ids of three stored credentials. */
	ids: [string, string, string];
	/** An id that the vendor could have but has not. */
	missingId: string;
	/** `text`: any string can be asked for; `integer`: anything else is refused before it is sent. */
	idKind: 'text' | 'integer';
	/**
	 * Node parameters that change a credential. `secret` goes into every secret field where the update has any, else into
	 * none; `id` and `secret` may be n8n expressions.
	 */
	parameters(id: string, secret: string): INodeParameters;
	/**
	 * Updates that hold these members of a JSON object beside what the vendor needs, one for each of the node's parameters
	 * that take free-form JSON.
	 */
	jsonParameters(id: string, members: string): INodeParameters[];
	/** The same node with nothing to change. */
	emptyParameters(id: string): INodeParameters;
	/** The secret values stored for a credential at the vendor, as they stand now. */
	storedSecrets(id: string): string[];
	/** The same with the secret out of a stored one; absent where an update sends none. `id` may be an n8n expression. */
	stored?: {
		parameters(id: string): INodeParameters;
		/** The values of the stored secret, by the vendor's own names of the fields. */
		values(secret: string): Record<string, string>;
	};
	/** An update of something that the vendor shows, so that its answers can bear it out or contradict it. */
	visible: {
		/** Changes that alone, or with it only what an update cannot do without; `text` may be an expression. */
		parameters(id: string, text: string): INodeParameters;
		/** What is stored of it. */
		stored(id: string): string;
		/** Changes it at the vendor, as somebody else would. */
		change(id: string, text: string): void;
		/** Whether it is what the result calls the credential's name. */
		isName: boolean;
	};
	/** Whether a received request is the one that changes a credential. */
	isChange(request: ReceivedRequest): boolean;
	/** The ID of the one credential that a request is about, as the node writes it; `null` when it is about none. */
	idIn(request: ReceivedRequest): string | null;
	/** An answer with which the vendor refuses the node's credential. */
	unauthorized: { status: number; body: unknown };
	/** For vendors with short-lived tokens: makes every token issued so far invalid. */
	expireTokens?(): void;
	/** Sign-in requests among the received ones. */
	isSignIn?(request: ReceivedRequest): boolean;
	/** Requests for what holds for all credentials of a kind, which a run asks for once. Absent: there are none. */
	isReference?(request: ReceivedRequest): boolean;
	/** The vendor's documented example. */
	example: {
		parameters: INodeParameters;
		request: { method: string; target: string; headers: Record<string, string>; body: unknown };
		/** The documented answer, served in place of the simulator's own. */
		answer: { status: number; body: unknown };
		/** What of the normalized result the documented answer determines. */
		result: Record<string, unknown>;
	};
}

/** An operation on one credential that not every vendor has. */
export interface ExtraOperation {
	/** `id` may be an n8n expression. */
	parameters(id: string): INodeParameters;
	/** Whether a received request is the one that the operation is there for. */
	isIt(request: ReceivedRequest): boolean;
}

/** How the contract suite drives Create, Get, Get Many and Delete, told without naming the vendor. */
export interface ResourceCase {
	credentialType: string;
	/** Makes the vendor hold exactly this many credentials where the parameters below look for them. */
	seed(count: number): void;
	/** Ids that the vendor holds there now. */
	storedIds(): string[];
	/** Every secret that the vendor holds there now. */
	allStoredSecrets(): string[];
	/** An id that the vendor could have but has not. */
	missingId: string;
	/** `id` and `secret` may be n8n expressions. */
	create(name: string, secret: string): INodeParameters;
	/** The same with the secret out of a stored one: values as in the update case. */
	createStored?(name: string): INodeParameters;
	get(id: string): INodeParameters;
	/** Without Return All and Limit. */
	getAll(): INodeParameters;
	delete(id: string): INodeParameters;
	isCreate(request: ReceivedRequest): boolean;
	isDelete(request: ReceivedRequest): boolean;
	/** Operations beyond those that every vendor has, by name: each reads, or does something with, one credential. */
	more?: Record<string, ExtraOperation>;
	/** The most list requests that it takes to get this many of `stored` credentials. */
	pagesFor(wanted: number, stored: number): number;
	/** What the user typed or chose that a new credential is called by in the result, `name` unless it has none. */
	resultName(name: string): string | null;
}
