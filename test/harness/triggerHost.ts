import type { IDataObject, INode, INodeExecutionData, INodeParameters, WorkflowActivateMode } from 'n8n-workflow';

import type { CredentialStore } from './credentialsHelper';
import type { Engine, Poller } from './engine';
import { manifest } from './packageTypes';

/** Times that n8n tries to register a trigger, after which it gives it up without a word. */
const TRIES = 5;

export interface HostOptions {
	triggerName: string;
	credentialType: string;
	parameters: INodeParameters;
	credentials: CredentialStore;
	settings?: Partial<INode>;
}

/** What the trigger has told at a poll: the JSON of its items. */
export type Told = IDataObject[];

/**
 * n8n as a trigger sees it: it registers it with a poll, polls it again with the same context, keeps what it remembers in memory, and
 * stores that only when a poll has told something, or when it has been registered.
 */
export class TriggerHost {
	/** What n8n's database holds of the workflow, as text. */
	stored = '{}';
	/** What has started an execution, poll by poll. */
	readonly emitted: Told[] = [];
	/** What has started an error execution. */
	readonly errors: Error[] = [];
	/** What a person has read who has published the workflow. */
	readonly refusals: Error[] = [];
	readonly logs: string[] = [];
	/** Whether n8n polls it. */
	isAlive = false;
	private poller: Poller | null = null;
	private id = newId();

	constructor(
		private readonly engine: Engine,
		private options: HostOptions,
	) {}

	/** Changes what is saved of the workflow; it counts once it is published. */
	edit(changes: Partial<HostOptions>): void {
		this.options = { ...this.options, ...changes };
	}

	/** Publishes the workflow, or starts n8n with it. Yields what the first poll has told. */
	async publish(activation: WorkflowActivateMode = 'activate'): Promise<Told> {
		this.isAlive = false;
		for (let tries = 0; tries < TRIES; tries += 1) {
			this.poller = this.engine.poller(this.node(), this.options.credentials, JSON.parse(this.stored) as IDataObject, { mode: 'trigger', activation });
			try {
				const told = this.emit(await this.poller.poll((line) => this.logs.push(line)));
				this.store();
				this.isAlive = true;
				return told;
			} catch (error) {
				this.refusals.push(error as Error);
			}
		}
		return [];
	}

	/** The process ends and another one starts with what is stored: what the node has kept by this trigger is lost. */
	async restart(): Promise<Told> {
		this.id = newId();
		return await this.publish('init');
	}

	/**
	 * One poll by the clock. Yields what it has told.
	 * @param isKilled whether the process ends after the run was started, and before the state is stored
	 */
	async tick({ isKilled = false } = {}): Promise<Told> {
		if (!this.isAlive) return [];
		try {
			const told = this.emit(await this.poller!.poll((line) => this.logs.push(line)));
			if (told.length > 0 && !isKilled) this.store();
			return told;
		} catch (error) {
			this.errors.push(error as Error);
			return [];
		}
	}

	/** What a person gets who has the editor fetch a test event. */
	async fetchTestEvent(): Promise<Told> {
		const poller = this.engine.poller(this.node(), this.options.credentials, JSON.parse(this.stored) as IDataObject, { mode: 'manual', activation: 'manual' });
		const before = JSON.stringify(poller.staticData());
		const output = await poller.poll((line) => this.logs.push(line));
		if (JSON.stringify(poller.staticData()) !== before) throw new Error('A try has changed the state');
		return jsonOf(output);
	}

	/** What the trigger remembers by now, stored or not. */
	get state(): IDataObject {
		return (this.poller?.staticData()[`node:${NAME}`] ?? {}) as IDataObject;
	}

	private emit(output: INodeExecutionData[][] | null): Told {
		if (output === null) return [];
		const told = jsonOf(output);
		this.emitted.push(told);
		return told;
	}

	private store(): void {
		this.stored = JSON.stringify(this.poller!.staticData());
	}

	private node(): INode {
		const { triggerName, credentialType, parameters, settings } = this.options;
		return {
			id: this.id,
			name: NAME,
			type: `${manifest.name}.${triggerName}`,
			typeVersion: 1,
			position: [0, 0],
			parameters,
			credentials: { [credentialType]: { id: credentialType, name: credentialType } },
			...settings,
		};
	}
}

const NAME = 'Watch';

let count = 0;

function newId(): string {
	return `trigger-${(count += 1)}`;
}

function jsonOf(output: INodeExecutionData[][] | null): Told {
	return (output?.[0] ?? []).map(({ json }) => json);
}
