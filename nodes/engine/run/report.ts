import type { NodeExecutionHint } from 'n8n-workflow';

import type { Failure } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import { counted, say } from '../../kit/sentences';
import type { Wait } from '../request/throttle';

const { outcome: said } = MESSAGES;

/** Shorter waits are not worth a word. */
const NOTABLE_WAIT_MS = 1_000;

/** Collects what a run had to do beside its work, and tells it above the node's output. */
export class RunReport {
	/** By reason: how long each item waited. */
	private readonly waits = new Map<string, Map<number, number>>();
	private readonly repeats = new Map<string, Set<number>>();
	private readonly incompletes = new Set<number>();

	/** @param label the vendor as people call it */
	constructor(private readonly label: string) {}

	waited(itemIndex: number, { ms, reason }: Wait): void {
		const text = this.textOf(reason);
		const byItem = this.waits.get(text) ?? new Map<number, number>();
		this.waits.set(text, byItem.set(itemIndex, (byItem.get(itemIndex) ?? 0) + ms));
	}

	/** A request is sent again, after a wait that the vendor has asked for or that was drawn. */
	repeated(itemIndex: number, { kind, details }: Failure, waitMs: number): void {
		if (kind === 'rateLimited') return this.waited(itemIndex, { ms: waitMs, reason: details.retryAfterMs ? 'asked' : 'pace' });
		const items = this.repeats.get(kind) ?? new Set<number>();
		this.repeats.set(kind, items.add(itemIndex));
	}

	/** A list kept changing while it was read. */
	incomplete(itemIndex: number): void {
		this.incompletes.add(itemIndex);
	}

	/** n8n shows hints as HTML: nothing of the vendor's or the user's is in them. */
	hints(): NodeExecutionHint[] {
		const waits = [...this.waits].flatMap(([reason, byItem]) => {
			const longest = [...byItem.values()].reduce((a, b) => Math.max(a, b), 0);
			if (longest < NOTABLE_WAIT_MS) return [];
			return say(said.waited, { items: counted(byItem.size, 'item'), time: `${byItem.size === 1 ? '' : 'up to '}${Math.round(longest / 1000)} s`, reason });
		});
		const again = [...this.repeats].map(
			([code, which]) => say(said.repeated, { items: counted(which.size, 'item'), reason: this.causeOf(code) }),
		);
		const hint = (message: string, type: NodeExecutionHint['type']): NodeExecutionHint => ({ message, type, location: 'outputPane' });
		const { size } = this.incompletes;
		const incomplete = size === 0 ? [] : [say(said.incompleteNote, { items: counted(size, 'item') })];
		return [...incomplete.map((message) => hint(message, 'warning')), ...[...waits, ...again].map((message) => hint(message, 'info'))];
	}

	private textOf(reason: Wait['reason']): string {
		if (reason === 'asked') return `because ${this.label} asked for it`;
		if (reason === 'pace') return `to keep to a pace that ${this.label} accepts`;
		return `for ${this.label}’s limit of ${counted(reason.requests, 'request')} ${STRETCHES[reason.perMs] ?? `in ${reason.perMs / 1000} seconds`}`;
	}

	private causeOf(code: string): string {
		return CAUSES[code]?.(this.label) ?? `${this.label} did not carry it out`;
	}
}

const STRETCHES: Readonly<Record<number, string>> = { 1_000: 'a second', 60_000: 'a minute' };

const CAUSES: Readonly<Record<string, (label: string) => string>> = {
	network: (label) => `the connection to ${label} broke`,
	timeout: (label) => `${label} did not answer in time`,
	vendorUnavailable: (label) => `${label} was not available`,
};
