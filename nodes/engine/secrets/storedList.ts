import { type Failure, invalidInput } from '../../kit/failure';
import { isObject } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import { requireObject } from '../../kit/parameters';
import { counted, say } from '../../kit/sentences';
import { type SecretValues, VALUES_SHAPE } from '../../kit/storedValues';

const { stored } = MESSAGES;

/** What a credential's values may be stored under. */
export interface StoredUnder {
	/** `null` for a credential that does not exist yet. */
	id: string | null;
	/** `null` where names do not count, or it has none. */
	name: string | null;
}

const VALUES_JSON = 'Values (JSON)';

/**
 * How a key begins that is a name. All others are IDs: whoever may rename a credential could otherwise have the secret of
 * another one delivered to it.
 */
const NAME_PREFIX = 'name:';

/** An ID that may be written in either case. */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The values for many credentials: for all vendors together, or grouped by the names of their nodes. */
export class StoredList {
	private readonly entries: SecretValues;
	private readonly byVendor = new Map<string, StoredEntries>();

	/**
	 * Throws a `Failure` (`invalidInput`) that says what to mend; it names names, never values.
	 * @param label what the n8n credential is called
	 */
	constructor(json: unknown, private readonly label: string) {
		this.entries = new Map(Object.entries(requireObject(json, `${label}: ${VALUES_JSON}`)));
		for (const values of this.entries.values()) if (!isObject(values)) throw noObject(label, VALUES_SHAPE);
	}

	get size(): number {
		return this.entries.size;
	}

	/** What counts for a vendor: its own group where there is one, so that an equal ID brings no other vendor's value. */
	of(vendor: string): StoredEntries {
		const known = this.byVendor.get(vendor) ?? this.read(vendor);
		this.byVendor.set(vendor, known);
		return known;
	}

	private read(vendor: string): StoredEntries {
		const group = this.entries.get(vendor);
		if (group === undefined) return new StoredEntries(this.entries, this.label, `“${VALUES_JSON}”`);
		const entries = Object.entries(group as object);
		if (!entries.every(([, values]) => isObject(values))) throw noObject(this.label, `{"${vendor}": ${VALUES_SHAPE}}`);
		return new StoredEntries(entries, this.label, `“${vendor}” in “${VALUES_JSON}”`);
	}
}

/** The entries that count for one vendor. */
export class StoredEntries {
	private readonly byId = new Map<string, SecretValues[]>();
	private readonly byName = new Map<string, SecretValues>();

	/** @param place where they stand, for sentences */
	constructor(
		entries: Iterable<readonly [string, unknown]>,
		private readonly label: string,
		private readonly place: string,
	) {
		for (const [key, values] of entries) {
			const stored = new Map(Object.entries(values as object));
			if (key.startsWith(NAME_PREFIX)) this.byName.set(key.slice(NAME_PREFIX.length), stored);
			else this.byId.set(comparable(key), [...(this.byId.get(comparable(key)) ?? []), stored]);
		}
	}

	/** Whether there are entries by name, so that what a credential is called counts. */
	get hasNames(): boolean {
		return this.byName.size > 0;
	}

	/** The values for a credential, or `null`. Throws a `Failure` (`invalidInput`) when more than one entry is for it. */
	find({ id, name }: StoredUnder): SecretValues | null {
		const byId = id === null ? [] : (this.byId.get(comparable(id)) ?? []);
		if (byId.length > 1) throw invalidInput(say(stored.twoSpellings, this.where));
		const byName = name === null ? undefined : this.byName.get(name);
		const [found] = byId;
		if (found !== undefined && byName !== undefined) {
			throw invalidInput(say(stored.idAndName, this.where));
		}
		return found ?? byName ?? null;
	}

	/** There is nothing for an existing credential. */
	nothingFor({ mayBeNamed }: { mayBeNamed: boolean }): Failure {
		return invalidInput(say(mayBeNamed ? stored.noEntry : stored.noEntryForAgent, this.where));
	}

	/** There is nothing for a new credential of this name. */
	nothingForNew(name: string | null): Failure {
		if (name === null) return invalidInput(say(stored.namelessNew, this.where));
		return invalidInput(say(this.byId.has(comparable(name)) ? stored.newNameAsId : stored.noEntryForNew, this.where));
	}

	/** What sentences say of the place: whose it is, what it is called, and how many entries it has. */
	private get where() {
		const count = this.byName.size + [...this.byId.values()].flat().length;
		return { label: this.label, place: this.place, entries: counted(count, 'entry', 'entries') };
	}
}

function comparable(id: string): string {
	return UUID.test(id) ? id.toLowerCase() : id;
}

function noObject(label: string, shape: string): Failure {
	return invalidInput(say(stored.noObject, { label, shape }));
}
