import type { IDataObject } from 'n8n-workflow';

import type { Failure, FailureCode } from './failure';
import type { VendorAnswer, VendorRequest } from './http';
import type { Parameters } from './parameters';
import type { Reading, Verification } from './reading';
import type { RefusalOverrides } from './record';
import type { RotationOutcome, RotationSeen, RotationStep, RotationStore, RotationWrite } from './rotationSteps';
import type { StepwiseOperation } from './stepwise';

/** What a node can do with a credential. What each of them does in general terms stands in `operations.ts`. */
export interface Operations {
	/** A rotation in the stored secrets that the node has chosen: its beginning, its end, the way back. Absent: the node has none. */
	begin?: JointOperation;
	finish?: JointOperation;
	rollBack?: JointOperation;
	/** Another credential in the place of one whose secret the vendor never changes: its beginning, and the end of the old one. */
	retire?: StepwiseOperation;
	rotate?: StepwiseOperation;
	create: Operation;
	delete: Operation;
	get: Operation;
	getAll: ListOperation;
	/** Whether a stored credential works. Absent: the vendor has no such thing. */
	test?: Operation;
	update: Operation;
}

export type OperationName = keyof Operations;

/** What an item asks for, as far as every operation has it. */
export interface Target {
	/** The credential's id, as given; `null` for one that does not exist yet, and for a list. */
	id: string | null;
	/** Names of the fields that the user asked to change, in the vendor's naming; absent: none. Names that the user makes up hold no secret. */
	changed?: string[];
	/** The values among them that must not come back in any output; absent: none. */
	secrets?: string[];
	/** Sentences on what else there is to know, such as how what was given was mended before it is sent; no values in them. */
	notes?: string[];
	/** For a new credential: what it has in common with another one that must not be created at the same time. */
	duplicateKey?: string;
	/** Why an AI agent may not ask for this, whatever else the owner of the node lets it do; absent: it may. A sentence. */
	notForAgents?: string;
}

/** What an item asks for when something is sent. */
export interface Change extends Target {
	changed: string[];
	secrets: string[];
}

/** What an item asks for when the credential exists. */
export interface ExistingTarget extends Target {
	id: string;
}

/**
 * An operation on one credential. `read` and `request` and `result` are pure: parameters in, request out; answer in,
 * result out. Method syntax keeps records with different inputs assignable to one type.
 */
export interface Operation<Input extends Target = Target> extends RefusalOverrides {
	/** Reads one item's parameters. Throws a `Failure` (`invalidInput`); nothing has been sent then. */
	read(parameters: Parameters): Input;
	/**
	 * Where the values of a stored secret go, by what the parameters choose; `null` when this item sends no secret. Absent:
	 * the operation never does.
	 * @param names of the values that are stored for the item
	 */
	storedSecret?(parameters: Parameters, names: readonly string[]): StoredFields | null;
	/** What refusals mean for this very input, over what they mean for the operation. */
	refused?(input: Input): RefusalOverrides;
	/** What a new credential is to be called: its values may be stored under that, and until it has an ID it is told by it. */
	newName?(parameters: Parameters): unknown;
	/** What has to be looked at before the change, or `null` when this input needs nothing to be. */
	before?(input: Input): PriorLook<Input> | PriorSearch<Input> | null;
	/**
	 * What has to be known besides, once `before` has completed the input, or `null` when this input needs nothing to be.
	 */
	reference?(input: Input): Reference<Input> | null;
	/**
	 * Whether what a read before the change shows is all that the change would come to, secrets included, so that there is
	 * nothing to send: how far that is borne out, or `null`. Absent: the vendor shows no secrets.
	 */
	inForce?(input: Input, answer: VendorAnswer): Verification | null;
	/** The request that makes the change, or that reads. */
	request(input: Input): VendorRequest;
	/**
	 * Whether the request sets a state, so that sent twice it does what it does once. One that does not is sent again only
	 * when it is certain that it was not carried out. Reads need not say it.
	 */
	repeatSafe?: boolean;
	/** Reads the vendor's answer to it. Throws a `Failure` (`unexpectedResponse`) when it makes no sense. */
	result(input: Input, answer: VendorAnswer): Reading;
	/**
	 * The option by which the result holds what no repeat brings again, such as a secret that the vendor makes, so that it
	 * must not be lost; `null` where this input asks for none. Absent: the result never does.
	 */
	onlyCopy?(input: Input): string | null;
	/**
	 * A read of what the answer ought to hold and does not, where nothing else can hand it over; `null` when nothing is missing.
	 */
	supplement?(input: Input, reading: Reading): Supplement | null;
	/** A read after the change that can bear out more than the answer does, or `null` when none is wanted. */
	readBack?(input: Input, reading: Reading): ReadBack | null;
	/** How an update is undone. Absent: the vendor's answers show nothing that could be put back. */
	undoing?: Undoing<Input>;
}

