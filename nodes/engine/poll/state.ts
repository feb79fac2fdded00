import { isObject } from '../../kit/json';

/** What the trigger remembers of a credential: neither a secret, nor anything that is made of one. */
export interface Remembered {
	/** As much of it as there is room for. */
	name: string | null;
	/** Tells whether what the vendor shows of it has changed. */
	print: string;
	/** The date of which `level` speaks, in seconds since 1970; `null`: none. */
	dueAt: number | null;
	/** How near that was when it was last told, see `Nearness`; `null`: it was not. */
	level: number | null;
}

/** What the trigger remembers from one poll to the next. */
export interface PollState {
	/** Which list this is of. */
	scope: string;
	/** The latest of the times that the vendor has shown, in milliseconds since 1970; `null`: it has shown none. */
	newest: number | null;
	credentials: ReadonlyMap<string, Remembered>;
}

/** Another shape of the state has another number; of one that is not known, nothing is taken for granted. */
const VERSION = 1;

/** Ends a name that was longer than there is room for. */
export const CUT_OFF = '…';

/** Bytes of JSON that a credential may take in n8n's database, its comma included. */
const MOST_BYTES = 160;

/** The state as n8n stores it: as JSON, with its workflow. */
export function packed({ scope, newest, credentials }: PollState): unknown {
	return { version: VERSION, scope, newest, credentials: [...credentials].map(packedEntry) };
}

/** A name is cut to the room that the rest leaves: it is there to tell people what is gone. */
function packedEntry([id, { name, print, dueAt, level }]: [string, Remembered]): unknown[] {
	const entry = (shown: string | null) => [id, shown, print, dueAt, level];
	const sizeOf = (shown: string | null) => Buffer.byteLength(JSON.stringify(entry(shown))) + 1;
	if (name === null || sizeOf(name) <= MOST_BYTES) return entry(name);
	// No more than would fit if each took one byte: a name can be as long as an answer.
	const characters = [...name.slice(0, MOST_BYTES)];
	while (characters.length > 0 && sizeOf(`${characters.join('')}${CUT_OFF}`) > MOST_BYTES) characters.pop();
	return entry(characters.length === 0 ? null : `${characters.join('')}${CUT_OFF}`);
}

/** What was stored; `null` when it is none, such as that of an older release. */
export function unpacked(stored: unknown): PollState | null {
	if (!isObject(stored) || stored.version !== VERSION || typeof stored.scope !== 'string' || !Array.isArray(stored.credentials)) return null;
	const credentials = new Map<string, Remembered>();
	for (const entry of stored.credentials as unknown[]) {
		if (!Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[2] !== 'string') return null;
		const [id, name, print, dueAt, level] = entry as [string, unknown, string, unknown, unknown];
		credentials.set(id, { name: typeof name === 'string' ? name : null, print, dueAt: numberOrNull(dueAt), level: numberOrNull(level) });
	}
	return { scope: stored.scope, newest: numberOrNull(stored.newest), credentials };
}

function numberOrNull(value: unknown): number | null {
	return typeof value === 'number' ? value : null;
}
