import type { IDataObject } from 'n8n-workflow';

import { Failure, invalidInput } from '../../kit/failure';
import type { JointOperation, Target } from '../../kit/operation';
import { NOT_VERIFIED, nothingKnown, type Reading } from '../../kit/reading';
import { MESSAGES } from '../../kit/messages';
import type { RotationMark } from '../../kit/rotation';
import type { RotationStore, RotationWrite } from '../../kit/rotationSteps';
import { say } from '../../kit/sentences';
import { secretsIn } from '../../kit/storedValues';
import { type Found, planOf } from '../operation/perform';
import type { Exchange, Run } from '../request/exchange';
import { requestIdOf } from '../request/refusal';
import { lookIntoSecrets } from '../secrets/chosenSecrets';
import type { ItemSecrets } from '../secrets/itemSecrets';
import { STORED_SECRET } from '../secrets/storedSecret';
import { prepareItem, type Work } from './prepare';
import type { Subject } from './result';

/** The item for which it is done, or told. */
interface JointItem {
	accountKey: string;
	exchange: Exchange;
	secrets: ItemSecrets;
	subject: Subject;
}

/** What it has come to, for all items alike. */
interface JointResult {
	/** As it stands in the end; `null` where that was only planned. */
	mark: RotationMark | null;
	isDone: boolean;
	/** What would be written first; `null`: nothing, or it was. */
	planned: RotationWrite | null;
	requestId: string | null;
}

/**
 * What a run does once for all its items: the first one that comes to it has it done. Its requests are counted there, and what
 * vendor text there may be is told there: the results hold none.
 */
export class JointWork {
	private begun: { accountKey: string; result: Promise<JointResult> } | null = null;

	/** What it has come to, as the item tells it. Throws a `Failure` when it was not carried out. */
	async of(run: Run, { target, options }: Work, item: JointItem): Promise<Found> {
		const { vendor, context } = run;
		const operation = operationOf(run);
		this.begun ??= { accountKey: item.accountKey, result: carryOut(run, operation, options.dryRun, item) };
		if (this.begun.accountKey !== item.accountKey) throw invalidInput(say(MESSAGES.rotation.severalKeys));
		const { mark, isDone, planned, requestId } = await this.begun.result;
		item.subject.name = context.getNode().credentials?.[STORED_SECRET.type]?.name ?? null;
		item.subject.rotationId = mark?.id ?? null;
		const reading: Reading = {
			...nothingKnown(target.id),
			name: item.subject.name,
			type: STORED_SECRET.type,
			attributes: { ...(isDone ? operation.shown(target) : {}), ...(mark === null ? {} : stateOf(mark)) },
			verification: { status: 'verified', method: 'readBack', detail: null },
		};
		const found = { raw: null, requestId, changed: target.changed ?? [] };
		if (planned === null) return { ...found, reading: isDone ? reading : { ...reading, outcome: 'unchanged' } };
		const plan = planOf(operation.request(target, planned), vendor, item.secrets);
		return { ...found, reading: { ...reading, verification: NOT_VERIFIED, outcome: 'planned', plan } };
	}
}

function operationOf({ vendor, operation }: Run): JointOperation {
	return vendor.operations[operation] as JointOperation;
}

function stateOf({ state, startedAt, finishedAt }: RotationMark): IDataObject {
	return { state, startedAt, finishedAt };
}

async function carryOut(run: Run, operation: JointOperation, isPlan: boolean, { exchange, secrets }: JointItem): Promise<JointResult> {
	const { context, vendor } = run;
	const inputs = inputsOf(run);
	let requestId: string | null = null;
	const store: RotationStore = {
		look: async () => {
			const seen = await lookIntoSecrets(context, operation);
			secrets.add([...secretsIn(seen.new.values), ...secretsIn(seen.previous.values)]);
			return seen;
		},
		write: async (write) => {
			secrets.add(secretsIn(write.values ?? {}));
			const answer = await exchange(operation.request(inputs[0]!, write), 'change', operation);
			requestId = requestIdOf(vendor, answer, null);
		},
	};
	if (isPlan) {
		const step = operation.plan(inputs, await store.look());
		return { mark: step.write === null ? step.mark : null, isDone: false, planned: step.write, requestId };
	}
	const outcome = await operation.carryOut(inputs, store);
	return { ...outcome, planned: null, requestId };
}

/** What all items ask for. Throws a `Failure` when one of them cannot be worked on: a rotation would have begun without it. */
function inputsOf(run: Run): Target[] {
	const inputs = run.context.getInputData().map((_, itemIndex) => prepareItem(run, itemIndex).work?.target);
	if (inputs.every((input) => input !== undefined)) return inputs;
	throw new Failure({
		code: 'invalidInput',
		message: say(MESSAGES.stop.itemOfMany),
		stage: 'input',
		isUnsent: true,
	});
}
