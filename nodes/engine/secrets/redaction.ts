import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { isObject, leaves } from '../../kit/json';
import { bareOf, type Forms, formsOf, SHORTEST_CUTTABLE_SECRET, spellings, standsAloneIn } from './forms';
import { type Allowance, allowanceForAnswer, Budget, plainOf, type Span } from './search';

export const REDACTED = '[redacted]';

/** No credential has more secrets. Of an item with more, and of a body with more, the vendor's text is withheld. */
const MOST_SECRETS = 1_000;

/** Characters of vendor text that reach an item: enough for any message, too few to swamp a workflow. */
const LONGEST_VENDOR_TEXT = 2_000;

/** Whether a leaf is a secret, by the keys that lead to it or by what it looks like. */
type IsSecret = (path: readonly string[], leaf: unknown) => boolean;

/** Removes a set of secrets from texts and values, whatever they are encoded in. */
export interface Redactor {
	/** A text of the vendor's; `null` when a secret is too short to be cut out safely, or shows through in pieces. */
	vendorText(text: string | null): string | null;
	/** A short word of the vendor's, such as the ID of a request. */
	vendorToken(token: string | null): string | null;
	/** A text of ours in which names may stand that the user has made up: without the secrets that can be cut out. */
	ownText(text: string): string;
	/** A value that goes into a result: every string and key in it. One that cannot be cut safely goes as a whole. */
	value<T>(value: T): T;
	/**
	 * An ID, a time or a count: a secret that is too short to be told from one, such as a port or a “1”, takes nothing away
	 * from it. That an ID equals such a secret tells nothing of the secret.
	 */
	fact<T>(value: T): T;
	/**
	 * A whole body of the vendor's: `isSecret` tells which leaves are secrets, and these are looked for in all the
	 * others. `null` when a secret is too short to be cut out safely.
	 */
	body(body: unknown, isSecret: IsSecret): unknown;
}

