import type { Failure } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { ListOperation, ListPage, Target } from '../../kit/operation';
import { say } from '../../kit/sentences';
import { asFailure } from '../asFailure';
import { inNoPlace } from '../request/refusal';
import type { ItemContext } from './perform';
import { sameId, understood } from './understanding';

/**
 * The first page of the list of the place where a credential is, or is to be: that it can be read proves the address and the
 * key. Throws a `Failure` when it cannot; one of `notFound` speaks of the place then.
 */
export async function lookAtPlace({ vendor, exchange }: ItemContext, target: Target): Promise<ListPage> {
	const list: ListOperation = vendor.operations.getAll;
	const place = list.inPlaceOf(target);
	try {
		const answer = await exchange(list.page(place, undefined), 'read', list);
		return understood(vendor, answer, 'read', () => list.entries(place, answer, undefined));
	} catch (error) {
		throw inNoPlace(vendor, asFailure(error, 'no'));
	}
}

/**
 * Why a credential that was not found may be there all the same; `null` when it is gone. Only the vendor's own code for a
 * credential speaks of that; any other 404 may be that of a proxy, or of a base URL that leads elsewhere, unless the place
 * can be read and does not show the credential.
 */
export async function doubtOfAbsence(item: ItemContext, target: Target, failure: Failure): Promise<Failure | null> {
	const { vendor } = item;
	const { vendorCode, hint = null } = failure.details;
	if (Object.hasOwn(vendor.codes, vendorCode ?? '') && vendor.codes[vendorCode ?? ''] === 'notFound') return null;
	const doubted = (why: string) => failure.with({ hint: [why, hint].filter(Boolean).join(' ') });
	try {
		const { entries } = await lookAtPlace(item, target);
		const isShown = entries.some(({ reading: { id } }) => id !== null && sameId(id, target.id));
		return isShown ? doubted(say(MESSAGES.refusal.stillListed, { vendor: vendor.label })) : null;
	} catch (error) {
		const cause = asFailure(error, 'no');
		if (cause.kind === 'notFound' || cause.kind === 'parentNotFound') return cause.with({ stage: failure.details.stage, applied: failure.applied });
		return doubted(say(MESSAGES.refusal.goneUnproven, { why: cause.message }));
	}
}
