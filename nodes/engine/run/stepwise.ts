import type { INodeExecutionData } from 'n8n-workflow';

import type { Applied, Failure } from '../../kit/failure';
import type { VendorAnswer } from '../../kit/http';
import { MESSAGES } from '../../kit/messages';
import type { ListOperation, Target } from '../../kit/operation';
import { NOT_VERIFIED, type Reading } from '../../kit/reading';
import { eachOnce, say } from '../../kit/sentences';
import type { Stepped, StepwiseOperation, Tools } from '../../kit/stepwise';
import { asFailure } from '../asFailure';
import { readWhole } from '../operation/list';
import { type ItemContext, ofRead, planOf, secretsShown } from '../operation/perform';
import { doubtOfAbsence } from '../operation/place';
import { understood } from '../operation/understanding';
import type { Account } from '../request/account';
import type { Progress, Run } from '../request/exchange';
import { pairSignsIn } from '../request/pairSignIn';
import { requestIdOf } from '../request/refusal';
import type { Outcome } from './item';
import { STORED_SECRET } from '../secrets/storedSecret';
import { PlanReached } from './planReached';
import type { Work } from './prepare';
import { type Effort, failedItem, resultItem, type Subject } from './result';

/** The item for which it is done. */
interface StepwiseItem extends Pick<ItemContext, 'exchange'> {
	account: Account;
	progress: Progress;
	subject: Subject;
	/** What it has taken so far. */
	measured: (requestId: string | null) => Effort;
	/** A credential was changed, or may have been. */
	log: (subject: Subject, outcome: string) => void;
}

/**
 * Carries out an operation of several requests, on each credential that the item is about. One that fails keeps nobody from the
 * others: each has a result, or a failed item, of its own. Throws a `Failure` when it cannot be told which they are.
 */
export async function runStepwise(run: Run, work: Work, item: StepwiseItem): Promise<Outcome> {
	const operation = operationOf(run);
	const { subject } = item;
	const { target } = work;
	const targets = target.id === null ? await new Bench(run, work, item, subject).targets(operation, target) : [target];
	const items: INodeExecutionData[] = [];
	let failure: Failure | null = null;
	for (const each of targets) {
		const own: Subject = { ...subject, id: each.id };
		const end = await new Bench(run, work, item, own).carryOut(operation, each);
		items.push(end.item);
		failure ??= end.failure;
	}
	return { items, subject, failure };
}

function operationOf({ vendor, operation }: Run): StepwiseOperation {
	return vendor.operations[operation] as StepwiseOperation;
}

/** One credential at a time: what is lent to the operation, and what that comes to. */
class Bench {
	/** Changes that were made for this credential. */
	private changes = 0;
	/** Whether a change may have been made whose answer was lost, and which the operation has done without. */
	private isInDoubt = false;
	/** The vendor's last answer. */
	private answer: VendorAnswer | null = null;

	constructor(
		private readonly run: Run,
		private readonly work: Work,
		private readonly item: StepwiseItem,
		private readonly subject: Subject,
	) {}

	async targets(operation: StepwiseOperation, input: Target): Promise<Target[]> {
		return (await operation.targets?.(input, this.tools(operation))) ?? [input];
	}

	async carryOut(operation: StepwiseOperation, input: Target): Promise<{ item: INodeExecutionData; failure: Failure | null }> {
		const { item, subject } = this;
		const { secrets, itemIndex } = item.progress;
		try {
			const stepped = await this.steppedOrPlanned(operation, input);
			if (this.changes > 0) item.log(subject, 'done');
			return { item: this.resultOf(stepped, input), failure: null };
		} catch (error) {
			const failure = this.inView(asFailure(error, 'unknown'));
			if (failure.applied !== 'no') item.log(subject, `applied: ${failure.applied}`);
			return { item: failedItem(subject, failure, item.measured(null), secrets.redactor, itemIndex), failure };
		}
	}

	/** In a dry run it is the request that would come next. */
	private async steppedOrPlanned(operation: StepwiseOperation, input: Target): Promise<Stepped> {
		try {
			return await operation.carryOut(input, this.tools(operation));
		} catch (error) {
			const end = asFailure(error, this.changes > 0 ? 'unknown' : 'no');
			if (!(end instanceof PlanReached)) throw end;
			const { shown, request, to } = end;
			const plan = planOf(request, to, this.item.progress.secrets);
			return { ...shown, reading: { ...shown.reading, verification: NOT_VERIFIED, outcome: 'planned', plan } };
		}
	}

