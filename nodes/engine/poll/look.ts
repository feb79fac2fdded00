import type { ICredentialDataDecryptedObject, IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { type Failure, invalidInput } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { Target } from '../../kit/operation';
import type { Parameters } from '../../kit/parameters';
import { say } from '../../kit/sentences';
import type { TriggerRecord } from '../../kit/trigger';
import { performList } from '../operation/list';
import type { Found } from '../operation/perform';
import { Accounts } from '../request/account';
import { openExchange } from '../request/exchange';
import { RetryQuota } from '../request/retry';
import { engineOptions, type OutputSize } from '../run/engineOptions';
import { parametersOf } from '../run/nodeParameters';
import { RunReport } from '../run/report';
import type { Effort } from '../run/result';
import { ItemSecrets } from '../secrets/itemSecrets';
import { asExecution } from './context';
import type { Listed } from './detect';
import { factsOf } from './facts';
import { printOf } from './print';
import { type PollSettings, readSettings } from './settings';

/** More of them would make a state that n8n reads and writes with the workflow each time. */
const MOST_CREDENTIALS = 5_000;

/** What a poll learns on its way, also one that fails. */
export interface Attempt {
	secrets: ItemSecrets;
	effort: Effort;
}

export function newAttempt(): Attempt {
	return { secrets: new ItemSecrets(), effort: { requests: 0, attempts: 0, durationMs: 0, requestId: null } };
}

/** A credential on a list, with all that an item of it is made from. */
export interface SeenCredential {
	facts: Listed;
	found: Found;
}

/** What a list has shown, by ID. */
export interface Seen {
	credentials: ReadonlyMap<string, SeenCredential>;
	/** Whether it has come to its end without moving. */
	isComplete: boolean;
}

/** How a poll looks at the vendor, once its parameters have been read. */
export interface Look {
	settings: PollSettings;
	output: OutputSize;
	/** Tells this list from any other. Of nothing that is secret: it is stored. */
	scope: string;
	/** What all credentials of the list belong to, where the result says that of each. */
	parentId: string | null;
	/** Whom it speaks for, see `Account.key`. */
	accountKey: string;
	/** Everything that the filters let through. Throws a `Failure`. */
	list(): Promise<Seen>;
	/**
	 * Those of these IDs that are there without the filters that a change can lead through; `null`: there are no such filters. Throws a
	 * `Failure`.
	 */
	findUnfiltered: ((ids: ReadonlySet<string>) => Promise<Seen>) | null;
}

/** Reads the node's parameters, and looks its credential up. Throws a `Failure`; nothing has been sent then. */
export async function openLook<Input extends Target>(poll: IPollFunctions, trigger: TriggerRecord<Input>, budget: AbortSignal, attempt: Attempt): Promise<Look> {
	const { vendor } = trigger;
	const context = asExecution(poll, budget);
	const parameters = parametersOf(context, 0);
	const settings = readSettings(trigger, parameters);
	const { output, timeoutMs } = engineOptions(parameters, { isToolCall: false });
	// What a vendor's trigger is about is its own list.
	const input = vendor.operations.getAll.read(wholeList(parameters)) as Input;
	const accounts = new Accounts(context, vendor);
	const account = await accounts.of(0);
	const exchange = openExchange(
		{ context, vendor, report: new RunReport(vendor.label), quota: RetryQuota.for(1) },
		account,
		{ itemIndex: 0, timeoutMs, ...attempt },
	);
	/** @param most more of them are refused; however many there are, only those that are wanted are looked at closely */
	const read = async (asked: Input, most: number, isWanted: (id: string) => boolean): Promise<Seen> => {
		let isComplete = true;
		const found = await performList(vendor, asked, most + 1, exchange, () => void (isComplete = false));
		if (found.length > most) throw tooMany(vendor.label);
		const wanted = found.filter(({ reading: { id } }) => id !== null && isWanted(id));
		const seen = wanted.flatMap((each): SeenCredential[] => {
			const facts = factsOf(each, attempt.secrets.redactorFor(each.reading.secrets), trigger, settings.dueAfterDays);
			return facts === null ? [] : [{ facts, found: each }];
		});
		return { credentials: new Map(seen.map((each) => [each.facts.id, each])), isComplete };
	};
	const { credential, baseUrl } = account;
	const shown = withoutSecrets(credential.data!, context.getCredentialsProperties(credential.type));
	const place = trigger.place(input);
	const unfiltered = trigger.unfiltered?.(input) ?? null;
	return {
		settings,
		output,
		scope: printOf([vendor.name, credential.type, credential.id, baseUrl, shown, place]),
		parentId: place.parentId,
		accountKey: account.key,
		list: async () => await read(input, MOST_CREDENTIALS, () => true),
		findUnfiltered: unfiltered === null ? null : async (ids) => await read(unfiltered, Infinity, (id) => ids.has(id)),
	};
}

/** All that Get Many's filters let through. */
function wholeList(parameters: Parameters): Parameters {
	return { ...parameters, get: (name) => (name === 'returnAll' ? true : parameters.get(name)) };
}

function tooMany(label: string): Failure {
	return invalidInput(say(MESSAGES.trigger.tooMany, { vendor: label, most: MOST_CREDENTIALS.toLocaleString('en') }));
}

/** What people type into an n8n credential and see there again: neither what is masked nor what n8n fetches. */
function withoutSecrets(data: ICredentialDataDecryptedObject, properties: INodeProperties[]): IDataObject {
	const shown = properties.filter(({ type, typeOptions }) => type !== 'hidden' && type !== 'notice' && typeOptions?.password !== true);
	return Object.fromEntries(shown.map(({ name }) => [name, data[name] as string]));
}
