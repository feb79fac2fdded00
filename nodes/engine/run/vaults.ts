import { invalidInput } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import type { Vault } from '../../kit/stepwise';
import { requestOf, type RotationStore, takeSteps } from '../../kit/rotationSteps';
import { SELECTORS } from '../../kit/secretFields';
import { secretStore, storeRequests } from '../../kit/secretStore';
import { say } from '../../kit/sentences';
import { secretsIn, type VaultPlace } from '../../kit/storedValues';
import { Accounts } from '../request/account';
import { openExchange, type Progress, type Run } from '../request/exchange';
import { lookIntoSecrets } from '../secrets/chosenSecrets';
import { PREVIOUS_SECRET, STORED_SECRET } from '../secrets/storedSecret';
import { PlanReached } from './planReached';
import { RunReport } from './report';

/** A type whose fields any key may read: that it is shown proves the key, and changes nothing. */
const READABLE = STORED_SECRET.type;

/** Who writes to the stored secrets, and how. */
interface Visitor {
	/** The credential that it is about, at whichever account. */
	owner: string;
	isPlan: boolean;
	progress: Progress;
	/** Something was changed there. */
	onChanged: () => void;
}

/**
 * The stored secrets that a node has chosen, for all items of a run: each has a place in them of its own, and they are written to by
 * one item after the other, because n8n has no conditional writes.
 */
export class Vaults {
	/** How n8n had to be waited for. */
	readonly report = new RunReport(secretStore.label);
	private readonly owners = new Map<string, string>();
	private turn: Promise<unknown> = Promise.resolve();
	private accounts: Accounts | null = null;

	/** Throws a `Failure` (`invalidInput`) where a credential is not chosen, or the place is another item's. */
	async open(run: Run, place: VaultPlace, { owner, isPlan, progress, onChanged }: Visitor): Promise<Vault> {
		const { context, quota } = run;
		const { credentials = {} } = context.getNode();
		const [id, previousId] = [STORED_SECRET, PREVIOUS_SECRET].map(({ type, selector }) => chosen(credentials[type]?.id, selector)) as [string, string];
		const ids = { id, previousId };
		chosen(credentials[secretStore.credentialType(() => '')]?.id, SELECTORS.store);
		this.claim(place, owner);
		this.accounts ??= new Accounts(context, secretStore);
		const exchange = openExchange({ context, quota, report: this.report, vendor: secretStore }, await this.accounts.of(progress.itemIndex), progress);
		const store: RotationStore = {
			look: async () => {
				const seen = await lookIntoSecrets(context, { usesPrevious: true });
				progress.secrets.addShown([...secretsIn(seen.new.values), ...secretsIn(seen.previous.values)]);
				return seen;
			},
			write: async (write) => {
				progress.secrets.add(secretsIn(write.values ?? {}));
				await exchange(requestOf(ids, write), 'change', { repeatSafe: true });
				onChanged();
			},
		};
		return {
			reach: async () => void (await exchange(storeRequests.schema(READABLE), 'read')),
			look: store.look,
			follow: async (next, shown) =>
				await this.inTurn(async () => {
					if (!isPlan) return await takeSteps(store, next);
					const step = next(await store.look());
					if (step.write !== null) throw new PlanReached(shown, requestOf(ids, step.write), secretStore);
					return { isDone: false, mark: step.mark };
				}),
		};
	}

	private claim(place: VaultPlace, owner: string): void {
		const key = JSON.stringify([place.group, place.key]);
		const other = this.owners.get(key);
		if (other !== undefined && other !== owner) {
			throw invalidInput(say(MESSAGES.rotation.placeTaken));
		}
		this.owners.set(key, owner);
	}

	private async inTurn<T>(work: () => Promise<T>): Promise<T> {
		const done = this.turn.then(work);
		this.turn = done.catch(() => {});
		return await done;
	}
}

function chosen(id: string | null | undefined, selector: string): string {
	if (id) return id;
	throw invalidInput(say(MESSAGES.rotation.notChosen, { selector }));
}