	private resultOf({ reading, notes = [], rotationId = null }: Stepped, input: Target): INodeExecutionData {
		const { run: { context, vendor }, work: { options }, item: { progress, measured } } = this;
		const redactor = progress.secrets.redactorFor(reading.secrets);
		const { type, selector } = STORED_SECRET;
		const subject = { ...this.subject, rotationId, storedIn: redactor.ownText(context.getNode().credentials?.[type]?.name || selector) };
		const raw = options.output === 'raw' ? redactor.body(this.answer?.body ?? null, (path, leaf) => vendor.isSecret(path, leaf)) : undefined;
		const requestId = this.answer === null ? null : requestIdOf(vendor, this.answer, reading.requestId);
		const shown = { reading, changed: input.changed ?? [], notes: [...notes, ...(input.notes ?? [])], raw };
		return resultItem(subject, shown, measured(requestId), redactor, progress.itemIndex, options.output);
	}

	/** What a failure means after what was done before it. */
	private inView(failure: Failure): Failure {
		const before: Applied = this.changes > 0 ? 'yes' : this.isInDoubt ? 'unknown' : 'no';
		const applied = failure.applied === 'no' ? before : failure.applied;
		return applied === 'no' ? failure : failure.with({ applied, hint: eachOnce([failure.details.hint, say(MESSAGES.rotation.goesOn)]) });
	}

	private tools(operation: StepwiseOperation): Tools {
		const { run, work: { options }, item, subject } = this;
		const { vendor } = run;
		const { exchange, account, progress } = item;
		const { secrets, itemIndex, effort } = progress;
		const context: ItemContext = { vendor, exchange, secrets };
		const overrides = { codes: operation.codes, meanings: operation.meanings, hints: operation.hints };
		const take = (answer: VendorAnswer) => {
			this.answer = answer;
			secrets.addShown(secretsShown(vendor, answer));
		};
		const onChanged = () => void (this.changes += 1);
		return {
			read: async (request, understand) => {
				try {
					const answer = await exchange(request, 'read', overrides);
					take(answer);
					return understood(vendor, answer, 'read', () => understand(answer));
				} catch (error) {
					throw ofRead(error);
				}
			},
			change: async (request, shown, understand, manner) => {
				if (options.dryRun) throw new PlanReached(shown, request, vendor);
				const answer = await exchange(request, 'change', { ...overrides, ...manner }).catch((error: unknown) => {
					this.isInDoubt ||= asFailure(error, 'unknown').applied === 'unknown';
					throw error;
				});
				onChanged();
				take(answer);
				return understood(vendor, answer, 'change', () => understand(answer));
			},
			list: async <Input extends Target>(list: ListOperation<Input>, within: Input): Promise<Reading[]> => {
				try {
					return await readWhole(vendor, list as unknown as ListOperation, within, exchange);
				} catch (error) {
					throw ofRead(error);
				}
			},
			unlessGone: async (id, act) => {
				try {
					return { done: await act(), gone: null };
				} catch (error) {
					const failure = asFailure(error, 'unknown');
					const doubt = failure.kind === 'notFound' ? await doubtOfAbsence(context, { id }, failure) : failure;
					if (doubt !== null) throw doubt;
					if (failure.applied !== 'unknown') return { done: null, gone: 'before' };
					// The try whose answer was lost has done it.
					onChanged();
					return { done: null, gone: 'now' };
				}
			},
			signsIn: async (pair, { accepted }) => {
				if (pair.secret !== null) secrets.addShown([pair.secret]);
				if (vendor.signIn === undefined) return accepted;
				const onSent = () => void (effort.requests += 1);
				return await pairSignsIn(run, { signIn: vendor.signIn, credentials: account.credential.data!, pair, accepted, itemIndex, onSent });
			},
			vault: async (place) =>
				await run.vaults.open(run, place, { owner: JSON.stringify([account.key, subject.id]), isPlan: options.dryRun, progress, onChanged }),
			keepSecret: (kept) => secrets.addShown(kept),
			noteSeen: ({ name, secrets: shown }) => {
				secrets.addShown(shown);
				subject.name = name ?? subject.name;
			},
		};
	}
}
