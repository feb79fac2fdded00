import {
	type ExistingTarget,
	invalidInput,
	type Parameters,
	requireChoice,
	requireId,
	say,
	type StoredFields,
	unknownChoice,
} from '../kit';
import {
	CREDENTIAL_TYPES,
	KINDS,
	PROVIDERS,
	requireProvider,
	type CredentialData,
	type CredentialType,
	type Kind,
	type Provider,
} from './kinds';
import { MESSAGES } from './messages';
import { credentialPath } from './paths';

/** A credential that an item names: found only under the connector of its provider. */
export interface NylasTarget extends ExistingTarget {
	provider: Provider;
	path: string;
}

/** Throws a `Failure` (`invalidInput`) when the parameters name no credential. */
export function readTarget(parameters: Parameters): NylasTarget {
	const provider = readProvider(parameters);
	const id = requireId(parameters.get('credentialId'), 'Connector Credential');
	return { id, provider, path: credentialPath(provider, id) };
}

export function readProvider(parameters: Parameters): Provider {
	return requireProvider(parameters.get('provider'));
}

/** The data of a new credential, and its `credential_type`. */
export interface NewCredentialData extends CredentialData {
	type: CredentialType;
}

/**
 * The credential data that an update asks for; `null` when the stored data is to be kept.
 * Throws a `Failure` (`invalidInput`) when it is incomplete or the provider does not take its kind.
 */
export function readChangedData(parameters: Parameters, provider: Provider): CredentialData | null {
	return chosenKind(parameters, provider)?.read(parameters, 'update') ?? null;
}

/** The data and the type of a new credential. Throws a `Failure` as `readChangedData` does, and when there is none. */
export function readNewData(parameters: Parameters, provider: Provider): NewCredentialData {
	const kind = chosenKind(parameters, provider);
	if (kind === null) {
		throw invalidInput(say(MESSAGES.keepForNew));
	}
	return { ...kind.read(parameters, 'create'), type: kind.type ?? readType(parameters) };
}

/** Where the values of a stored secret go, under Nylas's own names; the key file of a service account goes as a whole. */
export function storedData(parameters: Parameters, names: readonly string[]): StoredFields | null {
	const kind = parameters.get('credentialDataKind') ?? 'keep';
	const stored = Object.hasOwn(KINDS, String(kind)) ? KINDS[String(kind)]?.stored : undefined;
	return stored?.(names) ?? null;
}

/** `null`: keep what is stored. */
function chosenKind(parameters: Parameters, provider: Provider): Kind | null {
	const chosen = parameters.get('credentialDataKind') ?? 'keep';
	if (chosen === 'keep') return null;
	const kind = Object.hasOwn(KINDS, String(chosen)) ? KINDS[String(chosen)] : undefined;
	if (kind === undefined) throw unknownChoice('Credential Data');
	if (kind.provider !== undefined && kind.provider !== provider) {
		const { name } = PROVIDERS.find(({ value }) => value === kind.provider)!;
		throw invalidInput(say(MESSAGES.otherProvider, { kind: kind.label, provider: name }));
	}
	return kind;
}

function readType(parameters: Parameters): CredentialType {
	return requireChoice(
		CREDENTIAL_TYPES.map(({ value }) => value),
		parameters.get('credentialType'),
		'Credential Type',
	);
}
