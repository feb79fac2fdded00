/**
 * The vendor kit: all that a vendor's folder and a credential type may import, and the only way to the engine. What is not
 * listed here is the engine's own business. Each file is for one purpose, told by the comment above it.
 */

// What a vendor is: the record and its operations. Types that only stand inside of these are in their files.
export type { Picker, PickerContext, Refusal, RefusalOverrides, VendorRecord } from './record';
export type {
	Change,
	ExistingTarget,
	ListOperation,
	JointOperation,
	ListPage,
	Operation,
	OperationName,
	ReadBack,
	Shown,
	StoredField,
	StoredFields,
	Target,
} from './operation';
export type { Stepped, StepwiseOperation, Tools } from './stepwise';

// What is said to people: a vendor's own sentences stand in its `messages.ts`, those that vendors share here.
export { ANSWERS } from './messages';
export { cureOf, eachOnce, quoted, say, textOf, type Messages } from './sentences';

// Requests and answers: paths in which an ID stays inside its own segment, and the shape of an answer.
export type { IssuedPair, TokenRequest, VendorAnswer } from './http';
export { pathTo } from './pathTo';

// An item's parameters: read, or refused with one sentence.
export {
	chosenValue,
	collection,
	emptyField,
	givenTwice,
	isLeftEmpty,
	noRows,
	optionalPlace,
	optionalText,
	readLimit,
	readSwitch,
	requireChoice,
	requireId,
	requireInteger,
	requireNumericId,
	requireObject,
	requireText,
	unknownChoice,
	type Parameters,
} from './parameters';
export { requireDay, toDateTime, toDay } from './dates';
export { notChangedForDaysFilter, readDays, unchangedSince } from './ages';
export { labelOf, requirePrivateKey, requireSecret, requireSecrets } from './secretText';
export { Failure, invalidInput, type FailureCode } from './failure';

// Answers: JSON of any shape, what it says of a credential, and whether that bears out what was sent.
export { asObject, asText, holdsInexactNumber, isObject, leaves, pick } from './json';
export { listEntries, requireEmpty, unreadable } from './answers';
export { NOT_VERIFIED, nothingKnown, type Reading, type Succession, type Verification } from './reading';
export { comparableSecret, unverifiable, verifyByAnswer } from './verification';
export { holdsMask } from './masking';

// Secrets in texts and URLs.
export { createRedactor, REDACTED, shownNames } from './redaction';
export { replaceUserInfo, secretsInUserInfo, withDecoded } from './userInfo';

// A look at what is there before something is created.
export { alike, allowDuplicateOption, allowsDuplicate, lookForDuplicate } from './duplicates';

// n8n's own credentials as a store of secrets, through its public API.
export {
	asLiteral,
	isSafeForStore,
	keepsToken,
	onlyStored,
	readStoreRefusal,
	readTested,
	removedFromStore,
	storeBaseUrl,
	storedPage,
	storeRequests,
	type StoredData,
} from './secretStore';
export { fitted, readSchema, requireComplete, type StoreSchema } from './storeSchema';

// Rotations in two stored secrets: new values, and the steps from one state to the next.
export { generateSecret, lengthOf, readRecipe, type SecretRecipe } from './generate';
export { recipeFields } from './generateFields';
export { newMark, nowIso } from './rotation';
export { beginRotation, nextOfBegin, nextOfFinish, nextOfHandOver, nextOfRollBack, requestOf, requireRoom, takeStep } from './rotationSteps';
export { type HeldValues, type VaultPlace, withEntries, withPairs } from './storedValues';

// The node's parameters in the editor, as every vendor has them, and what resource locators list.
export { CREDENTIAL_SELECTORS, fieldCollection, listProperties, locator, showFor, showForUpdate } from './fields';
export { allowChangesFromAgentOption, optionsCollections } from './options';
export { PLACE_LABELS, probeField, rotationMarkField, rotationMarks, secretBeforeMark, secretOptions, secretSourceProperties, showForNewSecretOrRotation, showForSecretBefore, showForSecretBeforeOrRotation, storedSecretProperties, waysToGiveSecret, whenTyped, whereToCorrectSecret } from './secretFields';
export { credentialPickerOf } from './pickers';

// Triggers: what a vendor's list says of time and place, and the parameters that they all have.
export type { TriggerRecord } from './trigger';
export { triggerProperties } from './triggerFields';

// What nodes hand over to.
export { executeVendor, pollVendor, searchMethod, testStoredSecret } from './node';

// What credential types consist of.
export { apiBaseUrl, baseUrlPrefix, credentialHeader, credentialText, credentialToken } from './credentialFields';
export { bindingOf, fetchSession, serializeSession, sign, usableToken } from './credential';
