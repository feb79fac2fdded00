/** How a list of jobs is worked off. Jobs are known by their place in the list. */
export interface Schedule {
	count: number;
	/** How many jobs run at a time. */
	concurrency: number;
	/** Jobs with the same key run one after the other, in order; `null`: one that waits for no other. */
	keyOf(index: number): string | null;
	run(index: number): Promise<void>;
	/** Asked before each job; once it says no, those under way are finished and no other is started. */
	goesOn(): boolean;
}

/** Runs jobs in the order of the list, several at a time. Resolves when the last one is done. */
export async function runSchedule({ count, concurrency, keyOf, run, goesOn }: Schedule): Promise<void> {
	let next = 0;
	/** For each key of a job under way: the jobs that wait for it. */
	const waiting = new Map<string, number[]>();
	/** Jobs whose turn has come because the one before them is done. */
	const ready: Array<{ index: number; key: string | null }> = [];

	const take = (): { index: number; key: string | null } | undefined => {
		if (ready.length > 0) return ready.shift();
		while (next < count) {
			const index = next++;
			const key = keyOf(index);
			const line = key === null ? undefined : waiting.get(key);
			if (line === undefined) {
				if (key !== null) waiting.set(key, []);
				return { index, key };
			}
			line.push(index);
		}
		return undefined;
	};
	const release = (key: string | null) => {
		if (key === null) return;
		const index = waiting.get(key)?.shift();
		if (index === undefined) waiting.delete(key);
		else ready.push({ index, key });
	};
	// A worker that finds nothing can leave: what still waits is released, and then taken, by one that is at work.
	const work = async () => {
		for (let job = goesOn() ? take() : undefined; job !== undefined; job = goesOn() ? take() : undefined) {
			await run(job.index);
			release(job.key);
		}
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
}
