import type { VendorAnswer, VendorRequest } from '../../kit/http';
import type { Exchange } from '../request/exchange';

/** Asks what holds for all credentials alike. Throws a `Failure` when there is no answer to it. */
export type AskReference = (request: VendorRequest) => Promise<VendorAnswer>;

/** What a run has asked so: each account's answers serve all of its items. What was not answered is asked again by the next one. */
export class References {
	private readonly answers = new Map<string, Promise<VendorAnswer>>();

	/** @param exchange the way of the item that asks first; its requests are counted there */
	forAccount(accountKey: string, exchange: Exchange): AskReference {
		return async (request) => {
			const key = `${accountKey} ${request.path}`;
			const known = this.answers.get(key);
			if (known !== undefined) return await known;
			const asked = exchange(request, 'read');
			this.answers.set(key, asked);
			asked.catch(() => this.answers.delete(key));
			return await asked;
		};
	}
}
