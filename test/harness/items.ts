import type { ICredentialDataDecryptedObject, INodeExecutionData } from 'n8n-workflow';

import type { ResourceCase, UpdateCase } from '../simulator/definition';
import type { ReceivedRequest } from '../simulator/server';

/** Reads id and secret of each item: what a user's expressions would do. */
export const ID = '={{ $json.id }}';
export const SECRET = '={{ $json.secret }}';

/** Items as a trigger hands them over. */
export function itemsFor(ids: string[], secretOf: (index: number) => string = newSecret): INodeExecutionData[] {
	return ids.map((id, index) => ({ json: { id, secret: secretOf(index), label: `item ${index}` } }));
}

/** A value that occurs nowhere else, in the shape of real secrets: some need escaping in JSON and in URLs. */
export function newSecret(index: number): string {
	return `N3w/S3cret+"${index}"&\\é=${index}`;
}

/** Whether a request is about the credential with this ID: by where the vendor has it, for its digits may stand anywhere. */
export function isAbout({ idIn }: UpdateCase, id: string): (request: ReceivedRequest) => boolean {
	return (request) => idIn(request) === id;
}

/** So many stored credentials that a list of them takes several pages; 60 where the vendor has no pages. */
export function severalPagesOf({ pagesFor }: ResourceCase): number {
	return [60, 120, 240, 480, 960, 1_920].find((count) => pagesFor(Infinity, count) > 1) ?? 60;
}

/** The data of a credential that holds these secrets, by the vendor's names of the fields. */
export function storedSecret(values: Record<string, string>): ICredentialDataDecryptedObject {
	return Object.fromEntries(
		Object.entries(values).flatMap(([name, value], index) => [
			[`name${index + 1}`, name],
			[`value${index + 1}`, value],
		]),
	);
}