/** A time or a UUID is one thing: a short secret does not stand by itself in it. */
const ONE_THING = /^(\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/i;

/**
 * @param secrets every secret that the item has sent, the node's own credentials included
 * @param shown secrets that the vendor has shown along with what it says: a short one is cut, but withholds nothing else
 */
export function createRedactor(secrets: Iterable<string>, shown: Iterable<string> = []): Redactor {
	const [sent, seen] = [secrets, shown].map((each) => [...new Set(each)].filter((secret) => secret.trim() !== '')) as [string[], string[]];
	const withhold = sent.some((secret) => secret.trim().length < SHORTEST_CUTTABLE_SECRET) || sent.length > MOST_SECRETS;
	const given = new Set([...sent, ...seen].flatMap(spellings));
	// Made when a text first needs them: most redactors never see one.
	let made: Forms | undefined;
	const forms = () => (made ??= formsOf([...given]));

	// Anew for each answer, or text by itself, that comes in.
	let allowance: Allowance = allowanceForAnswer();
	const budgetFor = ({ length }: string) => new Budget(length, allowance);
	/** Throws `TooMuch`. */
	const cut = (text: string) => cutOut(text, forms().whole.spansIn(text, budgetFor(text)));
	/** Throws `TooMuch`. */
	const givesAway = (text: string, alsoWords: boolean) => {
		const { shortest, telling, words, scattered } = forms();
		if (text.length < shortest) return false;
		if (telling.isWithin(text, budgetFor(text))) return true;
		const plain = plainOf(text, budgetFor(text));
		const texts = plain === text ? [text] : [text, plain];
		if (alsoWords && !ONE_THING.test(text) && texts.some((each) => standsAloneIn(each, words))) return true;
		return text.length >= scattered.shortest && texts.map(bareOf).some((bare) => scattered.isIn(bare, budgetFor(bare)));
	};
	const cleanedAnew = (text: string, alsoWords: boolean) => {
		const rest = cut(text);
		return givesAway(rest, alsoWords) ? null : rest;
	};
	// Answers say the same in many places, and lists have the same keys in each entry.
	const known = { withWords: new Remembered<string | null>(), withoutWords: new Remembered<string | null>() };
	const cleaned = (text: string, { alsoWords = true } = {}) =>
		unlessTooMuch(() => known[alsoWords ? 'withWords' : 'withoutWords'].get(text, () => cleanedAnew(text, alsoWords)));
	/** A secret of digits may come back as a number; a longer number that merely contains it is another one. */
	const isSecret = (value: unknown) => typeof value === 'number' && given.has(String(value));
	const clean = (value: unknown): unknown => {
		if (typeof value === 'string') return cleaned(value) ?? REDACTED;
		if (Array.isArray(value)) return value.map(clean);
		if (!isObject(value)) return isSecret(value) ? REDACTED : value;
		return Object.fromEntries(Object.entries(value).map(([key, child]) => [cleaned(key) ?? REDACTED, clean(child)])) as IDataObject;
	};
	const fact = (value: unknown): unknown => {
		if (typeof value === 'string') return cleaned(value, { alsoWords: false }) ?? REDACTED;
		return isSecret(value) && String(value).length >= SHORTEST_CUTTABLE_SECRET ? REDACTED : value;
	};

	const begun = <In, Out>(make: (given: In) => Out) => (given: In): Out => {
		allowance = allowanceForAnswer();
		return make(given);
	};

	return {
		// Shortened only after the cut: half a secret would not be found any more.
		vendorText: begun((text: string | null) => (text === null || withhold ? null : (cleaned(text)?.slice(0, LONGEST_VENDOR_TEXT) ?? null))),
		vendorToken: begun((token: string | null) => (token !== null && given.has(token) ? REDACTED : (fact(token) as string | null))),
		ownText: begun((text: string) => unlessTooMuch(() => cut(text)) ?? REDACTED),
		value: begun(clean) as <T>(value: T) => T,
		fact: begun(fact) as <T>(value: T) => T,
		body: (body, isSecret) => {
			// Short stored secrets are replaced where they stand; only what was sent can be too short to be found elsewhere.
			if (withhold) return null;
			const own = new Set(secretLeaves(body, isSecret).filter(({ length }) => length >= SHORTEST_CUTTABLE_SECRET));
			if (own.size > MOST_SECRETS) return null;
			const isNew = [...own].some((secret) => !sent.includes(secret) && !seen.includes(secret));
			const redactValue = isNew ? createRedactor(sent, [...seen, ...own]).value : begun(clean);
			return redactValue(replaceLeaves(body, isSecret, []));
		},
	};
}

/** As many characters as an answer can have. */
const MOST_REMEMBERED = 5_000_000;

/** What has been made of texts; of the last ones, where there are many. */
class Remembered<T> {
	private readonly made = new Map<string, T>();
	private length = 0;

	get(text: string, make: () => T): T {
		const known = this.made.get(text);
		if (known !== undefined) return known;
		const value = make();
		this.length += text.length;
		if (this.length > MOST_REMEMBERED) {
			this.made.clear();
			this.length = text.length;
		}
		this.made.set(text, value);
		return value;
	}
}

/** What is made of a text; `null` when looking through all of it would take too long, and it may hold anything. */
function unlessTooMuch(make: () => string | null): string | null {
	try {
		return make();
	} catch {
		return null;
	}
}

/** Cuts all spans out at once: they may overlap, and cutting one before the other would leave a rest of the other. */
function cutOut(text: string, spans: readonly Span[]): string {
	let rest = '';
	let end = 0;
	for (const [from, to] of spans.toSorted(([a], [b]) => a - b)) {
		if (from >= end) rest += text.slice(end, from) + REDACTED;
		end = Math.max(end, to);
	}
	return rest + text.slice(end);
}

/** The leaves of a body of the vendor's that are secrets. */
export function secretLeaves(value: unknown, isSecret: IsSecret, path: string[] = []): string[] {
	if (typeof value === 'object' && value !== null) {
		return Object.entries(value).flatMap(([key, child]) => secretLeaves(child, isSecret, [...path, key]));
	}
	return isSecret(path, value) ? leaves(value) : [];
}

/** User-info in a URL is a secret wherever it stands. It ends at the last `@` before the path: a password may hold one. */
const URL_USER_INFO = /\/\/[^/?#\s]*@/g;

function replaceLeaves(value: unknown, isSecret: IsSecret, path: string[]): unknown {
	if (Array.isArray(value)) return value.map((child, index) => replaceLeaves(child, isSecret, [...path, String(index)]));
	if (isObject(value)) {
		return Object.fromEntries(
			Object.entries(value).map(([key, child]) => [key, replaceLeaves(child, isSecret, [...path, key])]),
		);
	}
	if (value !== null && isSecret(path, value)) return REDACTED;
	return typeof value === 'string' ? value.replaceAll(URL_USER_INFO, `//${REDACTED}@`) : value;
}

/** Names that people make up, as they may be shown: names and values get swapped. */
export function shownNames(names: string[], secrets: Iterable<string>): string[] {
	const { ownText } = createRedactor(secrets);
	return names.map((name) => ownText(name));
}

/**
 * A body with every leaf replaced but those that are known to be safe, told by the keys that lead to them. A safe one can
 * hold a copy of a secret all the same.
 */
export function onlySafe(
	value: unknown,
	isSafe: (path: readonly string[]) => boolean,
	redactor: Redactor,
	path: string[] = [],
): unknown {
	const inside = (child: unknown, key: string | number) => onlySafe(child, isSafe, redactor, [...path, String(key)]);
	if (Array.isArray(value)) return value.map(inside);
	if (isObject(value)) return mapValues(value, inside);
	// That a field is to be cleared is worth seeing, and gives nothing away.
	return value === null || isSafe(path) ? redactor.value(value) : REDACTED;
}
