import { setImmediate } from 'node:timers/promises';

import { clock } from '../../nodes/engine/request/clock';

/** A clock that goes on only when nothing else can: waits take no time, and end in the order in which they would. */
export class VirtualTime {
	now = 0;
	private sleepers: Array<{ until: number; wake: () => void }> = [];

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((wake) => this.sleepers.push({ until: this.now + ms, wake }));
	}

	/** Lets time pass until this has come to an end. */
	async until<T>(work: Promise<T>): Promise<T> {
		let isDone = false;
		const done = () => void (isDone = true);
		work.then(done, done);
		for (await setImmediate(); !isDone; await setImmediate()) {
			if (this.sleepers.length === 0) throw new Error('It waits for something that will never happen');
			const next = this.sleepers.reduce((a, b) => (b.until < a.until ? b : a));
			this.sleepers.splice(this.sleepers.indexOf(next), 1);
			this.now = next.until;
			next.wake();
		}
		return await work;
	}
}

/** Gives the node under test a virtual clock, a new one for each test of the enclosing `describe`. */
export function useVirtualTime(): () => VirtualTime {
	let time: VirtualTime;
	beforeEach(() => {
		time = new VirtualTime();
		jest.spyOn(clock, 'now').mockImplementation(() => time.now);
		jest.spyOn(clock, 'sleep').mockImplementation(async (ms) => await time.sleep(ms));
	});
	afterEach(() => jest.restoreAllMocks());
	return () => time;
}