interface Supplement {
	request: VendorRequest;
	/** The reading with what the answer shows. Throws a `Failure` when it does not show it. */
	read(answer: VendorAnswer): Reading;
	/** What is said where that cannot be read. The change has been made all the same. */
	note: string;
}

export interface ReadBack {
	request: VendorRequest;
	/** What is said where the vendor does not let it be read, by failure code; takes the place of the failure's own sentence. */
	refusals?: Readonly<Partial<Record<FailureCode, string>>>;
	/** What the answer says of the values that were sent. */
	verify(answer: VendorAnswer): Verification;
}

/** How the values from before an update are put back, as far as the vendor shows them. */
export interface Undoing<Input> {
	/** Whether nothing can be put back without the secrets from before. */
	needsPrevious?: boolean;
	/** The fields that the update changes, as an answer shows them: to a read before or after it, or to the update. */
	answeredFields(input: Input, answer: VendorAnswer): IDataObject;
	/** The same fields as they are sent. */
	sentFields(input: Input): IDataObject;
	/** What the vendor renews with every change, such as a time, whoever makes it. Absent: it shows no such thing. */
	stamp?(answer: VendorAnswer): unknown;
	/**
	 * The update that puts back what was shown before, and the names of the fields that it has to leave as they are;
	 * `null` when nothing can be put back.
	 * @param previous the same update with the secrets from before, where the user has stored them; else `null`
	 */
	undo(input: Input, before: IDataObject, previous: Input | null): { input: Input; left: string[] } | null;
}

/**
 * An operation on the two stored secrets that the node has chosen, which a run carries out once, for all its items together. As
 * pure as `Operation`, but for what it makes by chance.
 */
export interface JointOperation<Input extends Target = Target> extends RefusalOverrides {
	/** Reads one item's parameters. Throws a `Failure` (`invalidInput`). */
	read(parameters: Parameters): Input;
	/** Its requests set a state, so that they may be sent again. */
	repeatSafe: true;
	/** Whether it has to do with the secret from before, too, so that the node lets that be chosen. */
	usesPrevious: boolean;
	/** @param inputs those of all items */
	carryOut(inputs: readonly Input[], store: RotationStore): Promise<RotationOutcome>;
	/** What it would do first, by what stands there. */
	plan(inputs: readonly Input[], seen: RotationSeen): RotationStep;
	request(input: Input, write: RotationWrite): VendorRequest;
	/** What its result tells of the item beside the mark of the rotation, where this run has carried it out. */
	shown(input: Input): IDataObject;
}

/** An operation that lists credentials, page by page where the vendor has pages. As pure as `Operation`. */
export interface ListOperation<Input extends Target = Target> extends RefusalOverrides {
	/** Reads one item's parameters, but for Return All, Limit and Options. Throws a `Failure` (`invalidInput`). */
	read(parameters: Parameters): Input;
	/** The request for a page: the first one without a cursor. */
	page(input: Input, cursor: string | undefined): VendorRequest;
	/** Reads a page. Throws a `Failure` (`unexpectedResponse`) when it makes no sense. */
	entries(input: Input, answer: VendorAnswer, cursor: string | undefined): ListPage;
	/**
	 * The list of the place where a credential is, or is to be, by what any operation asks for. That its first page can be read
	 * proves address and key; whether the credential is on it, as far as one page can tell, should show.
	 */
	inPlaceOf(target: Target): Input;
	/** A filter that the vendor does not have itself. Absent: every entry is wanted. */
	keeps?(input: Input, reading: Reading): boolean;
}

