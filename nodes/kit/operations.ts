import type { OperationName } from './operation';

/** What an operation does, in general terms: what holds for all that do the same goes by this, and by no name. */
interface OperationTraits {
	/** Whether it changes something at the vendor, reads one credential, or lists many. */
	does: 'changes' | 'reads' | 'lists';
	/** The outcome that its result reports when the vendor has carried it out. */
	outcome: string;
	/** Whether it sends values, which can be held against what the vendor shows afterwards. */
	isVerified?: boolean;
	/** What it works on; absent: a credential. */
	resource?: 'rotation';
	/** Whether a run carries it out once, for all its items together. */
	isJoint?: boolean;
	/** Whether it takes several requests, each by what those before have shown, so that a repeat goes on where it stopped. */
	isStepwise?: boolean;
	/** What the owner of a node has to allow by hand before an AI agent does it, at any vendor; absent: that is up to the vendor. */
	needsConsent?: 'deletion' | 'change';
	/** Whether a node may do without it. */
	isOptional?: boolean;
}

/** Every operation that a node can have, by the name that saved workflows know. */
export const OPERATIONS: Readonly<Record<OperationName, OperationTraits>> = {
	begin: { does: 'changes', outcome: 'begun', resource: 'rotation', isJoint: true, isOptional: true },
	create: { does: 'changes', outcome: 'created', isVerified: true },
	delete: { does: 'changes', outcome: 'deleted', needsConsent: 'deletion' },
	finish: { does: 'changes', outcome: 'finished', resource: 'rotation', isJoint: true, isOptional: true },
	get: { does: 'reads', outcome: 'found' },
	getAll: { does: 'lists', outcome: 'found' },
	retire: { does: 'changes', outcome: 'deleted', resource: 'rotation', isStepwise: true, needsConsent: 'deletion', isOptional: true },
	rollBack: { does: 'changes', outcome: 'rolledBack', resource: 'rotation', isJoint: true, isOptional: true },
	rotate: { does: 'changes', outcome: 'rotated', resource: 'rotation', isStepwise: true, needsConsent: 'change', isOptional: true },
	test: { does: 'reads', outcome: 'tested', isOptional: true },
	update: { does: 'changes', outcome: 'updated', isVerified: true },
};

/** The names of them, in alphabetical order. */
export const OPERATION_NAMES = Object.keys(OPERATIONS) as OperationName[];

/** Whether an operation changes something at the vendor. A name that is none changes nothing. */
export function changes(operation: OperationName): boolean {
	return does(operation, 'changes');
}

/** Whether an operation yields one result for each of many credentials. */
export function lists(operation: OperationName): boolean {
	return does(operation, 'lists');
}

/** Whether a run carries an operation out once, for all its items together. */
export function isJoint(operation: OperationName): boolean {
	return Object.hasOwn(OPERATIONS, operation) && OPERATIONS[operation].isJoint === true;
}

/** Whether an operation takes several requests, each by what those before have shown. */
export function isStepwise(operation: OperationName): boolean {
	return Object.hasOwn(OPERATIONS, operation) && OPERATIONS[operation].isStepwise === true;
}

/** Whether an operation goes by what stands at the vendor, so that run again after a failure it goes on where it has stopped. */
export function goesOn(operation: OperationName): boolean {
	return isJoint(operation) || isStepwise(operation);
}

/** What an operation works on, as the parameter “Resource” has it. */
export function resourceOf(operation: OperationName): string {
	return OPERATIONS[operation].resource ?? 'credential';
}

function does(operation: OperationName, what: OperationTraits['does']): boolean {
	return Object.hasOwn(OPERATIONS, operation) && OPERATIONS[operation].does === what;
}
