import type { IDataObject } from 'n8n-workflow';

import { asObject, type VendorAnswer } from '../kit/json';
import { unreadable } from '../engine/request/refusal';

/** Whether the vendor says that it has done what it was asked. DX wants its callers to look at `ok`, whatever the status. */
export function saysOk({ status, body }: VendorAnswer): boolean {
	return status >= 200 && status < 300 && asObject(body).ok === true;
}

/** The body of an answer that says `ok: true`. Throws a `Failure` (`unexpectedResponse`) for any other. */
export function okBody(answer: VendorAnswer): IDataObject {
	if (saysOk(answer)) return asObject(answer.body);
	throw unreadable('DX', 'It does not say whether the request succeeded.');
}