export interface ListPage {
	/** Each credential, and the part of the answer that it was read from. */
	entries: Array<{ reading: Reading; raw: unknown }>;
	/** What fetches the next page; absent on the last one. */
	cursor?: string;
	/** How many entries all the pages have together, where the answer says so. */
	total?: number;
	/** Whether the page shows that entries have changed their places since the one before it was read. */
	hasMoved?: boolean;
}

/** A look at the credential before the change, as Get shows it. It is read once, whatever else wants to see it. */
export interface PriorLook<Input> {
	look: 'get';
	/** Codes of failures after which the change can go ahead without the look. */
	dispensableOn: readonly FailureCode[];
	/** What the user can do about a look that is refused, by failure code; takes the place of what Get says. */
	hints?: RefusalOverrides['hints'];
	/** The input completed by what is there; `null` after a dispensable failure. May throw a `Failure`. */
	complete(input: Input, shown: Shown | null): Input;
}

/** A credential as Get shows it. */
export interface Shown {
	answer: VendorAnswer;
	/** What the answer says, which is of the credential that was asked for. */
	reading: Reading;
}

/** A look through a list before the change, page by page, as far as it has to go. */
export interface PriorSearch<Input> {
	list: ListOperation;
	/** What is listed: as much at once as the vendor gives. */
	within: Target;
	/** Whether a listed credential is the one that is looked for. */
	isWanted(reading: Reading): boolean;
	/** Codes of failures after which the change can go ahead without the list. */
	dispensableOn: readonly FailureCode[];
	/** The input in view of the first that was found; `null` where there is none, or no seeing it. May throw a `Failure`. */
	complete(input: Input, found: Reading | null): Input;
}

/** What holds for all credentials of a kind, such as which fields they have: asked for once in a run. */
interface Reference<Input> {
	request: VendorRequest;
	/** Codes of failures after which the change can go ahead without it. */
	dispensableOn: readonly FailureCode[];
	/** What a failure to read it means for the item. */
	refused(failure: Failure): Failure;
	/** The input in view of the answer; `null` after a dispensable failure. May throw a `Failure`. */
	complete(input: Input, answer: VendorAnswer | null): Input;
}

/** Where the values of a stored secret go. */
export interface StoredFields {
	/** By the name of the value. */
	fields?: Readonly<Record<string, StoredField>>;
	/** A parameter that takes several values as one JSON object; in the place of `fields`. */
	object?: StoredObject;
	/** Parameters in which a secret could be typed, and which do not count now. */
	emptied?: readonly string[];
	/** Whether the item may do without any, because what else it holds can be sent alone. Else one has to be chosen. */
	isDispensable?: boolean;
	/** How the item could do without one, for the end of a sentence. Absent: it cannot. */
	without?: string;
}

/**
 * An object whose keys the vendor does not fix, so that names alone cannot tell which values are meant for it: a stored
 * secret is often shared by several vendors, and each may be sent only what is its own.
 */
export interface StoredObject {
	/** The node's parameter, with the collection before it. */
	parameter: string;
	/** The name of the value that is the whole object; with a dot after it, what the name of a value for one key begins with. */
	name: string;
	/** Keys that the vendor documents: a value of such a name is meant for it as it is. */
	known: readonly string[];
}

export interface StoredField {
	/** The node's parameter, with the collection before it where it is in one. */
	parameter: string;
	/** Whether there is no doing without it; else the node's own parameter stands in. */
	isRequired: boolean;
	/** Whether the vendor takes the others only together with it, so that it is named among what is missing where the node has none either. */
	isNeeded?: boolean;
}
