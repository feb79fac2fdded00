import type { IDataObject } from 'n8n-workflow';

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
	/** How far one is replaced by another, at a vendor that changes no secret; absent: the operation has nothing to do with that. */
	succession?: Succession;
	/** What has come of the operation, when it is not what the operation is there for. */
	outcome?: 'planned' | 'unchanged';
	/** In a dry run: the request that would have made the change, its body already redacted. */
	plan?: IDataObject;
	/**
	 * Secrets that the answer shows along with it; absent: none. What else is said here is as the vendor said it, and may
	 * repeat them: it is compared so, and redacted where it leaves the node.
	 */
	secrets?: string[];
	/** A new credential's secret, where the user has asked for it. */
	secret?: IDataObject;
}

/** A credential and the one that takes its place. */
export interface Succession {
	/** The last step that has been taken; `null`: none. */
	stage: 'created' | 'signedIn' | 'handedOver' | 'marked' | 'retired' | null;
	/** `null`: there is none yet. */
	successorId: string | null;
	predecessorId: string;
	/** Until when the one before is left as it is; `null`: that is not set yet. */
	retireAfter: string | null;
	/** IDs of others that were made to take its place, and do not. */
	orphans: string[];
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
