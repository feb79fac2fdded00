import { pathTo } from '../kit/paths';
import { requireInteger } from '../kit/parameters';

/** Display names of the two parameters that hold ids. */
export const CONNECTION = 'Connection';
export const CREDENTIAL = 'Connection Credential';

/** DX counts its ids from 1. One that JSON could not carry exactly must not become the id of another credential. */
const ID_BOUNDS = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** An id, as the decimal digits that DX shows. Throws a `Failure` (`invalidInput`) naming `label` otherwise. */
export function requireId(value: unknown, label: string): string {
	return String(requireInteger(value, label, ID_BOUNDS));
}

/** Path of a method that concerns the credentials of one connection. */
export function credentialsPath(
	connectionId: string,
	method: 'create' | 'delete' | 'info' | 'list' | 'update',
): string {
	return `${pathTo('/api/connections', connectionId)}/credentials.${method}`;
}
